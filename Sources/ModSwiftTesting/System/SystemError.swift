// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The operating system's description of a failed call.
enum SystemError {
    /// The description of the current `errno`.
    static var lastText: String { text(errno) }

    /// Since glibc 2.32 `strerror` is safe to call from several threads.
    static func text(_ code: CInt) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
