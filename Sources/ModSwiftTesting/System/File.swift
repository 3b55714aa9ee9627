// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Reads whole files with plain system calls, including those of /proc, which have no size.
enum File {
    static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        return append(descriptor, to: &bytes) ? bytes : nil
    }

    /// Reads a short file that the kernel generates when it is read, with one call.
    static func readVirtual(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { space, count in
            count = max(0, Foundation.read(descriptor, space.baseAddress, space.count))
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// Reads from the current position of a descriptor to the end.
    ///
    /// - Returns: Whether the end was reached.
    static func append(_ descriptor: CInt, to bytes: inout [UInt8]) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 1) { space in
            while true {
                let count = Foundation.read(descriptor, space.baseAddress, space.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return count == 0 }
                bytes.append(contentsOf: space[..<count])
            }
        }
    }

    static func write(_ bytes: [UInt8], to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return false }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { break }
            rest = rest.dropFirst(count)
        }
        return close(descriptor) == 0 && rest.isEmpty
    }
}
