// SPDX-License-Identifier: Apache-2.0

package import Glibc

/// The few file system calls that are needed. Each failure is a ``SystemError`` that names the call
/// and the path.
package enum FileSystem {
    /// Calls stat(2) once; nil if there is nothing at the path, or it is not accessible.
    package static func fingerprint(of path: String) -> FileFingerprint? {
        var info = stat()
        return unsafe stat(path, &info) == 0 ? FileFingerprint(info) : nil
    }

    package static func isRegularFile(_ path: String) -> Bool {
        var info = stat()
        return unsafe stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
    }

    package static func isDirectory(_ path: String) -> Bool {
        var info = stat()
        return unsafe stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    /// Reads a whole regular file.
    ///
    /// - Parameter limit: The maximum size in bytes.
    package static func read(_ path: String, limit: Int) throws -> (
        bytes: [UInt8], fingerprint: FileFingerprint
    ) {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw SystemError("open", path) }
        defer { close(file) }
        var info = stat()
        guard unsafe fstat(file, &info) == 0 else { throw SystemError("stat", path) }
        guard info.st_mode & S_IFMT == S_IFREG else {
            throw SystemError(
                "read", path, code: info.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
        }
        guard info.st_size <= limit else { throw SystemError("read", path, code: EFBIG) }
        return (try read(file, path, expecting: Int(info.st_size), limit: limit), .init(info))
    }

    /// Returns the text of a file that the kernel generates when it is read; nil if there is none.
    package static func virtualFile(_ path: String) -> String? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return (try? read(file, path, expecting: 4096, limit: 1 << 20)).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    static func read(
        _ file: Int32, _ path: String, expecting size: Int, limit: Int
    ) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        var buffer = [UInt8](repeating: 0, count: min(max(size, 4096), 1 << 20))
        while true {
            // SAFETY: read(2) writes at most the buffer's count.
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe Glibc.read(file, $0.baseAddress, $0.count)
            }
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError("read", path)
            }
            bytes.append(contentsOf: buffer[..<count])
            // The file may grow while it is being read.
            guard bytes.count <= limit else { throw SystemError("read", path, code: EFBIG) }
        }
    }

    /// Returns why a file cannot be read and written; nil if it can, or could be created.
    package static func writingError(of path: String) -> SystemError? {
        let file = unsafe open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
        guard file < 0 else {
            close(file)
            return nil
        }
        let error = SystemError("open", path)
        let folder = FilePath.parent(of: path)
        guard error.isMissing, isDirectory(folder) else { return error }
        return unsafe access(folder, W_OK) == 0 ? nil : SystemError("write into", folder)
    }

    /// Creates a directory; an existing one is left unchanged.
    ///
    /// - Returns: Whether it was created.
    @discardableResult
    package static func makeDirectory(_ path: String, mode: mode_t) throws -> Bool {
        if unsafe mkdir(path, mode) == 0 { return true }
        guard errno == EEXIST else { throw SystemError("mkdir", path) }
        return false
    }

    /// Changes the owner of a directory, unless it is a link.
    package static func giveDirectory(_ path: String, to user: uid_t, _ group: gid_t) throws {
        let directory = unsafe open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard directory >= 0 else { throw SystemError("open", path) }
        defer { close(directory) }
        guard fchown(directory, user, group) == 0, fchmod(directory, 0o700) == 0 else {
            throw SystemError("chown", path)
        }
    }

    /// Checks that a directory belongs to a user and no other user may access it.
    package static func checkPrivateDirectory(_ path: String, owner: uid_t) throws(PrivacyError) {
        var info = stat()
        guard unsafe lstat(path, &info) == 0 else { throw .missing(SystemError("stat", path)) }
        guard info.st_mode & S_IFMT != S_IFLNK else { throw .symbolicLink(path) }
        guard info.st_mode & S_IFMT == S_IFDIR else { throw .notADirectory(path) }
        guard info.st_uid == owner else { throw .foreign(path, owner: info.st_uid, wanted: owner) }
        guard info.st_mode & 0o077 == 0 else { throw .open(path, mode: info.st_mode & 0o7777) }
    }

    /// Checks that a file belongs to a user, is a regular file and not a link, and that no other
    /// user may write to it.
    package static func checkPrivateFile(_ path: String, owner: uid_t) throws(PrivacyError) {
        var info = stat()
        guard unsafe lstat(path, &info) == 0 else { throw .missing(SystemError("stat", path)) }
        guard info.st_mode & S_IFMT != S_IFLNK else { throw .symbolicLink(path) }
        guard info.st_uid == owner else { throw .foreign(path, owner: info.st_uid, wanted: owner) }
        guard info.st_mode & 0o022 == 0 else { throw .open(path, mode: info.st_mode & 0o7777) }
    }

    /// Checks that only root can add files to a directory.
    package static func checkSystemDirectory(_ path: String) throws(PrivacyError) {
        var info = stat()
        guard unsafe lstat(path, &info) == 0 else { throw .missing(SystemError("stat", path)) }
        guard info.st_mode & S_IFMT != S_IFLNK else { throw .symbolicLink(path) }
        guard info.st_mode & S_IFMT == S_IFDIR else { throw .notADirectory(path) }
        guard info.st_uid == 0 else { throw .foreign(path, owner: info.st_uid, wanted: 0) }
        guard info.st_mode & 0o022 == 0 else { throw .open(path, mode: info.st_mode & 0o7777) }
    }

    /// Removes a file, if it exists.
    package static func remove(_ path: String) { _ = unsafe unlink(path) }

    /// Renames a file atomically, replacing an existing one.
    package static func rename(_ path: String, to target: String) throws {
        guard unsafe Glibc.rename(path, target) == 0 else { throw SystemError("rename", target) }
    }

    /// Creates a directory with a unique name.
    ///
    /// - Parameter prefix: The beginning of its path.
    /// - Returns: Its path. Only its owner may access it.
    package static func makeUniqueDirectory(_ prefix: String) throws -> String {
        var template = Array("\(prefix).XXXXXX".utf8CString)
        // SAFETY: mkdtemp overwrites the last six characters.
        guard unsafe mkdtemp(&template) != nil else { throw SystemError("mkdir", prefix) }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Changes the mode of a file or directory.
    package static func setMode(_ mode: mode_t, of path: String) throws {
        guard unsafe chmod(path, mode) == 0 else { throw SystemError("chmod", path) }
    }

    /// Writes a new file that only its owner can write to.
    ///
    /// - Parameter mode: The mode of the new file, which determines who may read it.
    package static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) throws {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw SystemError("open", path) }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            // SAFETY: write(2) reads the rest of the bytes, borrowed for the call.
            let count = unsafe bytes[written...].withUnsafeBytes {
                unsafe Glibc.write(file, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError("write", path) }
            written += count
        }
    }

    /// Removes a directory and everything below it; links are removed, not followed.
    package static func removeTree(_ path: String) {
        // SAFETY: nftw calls back on this thread, with the path of each entry.
        _ = unsafe nftw(
            path, { path, _, _, _ in unsafe Glibc.remove(path) }, 16,
            Int32(FTW_DEPTH | FTW_PHYS))
    }
}
