// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// A file's metadata from the file system.
///
/// ```swift
/// let info = try FileInfo(path: "/srv/data/list.csv")
/// req.updateMtime(info.mtime)
/// ```
///
/// Corresponds to `req.finfo` and `apache.stat()` in mod_python; to `apr_finfo_t`.
public struct FileInfo: Hashable, Sendable {
    /// The path that was passed. `fname`.
    public let fname: String
    /// The type of the file. `filetype`.
    public let filetype: FileType
    /// The permission bits as for `chmod`, as in 0o644. mod_python returned APR's bits, 0x644.
    /// `protection`.
    public let protection: Int
    /// The id of the file's user. `user`.
    public let user: Int
    /// The id of the file's group. `group`.
    public let group: Int
    /// The size in bytes. `size`.
    public let size: Int
    /// The inode number. `inode`.
    public let inode: Int
    /// The number of the device that contains the file. `device`.
    public let device: Int
    /// The number of hard links. `nlink`.
    public let nlink: Int
    /// The time of the last access, in seconds since 1970. `atime`.
    public let atime: Double
    /// The time of the last change of the contents, in seconds since 1970. `mtime`.
    public let mtime: Double
    /// The time of the last change of contents, owner or mode, in seconds since 1970. `ctime`.
    public let ctime: Double

    /// The last part of ``fname``. `name`.
    public var name: String { FilePath.name(of: fname) }

    /// Reads a file's metadata.
    ///
    /// - Parameters:
    ///   - path: The file's path; absolute, since the working directory of the server is not that
    ///     of the handler's source.
    ///   - followsLinks: Whether to follow a symbolic link.
    /// - Throws: ``ServerError`` with the operation "stat" if there is no such file, or the
    ///   server's user lacks permission.
    ///
    /// Corresponds to `apache.stat()` in mod_python; to `apr_stat`.
    public init(path: String, followsLinks: Bool = true) throws {
        self = try lookUpFile(path, followsLinks: followsLinks)
    }

    init(
        fname: String, filetype: FileType, protection: Int, user: Int, group: Int, size: Int,
        inode: Int, device: Int, nlink: Int, times: (atime: Double, mtime: Double, ctime: Double)
    ) {
        self.fname = fname
        self.filetype = filetype
        self.protection = protection
        self.user = user
        self.group = group
        self.size = size
        self.inode = inode
        self.device = device
        self.nlink = nlink
        (atime, mtime, ctime) = times
    }
}

extension Apache {
    /// Reads a file's metadata, following links: ``FileInfo/init(path:followsLinks:)`` under
    /// mod_python's name.
    ///
    /// - Throws: ``ServerError`` if there is no such file, or the server's user lacks permission.
    ///
    /// Corresponds to `apache.stat()` in mod_python.
    public static func stat(_ path: String) throws -> FileInfo { try FileInfo(path: path) }
}

/// The type of a file.
///
/// Corresponds to `apache.APR_REG` … in mod_python; to `apr_filetype_e`.
public struct FileType: RawRepresentable, Hashable, Sendable {
    /// APR's number.
    public let rawValue: Int

    /// Creates a type from APR's number.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// A regular file. `APR_REG`.
    public static let regular = FileType(rawValue: 1)
    /// A directory. `APR_DIR`.
    public static let directory = FileType(rawValue: 2)
    /// A character device. `APR_CHR`.
    public static let characterDevice = FileType(rawValue: 3)
    /// A block device. `APR_BLK`.
    public static let blockDevice = FileType(rawValue: 4)
    /// A named pipe. `APR_PIPE`.
    public static let pipe = FileType(rawValue: 5)
    /// A symbolic link. `APR_LNK`.
    public static let symbolicLink = FileType(rawValue: 6)
    /// A socket. `APR_SOCK`.
    public static let socket = FileType(rawValue: 7)
    /// Anything else. `APR_UNKFILE`.
    public static let unknown = FileType(rawValue: 127)
}
