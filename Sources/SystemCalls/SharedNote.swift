// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization

/// What one of several processes is about to change, in memory that they share by a file: the others find
/// it even where that process was killed. It costs no system call.
@safe package final class SharedNote: @unchecked Sendable {  // because its users have a lock
    /// A key, and the bytes that were there before the change.
    package struct Content: Equatable, Sendable {
        package let key: String
        package let bytes: [UInt8]

        package init(key: String, bytes: [UInt8]) {
            self.key = key
            self.bytes = bytes
        }
    }

    // SAFETY: of the length, mapped until deinit; nobody makes the file shorter.
    private let memory: UnsafeMutableRawBufferPointer

    /// Whether it is set; then the sizes of key and bytes, then both.
    private static let (placeOfSizes, placeOfKey) = (8, 16)

    /// Maps a note; the file is made where it is missing.
    ///
    /// - Parameter capacity: How many bytes key and bytes may have together.
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

    /// Whether a change has begun and not ended, whoever makes it.
    package var isSet: Bool { unsafe memory[0] != 0 }

    /// Notes that a change begins.
    ///
    /// - Parameter content: What it replaces; not kept where it is larger than the capacity.
    package func set(_ content: Content? = nil) {
        var sizes: UInt64 = 0
        if let content, content.key.utf8.count + content.bytes.count <= capacity {
            sizes = UInt64(content.key.utf8.count) | UInt64(content.bytes.count) << 32
            var place = Self.placeOfKey
            for byte in content.key.utf8 {
                unsafe memory[place] = byte
                place += 1
            }
            // SAFETY: both fit, as was checked.
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

    /// Notes that it has ended.
    package func clear() { unsafe memory[0] = 0 }

    /// What the change replaces; nil where nothing was noted.
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
