// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A failed system call.
package struct SystemError: Error, CustomStringConvertible {
    package let code: Int32
    package let operation: String
    package let path: String

    package init(_ operation: String, _ path: String, code: Int32 = errno) {
        self.code = code
        self.operation = operation
        self.path = path
    }

    /// - Parameter path: The path, which is copied.
    init(_ operation: String, _ path: UnsafePointer<CChar>, code: Int32 = errno) {
        self.init(operation, unsafe String(cString: path), code: code)
    }

    package var description: String {
        // SAFETY: strerror returns a string of the C library.
        "\(operation) \(path): \(unsafe String(cString: strerror(code)))"
    }
    package var isMissing: Bool { code == ENOENT || code == ENOTDIR }
    package var isTooLarge: Bool { code == EFBIG }
    package var isLackOfSpace: Bool { code == ENOSPC || code == EDQUOT }

    /// Whether a program's output contains the C library's message for a lack of space.
    package static func tellsOfLackOfSpace(_ output: String) -> Bool {
        // SAFETY: strerror returns a string of the C library, copied before the next call.
        [ENOSPC, EDQUOT].contains { output.holds(unsafe String(cString: strerror($0))) }
    }
}
