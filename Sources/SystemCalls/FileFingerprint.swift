// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Metadata that distinguishes two states of a file without reading it.
package struct FileFingerprint: Equatable, Sendable {
    package let device: UInt
    package let inode: UInt
    package let size: Int
    /// The modification time in nanoseconds since 1970.
    package let modified: Int
    package let changed: Int

    /// Whether it is the same file with the same content, as far as the metadata shows: a changed
    /// mode or owner does not count.
    package func isSameFile(as other: FileFingerprint) -> Bool {
        device == other.device && inode == other.inode && size == other.size
            && modified == other.modified
    }

    /// The values that ``isSameFile(as:)`` compares, as text without blanks.
    package var text: String { "\(device):\(inode):\(size):\(modified)" }

    init(_ info: stat) {
        device = UInt(info.st_dev)
        inode = UInt(info.st_ino)
        size = Int(info.st_size)
        modified = Self.nanoseconds(info.st_mtim)
        changed = Self.nanoseconds(info.st_ctim)
    }

    /// Times are only compared, and a file may have any: times after the year 2262 wrap around.
    @inline(__always)
    private static func nanoseconds(_ time: timespec) -> Int {
        time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
    }

    // SAFETY: the caller borrows the structure that stat(2) has filled in for the call.
    /// Whether a file is in that state: like ``init(_:)`` and ``==``, without creating another
    /// value.
    @inline(__always)
    func describes(_ info: UnsafePointer<stat>) -> Bool {
        unsafe device == UInt(info.pointee.st_dev) && inode == UInt(info.pointee.st_ino)
            && size == Int(info.pointee.st_size)
            && modified == Self.nanoseconds(info.pointee.st_mtim)
            && changed == Self.nanoseconds(info.pointee.st_ctim)
    }
}
