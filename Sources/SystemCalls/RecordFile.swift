// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Small files that are read and replaced as a whole, with as few system calls as possible.
package enum RecordFile {
    /// Returns the bytes of a file; nil if there is none.
    ///
    /// - Parameter limit: The maximum size in bytes.
    package static func read(_ path: String, limit: Int) throws(SystemError) -> [UInt8]? {
        try unsafe path.withCString { unsafe read($0, limit) }.get()
    }

    /// Returns the bytes of a file; nil if there is none.
    ///
    /// - Parameter limit: The maximum size in bytes.
    package static func read(_ path: RecordPath, limit: Int) throws(SystemError) -> [UInt8]? {
        try unsafe path.withCStrings { path, _ in unsafe read(path, limit) }.get()
    }

    private static func read(
        _ path: UnsafePointer<CChar>, _ limit: Int
    ) -> Result<[UInt8]?, SystemError> {
        unsafe opened(path) { file throws(SystemError) in
            var bytes: [UInt8] = []
            // Most files fit on the stack; an array of the exact size is then created.
            if try unsafe readStart(of: file, path, into: &bytes) { return bytes }
            var size = startSize
            repeat {
                guard size <= limit else { throw unsafe SystemError("read", path, code: EFBIG) }
                size *= 8
                bytes = try unsafe readOnce(file, path, size)
                // A regular file returns all it has: fewer bytes than requested are the whole file.
            } while bytes.count == size
            return bytes
        }
    }

    /// The maximum size of a stack allocation that is made without checking the size of the stack.
    private static let startSize = 1024

    /// Reads the start of a file; true if that is the whole file.
    private static func readStart(
        of file: Int32, _ path: UnsafePointer<CChar>, into bytes: inout [UInt8]
    ) throws(SystemError) -> Bool {
        // SAFETY: pread(2) writes at most as many bytes as there is space for; these are copied.
        let count = unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: startSize) {
            start in
            let count = retried { unsafe pread(file, start.baseAddress, start.count, 0) }
            if count > 0, count < start.count {
                unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: start[..<count]))
            }
            return count
        }
        guard count >= 0 else { throw unsafe SystemError("read", path) }
        return count < startSize
    }

    private static func retried(_ call: () -> Int) -> Int {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }

    /// Returns up to `count` bytes from the start of a file; nil if there is none.
    package static func read(_ path: String, first count: Int) throws(SystemError) -> [UInt8]? {
        try unsafe path.withCString { path in
            unsafe opened(path) { file throws(SystemError) in
                try unsafe readOnce(file, path, count)
            }
        }.get()
    }

    private static func opened(
        _ path: UnsafePointer<CChar>, _ body: (Int32) throws(SystemError) -> [UInt8]
    ) -> Result<[UInt8]?, SystemError> {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            return errno == ENOENT ? .success(nil) : .failure(unsafe SystemError("open", path))
        }
        defer { close(file) }
        return Result { () throws(SystemError) in try body(file) }
    }

    private static func readOnce(
        _ file: Int32, _ path: UnsafePointer<CChar>, _ size: Int
    ) throws(SystemError) -> [UInt8] {
        var code: Int32 = 0
        // SAFETY: pread(2) writes at most the given number of bytes.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            let result = retried { unsafe pread(file, buffer.baseAddress, size, 0) }
            if result < 0 { code = errno }
            count = max(result, 0)
        }
        guard code == 0 else { throw unsafe SystemError("read", path, code: code) }
        return bytes
    }

    /// Replaces a file atomically, or creates it: readers see the old or the new one. It is first
    /// written under a temporary name, to which no other process may write at the same time.
    ///
    /// - Parameter ifThere: Whether the file must exist.
    /// - Returns: Whether it was written.
    package static func replace(
        _ path: RecordPath, with bytes: [UInt8], ifThere: Bool = false
    ) throws(SystemError) -> Bool {
        try unsafe path.withCStrings { path, draft in
            Result { () throws(SystemError) in
                if ifThere, unsafe !isRegularFile(path) { return false }
                do throws(SystemError) {
                    try unsafe write(bytes, to: draft)
                    guard unsafe Glibc.rename(draft, path) == 0 else {
                        throw unsafe SystemError("rename", path)
                    }
                } catch {
                    // An incomplete file would take space on a full disk.
                    unsafe unlink(draft)
                    throw error
                }
                return true
            }
        }.get()
    }

    private static func isRegularFile(_ path: UnsafePointer<CChar>) -> Bool {
        var info = stat()
        return unsafe stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
    }

    /// Renames a file, replacing an existing one.
    package static func rename(
        _ path: RecordPath, to target: RecordPath
    ) throws(SystemError) {
        let result: Result<Void, SystemError> = unsafe path.withCStrings { path, _ in
            unsafe target.withCStrings { target, _ in
                unsafe Glibc.rename(path, target) == 0
                    ? .success(()) : .failure(SystemError("rename", target))
            }
        }
        try result.get()
    }

    /// Writes a file that only its owner can read.
    private static func write(
        _ bytes: [UInt8], to path: UnsafePointer<CChar>
    ) throws(SystemError) {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
        let file = unsafe open(path, flags, 0o600)
        guard file >= 0 else { throw unsafe SystemError("open", path) }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            // SAFETY: write(2) reads the rest of the bytes, borrowed for the call.
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(
                    file, $0.baseAddress.map { unsafe $0 + written }, $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw unsafe SystemError("write", path) }
            written += count
        }
    }

    /// Overwrites bytes of a file, if it exists.
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
    /// - Returns: Whether it existed.
    package static func remove(_ path: String) throws(SystemError) -> Bool {
        if unsafe unlink(path) == 0 { return true }
        guard errno == ENOENT else { throw SystemError("remove", path) }
        return false
    }
}
