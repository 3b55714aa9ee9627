// SPDX-License-Identifier: Apache-2.0

/// The position of a field's name and value in a sequence of bytes: the value follows the name.
package struct FieldEntry: Sendable {
    private let start: Int
    private let nameEnd: Int
    private let end: Int
    /// See ``mark(of:)``.
    package let mark: UInt32

    /// Creates an entry.
    ///
    /// - Parameter bytes: The sequence, at least up to the end of the name.
    package init(_ bytes: Span<UInt8>, start: Int, nameEnd: Int, end: Int) {
        self.start = start
        self.nameEnd = nameEnd
        self.end = end
        mark = Self.mark(of: bytes.extracting(start..<nameEnd))
    }

    /// The bytes of the name.
    package var name: Range<Int> { start..<nameEnd }
    /// The bytes of the value.
    package var value: Range<Int> { nameEnd..<end }
    /// The number of bytes in name and value.
    package var count: Int { end - start }
    /// Whether the value is empty.
    package var isBlank: Bool { nameEnd == end }

    /// Combines a few bytes of a name with its length, which distinguishes most names.
    @inline(__always)
    package static func mark(of name: Span<UInt8>) -> UInt32 {
        let count = name.count
        guard count > 0 else { return 0 }
        // Similar names often differ at their ends.
        let last = UInt32(name[count - 1])
        let before = UInt32(name[max(count - 2, 0)])
        let middle = UInt32(name[count / 2])
        return last | before << 8 | middle << 16 | UInt32(truncatingIfNeeded: count) << 24
    }
}
