// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The standard output of this process.
package enum StandardOutput {
    /// Writes text at once, bypassing buffers of other parts of the process.
    package static func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            // SAFETY: write(2) reads the rest of the bytes, borrowed for the call.
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
