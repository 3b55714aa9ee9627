// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The terminal that a process was started from.
package enum Terminal {
    /// Writes a line to it; does nothing if there is none.
    package static func tell(_ line: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        let bytes = Array("\(line)\n".utf8)
        // SAFETY: the bytes are borrowed for the call; its result does not matter.
        _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
