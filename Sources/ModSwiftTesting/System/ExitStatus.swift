// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The way in which a process ended.
package struct ExitStatus: Sendable, CustomStringConvertible {
    /// The value from `waitpid`.
    let rawValue: CInt

    /// Whether it exited with status 0.
    package var isSuccess: Bool { rawValue == 0 }
    /// The signal that ended it; 0: none.
    var signal: CInt { rawValue & 0x7f }
    var code: CInt { (rawValue >> 8) & 0xff }

    /// "exit status 1", "signal 9".
    package var description: String { signal == 0 ? "exit status \(code)" : "signal \(signal)" }
}
