// SPDX-License-Identifier: Apache-2.0
//
// The file of a request, and its metadata.

internal import CApache

extension RequestRecord {
    var filename: String? { text(unsafe pointer.pointee.filename) }
    var canonicalFilename: String? { text(unsafe pointer.pointee.canonical_filename) }

    /// Returns false if the text contains NUL; then nothing is set.
    func setCanonicalFilename(_ path: String?) -> Bool {
        unsafe set(\.canonical_filename, path)
    }

    /// Sets the file and updates its metadata; returns false if the text contains NUL, and then
    /// sets nothing.
    func setFilename(_ path: String?) -> Bool {
        guard unsafe set(\.filename, path) else { return false }
        // SAFETY: the name and the pool live as long as the record.
        unsafe pointer.pointee.finfo = unsafe apr_finfo_t()
        if let name = unsafe pointer.pointee.filename,
            unsafe name.pointee == CChar(bitPattern: 0x2f)
        {
            // APR leaves the type of a missing file unset: httpd's sign for no file.
            unsafe apr_stat(
                &pointer.pointee.finfo, name, APR_FINFO_MIN, pointer.pointee.pool)
        }
        return true
    }

    /// The metadata; nil if there is no file.
    var fileInfo: FileInfo? {
        get {
            let info = unsafe pointer.pointee.finfo
            guard unsafe info.filetype != APR_NOFILE else { return nil }
            return unsafe FileInfo(info, path: text(info.fname) ?? filename ?? "")
        }
        nonmutating set {
            // SAFETY: the name is copied into the record's pool.
            var info = unsafe newValue?.record ?? apr_finfo_t()
            unsafe info.pool = pointer.pointee.pool
            unsafe info.fname = UnsafePointer(
                newValue.flatMap { unsafe pool?.copy($0.fname, refusing: .null) })
            unsafe pointer.pointee.finfo = info
        }
    }
}

/// Reads the metadata of a file.
func lookUpFile(_ path: String, followsLinks: Bool) throws -> FileInfo {
    guard !path.utf8.contains(0) else {
        throw ServerError(APR_EINVAL, operation: "stat", detail: path)
    }
    var info = unsafe apr_finfo_t()
    let wanted = APR_FINFO_MIN | APR_FINFO_OWNER | (followsLinks ? 0 : APR_FINFO_LINK)
    // SAFETY: the name is borrowed for the call; on Unix, APR keeps the pool and allocates nothing.
    let status = unsafe path.withCString { unsafe apr_stat(&info, $0, wanted, nil) }
    guard status == APR_SUCCESS || status == APR_INCOMPLETE else {
        throw ServerError(status, operation: "stat", detail: path)
    }
    return unsafe FileInfo(info, path: path)
}

extension FileInfo {
    /// Creates it from APR's record, whose pointers are not used.
    fileprivate init(_ info: apr_finfo_t, path: String) {
        unsafe self.init(
            fname: path, filetype: FileType(rawValue: Int(info.filetype.rawValue)),
            protection: Self.mode(of: info.protection), user: Int(info.user),
            group: Int(info.group), size: Int(info.size),
            inode: Int(truncatingIfNeeded: info.inode),
            device: Int(truncatingIfNeeded: info.device), nlink: Int(info.nlink),
            times: (seconds(info.atime), seconds(info.mtime), seconds(info.ctime)))
    }

    /// The value as APR's record, without name and pool.
    fileprivate var record: apr_finfo_t {
        var info = unsafe apr_finfo_t()
        unsafe info.valid =
            APR_FINFO_MIN | APR_FINFO_IDENT | APR_FINFO_NLINK | APR_FINFO_OWNER | APR_FINFO_PROT
        unsafe info.filetype = apr_filetype_e(
            rawValue: UInt32(truncatingIfNeeded: filetype.rawValue))
        unsafe info.protection = Self.permissions(of: protection)
        unsafe info.user = apr_uid_t(truncatingIfNeeded: user)
        unsafe info.group = apr_gid_t(truncatingIfNeeded: group)
        unsafe info.size = apr_off_t(size)
        unsafe info.inode = apr_ino_t(truncatingIfNeeded: inode)
        unsafe info.device = apr_dev_t(truncatingIfNeeded: device)
        unsafe info.nlink = apr_int32_t(truncatingIfNeeded: nlink)
        unsafe info.atime = Self.microseconds(atime)
        unsafe info.mtime = Self.microseconds(mtime)
        unsafe info.ctime = Self.microseconds(ctime)
        return unsafe info
    }

    /// Converts seconds to microseconds. File systems may have times that a Double cannot represent
    /// exactly; they must not trap.
    private static func microseconds(_ seconds: Double) -> apr_time_t {
        apr_time_t(exactly: (seconds * 1_000_000).rounded()) ?? 0
    }

    /// Converts permissions: APR uses hexadecimal digits where Unix uses octal ones; its setuid is
    /// 0x8000.
    private static func mode(of permissions: apr_fileperms_t) -> Int {
        let bits = Int(permissions)
        return ((bits >> 13) & 7) << 9 | ((bits >> 8) & 7) << 6 | ((bits >> 4) & 7) << 3 | bits & 7
    }

    private static func permissions(of mode: Int) -> apr_fileperms_t {
        let bits =
            ((mode >> 9) & 7) << 13 | ((mode >> 6) & 7) << 8 | ((mode >> 3) & 7) << 4 | mode & 7
        return apr_fileperms_t(truncatingIfNeeded: bits)
    }
}
