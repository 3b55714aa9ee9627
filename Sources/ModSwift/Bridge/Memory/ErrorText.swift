// SPDX-License-Identifier: Apache-2.0

internal import CApache

/// Returns APR's text for an error number.
func errorText(_ code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    // SAFETY: apr_strerror writes at most the given size, including NUL.
    return unsafe buffer.withUnsafeMutableBufferPointer { buffer in
        guard let text = unsafe apr_strerror(code, buffer.baseAddress, buffer.count) else {
            return "error \(code)"
        }
        return unsafe String(cString: text)
    }
}
