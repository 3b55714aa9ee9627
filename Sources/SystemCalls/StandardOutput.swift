// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What this process prints.
package enum StandardOutput {
    /// Writes text at once, without a buffer that another part of the process knows nothing of.
    package static func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            // SAFETY: write(2) reads what is left of the bytes, borrowed for the call.
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
