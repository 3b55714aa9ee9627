// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A file without a name: no other process can find it, and it is deleted when it is closed,
/// however its process ends.
package final class NamelessFile {
    /// The directory that determines its file system.
    private let directory: String
    /// -1 once it is closed.
    package private(set) var descriptor: Int32
    /// The number of bytes written.
    package private(set) var size = 0
    /// Whether it has been given a name; later writes would also change the named file.
    private var isLinked = false

    /// Creates a file for reading and writing.
    package init(in directory: String) throws(SystemError) {
        self.directory = directory
        // If the file is given a name later, it must have the mode of any new file.
        let file = unsafe open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0o666)
        if file >= 0 {
            descriptor = file
            return
        }
        // EISDIR: a kernel that does not support the flag.
        guard [EOPNOTSUPP, EISDIR, EINVAL].contains(errno) else {
            throw SystemError("open", directory)
        }
        let made = try Self.makeFile(near: "\(directory)/mod_swift") { path in
            unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        }
        FileSystem.remove(made.path)
        descriptor = made.file
    }

    deinit { close() }

    /// Closes the file.
    package func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Appends bytes.
    package func append(_ bytes: Span<UInt8>) throws(SystemError) {
        // SAFETY: write(2) reads the bytes of the span, borrowed for the call.
        let code = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe Self.write(UnsafeRawBufferPointer(buffer), to: descriptor)
        }
        guard code == 0 else { throw SystemError("write", directory, code: code) }
        size += bytes.count
    }

    /// Passes the whole content to body without copying it.
    package func withBytes<Result>(_ body: (Span<UInt8>) throws -> Result) throws -> Result {
        guard size > 0 else { return try body(Span()) }
        let start = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let start = unsafe start, unsafe start != MAP_FAILED else {
            throw SystemError("mmap", directory)
        }
        defer { unsafe munmap(start, size) }
        // SAFETY: the mapping has as many bytes and lives until body has returned.
        return try body(
            unsafe Span(_unsafeStart: start.assumingMemoryBound(to: UInt8.self), count: size))
    }

    /// Gives the content a name: without copying if the target is in the same file system, and the
    /// file has no name yet. The target appears complete, or not at all.
    ///
    /// - Parameter isReplacing: Whether an existing file is replaced; otherwise it is an error.
    package func save(to path: String, isReplacing: Bool) throws(SystemError) {
        do throws(SystemError) {
            if isLinked { throw SystemError("link", path, code: EXDEV) }
            try link(to: path, isReplacing: isReplacing)
            isLinked = true
        } catch  where Self.needsCopy.contains(error.code) {
            try Self.replace(path, isReplacing: isReplacing) { file throws(SystemError) in
                try copy(to: file, path)
            }
        }
    }

    /// Another file system or mount; no `/proc`, or a file whose name has been removed.
    private static let needsCopy = [EXDEV, ENOENT, EPERM, EOPNOTSUPP]

    private func link(to path: String, isReplacing: Bool) throws(SystemError) {
        let source = "/proc/self/fd/\(descriptor)"
        let link = { (name: String) in
            unsafe linkat(AT_FDCWD, source, AT_FDCWD, name, AT_SYMLINK_FOLLOW)
        }
        // linkat never replaces a file; rename does.
        guard link(path) != 0 else { return }
        guard errno == EEXIST, isReplacing else { throw SystemError("link", path) }
        let made = try Self.makeFile(near: path, link)
        try Self.rename(made.path, path)
    }

    private func copy(to file: Int32, _ path: String) throws(SystemError) {
        var offset: off_t = 0
        while offset < size {
            let count = unsafe sendfile(file, descriptor, &offset, size - Int(offset))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError("write", path) }
        }
    }

    /// Writes bytes to a path, which then contains all of them or stays unchanged.
    package static func save(
        _ bytes: [UInt8], to path: String, isReplacing: Bool
    ) throws(SystemError) {
        try replace(path, isReplacing: isReplacing) { file throws(SystemError) in
            // SAFETY: write(2) reads the array, borrowed for the call.
            let code = unsafe bytes.withUnsafeBytes { unsafe write($0, to: file) }
            guard code == 0 else { throw SystemError("write", path, code: code) }
        }
    }

    // MARK: Files with names

    /// Creates a new file under another name, calls a function that writes it, and renames it to
    /// its path.
    private static func replace(
        _ path: String, isReplacing: Bool, _ write: (Int32) throws(SystemError) -> Void
    ) throws(SystemError) {
        let made = try makeFile(near: path) { name in
            unsafe open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
        }
        defer { Glibc.close(made.file) }
        do throws(SystemError) {
            try write(made.file)
            if isReplacing { return try rename(made.path, path) }
            guard unsafe Glibc.link(made.path, path) == 0 else { throw SystemError("link", path) }
            FileSystem.remove(made.path)
        } catch {
            FileSystem.remove(made.path)
            throw error
        }
    }

    private static func rename(_ name: String, _ path: String) throws(SystemError) {
        guard unsafe Glibc.rename(name, path) == 0 else {
            defer { FileSystem.remove(name) }
            throw SystemError("rename", path)
        }
    }

    /// Creates a file with an unused name in the directory of another file.
    private static func makeFile(
        near path: String, _ make: (String) -> Int32
    ) throws(SystemError) -> (path: String, file: Int32) {
        while true {
            let name = "\(path).\(UInt64.random(in: 0 ... .max))"
            let file = make(name)
            if file >= 0 { return (name, file) }
            guard errno == EEXIST || errno == EINTR else { throw SystemError("open", path) }
        }
    }

    /// Writes all bytes; returns 0, or the error number.
    private static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Int32 {
        var rest = unsafe bytes
        while unsafe !rest.isEmpty {
            let count = unsafe Glibc.write(file, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count < 0 ? errno : EIO }
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
        return 0
    }
}
