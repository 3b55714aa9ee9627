// SPDX-License-Identifier: Apache-2.0

internal import Glibc

extension FileSystem {
    /// Reads a file that only this process's user, or root, may own and open. The path may be a
    /// link.
    ///
    /// - Parameter limit: The maximum size in bytes.
    package static func readSecret(_ path: String, limit: Int) throws -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw SystemError("open", path) }
        defer { close(file) }
        // SAFETY: the call fills the structure in.
        var info = stat()
        guard unsafe fstat(file, &info) == 0 else { throw SystemError("stat", path) }
        guard info.st_mode & S_IFMT == S_IFREG else {
            throw SystemError(
                "read", path, code: info.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
        }
        guard info.st_uid == geteuid() || info.st_uid == 0 else {
            throw PrivacyError.foreign(path, owner: info.st_uid, wanted: geteuid())
        }
        guard info.st_mode & 0o077 == 0 else {
            throw PrivacyError.open(path, mode: info.st_mode & 0o7777)
        }
        guard info.st_size <= limit else { throw SystemError("read", path, code: EFBIG) }
        return try read(file, path, expecting: Int(info.st_size), limit: limit)
    }

    /// Creates a file that only its owner can open, completely or not at all; an existing file
    /// stays.
    ///
    /// - Returns: Whether it was created.
    package static func createSecret(_ path: String, _ bytes: [UInt8]) throws -> Bool {
        let new = "\(path).\(getpid()).new"
        remove(new)
        try write(bytes, to: new)
        defer { remove(new) }
        if unsafe link(new, path) == 0 { return true }
        guard errno == EEXIST else { throw SystemError("link", path) }
        return false
    }
}
