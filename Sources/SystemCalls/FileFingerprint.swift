// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What tells one state of a file from another without reading it.
package struct FileFingerprint: Equatable, Sendable {
    package let device: UInt
    package let inode: UInt
    package let size: Int
    /// Nanoseconds since 1970.
    package let modified: Int
    package let changed: Int

    /// Whether it is the same file with the same content, as far as can be told: a changed mode or
    /// owner does not count.
    package func isSameFile(as other: FileFingerprint) -> Bool {
        device == other.device && inode == other.inode && size == other.size
            && modified == other.modified
    }

    /// All that ``isSameFile(as:)`` compares, as text without blanks.
    package var text: String { "\(device):\(inode):\(size):\(modified)" }

    init(_ info: stat) {
        device = UInt(info.st_dev)
        inode = UInt(info.st_ino)
        size = Int(info.st_size)
        modified = info.st_mtim.tv_sec * 1_000_000_000 + info.st_mtim.tv_nsec
        changed = info.st_ctim.tv_sec * 1_000_000_000 + info.st_ctim.tv_nsec
    }
}
