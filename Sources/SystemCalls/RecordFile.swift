// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Small files that are read and replaced whole, with as few system calls as there can be.
package enum RecordFile {
    /// The bytes of a file; nil where there is none.
    ///
    /// - Parameter limit: The largest size that is read, in bytes.
    package static func read(_ path: String, limit: Int) throws(SystemError) -> [UInt8]? {
        try opened(path) { file throws(SystemError) in
            var size = 4096
            while true {
                let bytes = try readOnce(file, path, size)
                // A regular file gives all it has: less than was asked for is the whole.
                if bytes.count < size { return bytes }
                guard size <= limit else { throw SystemError("read", path, code: EFBIG) }
                size *= 8
            }
        }
    }

    /// The first bytes of a file, as many as it has of them; nil where there is none.
    package static func read(_ path: String, first count: Int) throws(SystemError) -> [UInt8]? {
        try opened(path) { file throws(SystemError) in try readOnce(file, path, count) }
    }

    private static func opened<Result>(
        _ path: String, _ body: (Int32) throws(SystemError) -> Result
    ) throws(SystemError) -> Result? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            guard errno == ENOENT else { throw SystemError("open", path) }
            return nil
        }
        defer { close(file) }
        return try body(file)
    }

    private static func readOnce(
        _ file: Int32, _ path: String, _ size: Int
    ) throws(SystemError) -> [UInt8] {
        var code: Int32 = 0
        // SAFETY: pread(2) writes at most the given number of bytes.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            var result = -1
            repeat {
                result = unsafe pread(file, buffer.baseAddress, size, 0)
            } while result < 0 && errno == EINTR
            if result < 0 { code = errno }
            count = max(result, 0)
        }
        guard code == 0 else { throw SystemError("read", path, code: code) }
        return bytes
    }

    /// Puts a file in the place of another, or where there was none: readers see the one or the other.
    ///
    /// - Parameter draft: The path under which it is written before, in the same directory; nobody else
    ///   may write it at the same time.
    package static func replace(
        _ path: String, with bytes: [UInt8], draft: String
    ) throws(SystemError) {
        try write(bytes, to: draft)
        try rename(draft, to: path)
    }

    /// Moves a file, over what is there.
    package static func rename(_ path: String, to target: String) throws(SystemError) {
        guard unsafe Glibc.rename(path, target) == 0 else { throw SystemError("rename", target) }
    }

    /// Writes a file that only its owner can read.
    private static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
        let file = unsafe open(path, flags, 0o600)
        guard file >= 0 else { throw SystemError("open", path) }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            // SAFETY: write(2) reads what is left of the bytes, borrowed for the call.
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(
                    file, $0.baseAddress.map { unsafe $0 + written }, $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError("write", path) }
            written += count
        }
    }

    /// Overwrites some bytes of a file, if there is one.
    package static func patch(
        _ path: String, at offset: Int, with bytes: [UInt8]
    ) throws(SystemError) {
        let file = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            guard errno == ENOENT else { throw SystemError("open", path) }
            return
        }
        defer { close(file) }
        // SAFETY: pwrite(2) reads the bytes, borrowed for the call.
        let count = unsafe bytes.withUnsafeBytes {
            unsafe pwrite(file, $0.baseAddress, $0.count, off_t(offset))
        }
        guard count == bytes.count else { throw SystemError("write", path) }
    }

    /// Removes a file.
    ///
    /// - Returns: Whether there was one.
    package static func remove(_ path: String) throws(SystemError) -> Bool {
        if unsafe unlink(path) == 0 { return true }
        guard errno == ENOENT else { throw SystemError("remove", path) }
        return false
    }
}
