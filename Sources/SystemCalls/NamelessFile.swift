// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A file without a name: nobody else finds it, and nothing of it is left when it is closed, however
/// its process ends.
package final class NamelessFile {
    /// The directory in whose file system it is.
    private let directory: String
    /// -1 once it is closed.
    package private(set) var descriptor: Int32
    /// How many bytes were written.
    package private(set) var size = 0
    /// A name was given to it; what is written from now on would be in the named file, too.
    private var isLinked = false

    /// Makes a file that can be read and written.
    package init(in directory: String) throws(SystemError) {
        self.directory = directory
        // A file that is given a name is to have the mode of any new file.
        let file = unsafe open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0o666)
        if file >= 0 {
            descriptor = file
            return
        }
        // EISDIR: a kernel that does not know the flag.
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

    /// Ends the file.
    package func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Writes bytes behind those that were written.
    package func append(_ bytes: Span<UInt8>) throws(SystemError) {
        // SAFETY: write(2) reads what the span lends for the call.
        let code = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe Self.write(UnsafeRawBufferPointer(buffer), to: descriptor)
        }
        guard code == 0 else { throw SystemError("write", directory, code: code) }
        size += bytes.count
    }

    /// Lends the whole content.
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

    /// Gives the content a name: without a copy where the target is in the same file system, and no
    /// name was given to it before. The target appears complete, or not at all.
    ///
    /// - Parameter isReplacing: Whether a file that is there is replaced; otherwise it is an error.
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

    /// Another file system or mount; no `/proc`, or a file whose name was removed.
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

    /// Writes bytes to a path, which has all of them or stays as it was.
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

    /// Makes a new file under another name, has it written, and moves it to its place.
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

    /// Makes a file with a name that nothing has, beside another.
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

    /// Writes all bytes; 0, or the error's number.
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
