// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// What the file system says of a file.
///
/// ```swift
/// let info = try FileInfo(path: "/srv/data/list.csv")
/// req.updateMtime(info.mtime)
/// ```
///
/// Corresponds to `req.finfo` and `apache.stat()` in mod_python; to `apr_finfo_t`.
public struct FileInfo: Hashable, Sendable {
    /// The path that was asked for. `fname`.
    public let fname: String
    /// What kind of file it is. `filetype`.
    public let filetype: FileType
    /// The bits of `chmod`, as in 0o644. mod_python gave APR's own, 0x644. `protection`.
    public let protection: Int
    /// The id of the user it belongs to. `user`.
    public let user: Int
    /// The id of the group it belongs to. `group`.
    public let group: Int
    /// In bytes. `size`.
    public let size: Int
    /// The number of its inode. `inode`.
    public let inode: Int
    /// The number of the device it lies on. `device`.
    public let device: Int
    /// How many names it has. `nlink`.
    public let nlink: Int
    /// When it was last read, in seconds since 1970. `atime`.
    public let atime: Double
    /// When its contents were last changed, in seconds since 1970. `mtime`.
    public let mtime: Double
    /// When its contents, owner or mode were last changed, in seconds since 1970. `ctime`.
    public let ctime: Double

    /// The last part of ``fname``. `name`.
    public var name: String { FilePath.name(of: fname) }

    /// Asks the file system.
    ///
    /// - Parameters:
    ///   - path: The file; absolute, since the server's working directory is not the handler's.
    ///   - followsLinks: Whether a symbolic link stands for what it points to.
    /// - Throws: ``ServerError`` with the operation "stat" when there is no such file, or the
    ///   server's user may not ask.
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
    /// Asks the file system for a file, following links: ``FileInfo/init(path:followsLinks:)`` by
    /// mod_python's name.
    ///
    /// - Throws: ``ServerError`` when there is no such file, or the server's user may not ask.
    ///
    /// Corresponds to `apache.stat()` in mod_python.
    public static func stat(_ path: String) throws -> FileInfo { try FileInfo(path: path) }
}

/// What kind of file a file is.
///
/// Corresponds to `apache.APR_REG` … in mod_python; to `apr_filetype_e`.
public struct FileType: RawRepresentable, Hashable, Sendable {
    /// APR's number.
    public let rawValue: Int

    /// Makes the one with a number.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// A file with contents. `APR_REG`.
    public static let regular = FileType(rawValue: 1)
    /// A directory. `APR_DIR`.
    public static let directory = FileType(rawValue: 2)
    /// A device of characters. `APR_CHR`.
    public static let characterDevice = FileType(rawValue: 3)
    /// A device of blocks. `APR_BLK`.
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
