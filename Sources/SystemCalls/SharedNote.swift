// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization

/// The change that one of several processes is about to make, recorded in memory that they share
/// through a file: the others find it even if that process was killed. It costs no system call.
@safe package final class SharedNote: @unchecked Sendable {  // because its users have a lock
    /// A key, and its bytes before the change.
    package struct Content: Equatable, Sendable {
        package let key: String
        package let bytes: [UInt8]

        package init(key: String, bytes: [UInt8]) {
            self.key = key
            self.bytes = bytes
        }
    }

    // SAFETY: of that length, mapped until deinit; no process makes the file shorter.
    private let memory: UnsafeMutableRawBufferPointer

    /// The layout: whether it is set; then the sizes of key and bytes, then both.
    private static let (placeOfSizes, placeOfKey) = (8, 16)

    /// Maps a note; the file is created if it is missing.
    ///
    /// - Parameter capacity: The maximum number of bytes of key and bytes together.
    package init(_ path: String, capacity: Int) throws(SystemError) {
        let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw SystemError("open", path) }
        defer { close(file) }
        let length = Self.placeOfKey + capacity
        guard ftruncate(file, off_t(length)) == 0 else { throw SystemError("truncate", path) }
        let start = unsafe mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
        guard let start = unsafe start, unsafe start != MAP_FAILED else {
            throw SystemError("mmap", path)
        }
        unsafe memory = UnsafeMutableRawBufferPointer(start: start, count: length)
    }

    deinit { unsafe munmap(memory.baseAddress, memory.count) }

    /// Whether a change by any process has begun and not ended.
    package var isSet: Bool { unsafe memory[0] != 0 }

    /// Records that a change begins.
    ///
    /// - Parameter content: The content to be replaced; not recorded if it exceeds the capacity.
    package func set(_ content: Content? = nil) {
        var sizes: UInt64 = 0
        if let content, content.key.utf8.count + content.bytes.count <= capacity {
            sizes = UInt64(content.key.utf8.count) | UInt64(content.bytes.count) << 32
            var place = Self.placeOfKey
            for byte in content.key.utf8 {
                unsafe memory[place] = byte
                place += 1
            }
            // SAFETY: both fit, as checked above.
            unsafe content.bytes.withUnsafeBytes { bytes in
                unsafe UnsafeMutableRawBufferPointer(rebasing: memory[place...])
                    .copyMemory(from: bytes)
            }
        }
        // In this order: the process may be killed between any two of them.
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        unsafe memory.storeBytes(of: sizes, toByteOffset: Self.placeOfSizes, as: UInt64.self)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        unsafe memory[0] = 1
    }

    /// Records that the change has ended.
    package func clear() { unsafe memory[0] = 0 }

    /// The content that the change replaces; nil if none was recorded.
    package var content: Content? {
        let sizes = unsafe memory.load(fromByteOffset: Self.placeOfSizes, as: UInt64.self)
        let (keySize, size) = (Int(sizes & 0xFFFF_FFFF), Int(sizes >> 32))
        guard keySize > 0, keySize + size <= capacity else { return nil }
        let end = Self.placeOfKey + keySize
        return Content(
            key: unsafe String(decoding: memory[Self.placeOfKey..<end], as: UTF8.self),
            bytes: unsafe [UInt8](memory[end..<end + size]))
    }

    private var capacity: Int { unsafe memory.count - Self.placeOfKey }
}
