// SPDX-License-Identifier: Apache-2.0

package import Glibc

/// The metadata of the file at a path; for a link, of the link itself.
package struct FileStatus: Equatable, Sendable {
    /// The kinds of files that are distinguished here.
    package enum Kind: Sendable { case file, directory, symbolicLink, other }

    package let kind: Kind
    package let owner: uid_t
    package let group: gid_t
    /// The permission bits: 0o700.
    package let mode: mode_t
    /// The size in bytes.
    package let size: Int
    /// The modification time in nanoseconds since 1970.
    package let modified: Int

    init(_ info: stat) {
        kind =
            switch info.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            default: .other
            }
        owner = info.st_uid
        group = info.st_gid
        mode = info.st_mode & 0o7777
        size = Int(info.st_size)
        modified = info.st_mtim.tv_sec * 1_000_000_000 + info.st_mtim.tv_nsec
    }
}

extension FileSystem {
    /// Returns the metadata of the file at a path; links are not followed.
    package static func info(of path: String) throws(SystemError) -> FileStatus {
        var info = stat()
        // SAFETY: the call fills the structure in.
        guard unsafe lstat(path, &info) == 0 else { throw SystemError("stat", path) }
        return FileStatus(info)
    }

    /// Whether the modes of a path, and of every directory above it, allow a user to read it.
    ///
    /// - Parameter path: An absolute path without links.
    package static func isReadable(_ path: String, by user: uid_t, _ group: gid_t) -> Bool {
        func allows(_ path: String, _ bit: mode_t) -> Bool {
            guard let info = try? info(of: path) else { return false }
            let shift: mode_t = info.owner == user ? 6 : info.group == group ? 3 : 0
            return info.mode >> shift & bit == bit
        }
        var folder = path
        while folder != "/" {
            folder = FilePath.parent(of: folder)
            guard allows(folder, 1) else { return false }
        }
        return allows(path, isDirectory(path) ? 5 : 4)
    }

    /// Returns the names in a directory, sorted, without "." and "..".
    package static func names(in path: String) throws(SystemError) -> [String] {
        // SAFETY: the stream is closed here; each entry is read before the next one is requested.
        guard let stream = unsafe opendir(path) else { throw SystemError("read", path) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Returns the size of a file, or of all files below a directory, in bytes; 0 if it does not
    /// exist.
    package static func size(ofTree path: String) -> Int {
        guard let info = try? info(of: path) else { return 0 }
        guard info.kind == .directory else { return info.kind == .file ? info.size : 0 }
        let names = (try? names(in: path)) ?? []
        return names.reduce(0) { $0 + size(ofTree: "\(path)/\($1)") }
    }

    /// Sets the modification time of a file to the current time.
    ///
    /// - Returns: Whether that succeeded: without permission the old time stays.
    @discardableResult
    package static func touch(_ path: String) -> Bool {
        // SAFETY: NULL means the current time.
        unsafe utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW) == 0
    }
}
