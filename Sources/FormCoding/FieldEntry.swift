// SPDX-License-Identifier: Apache-2.0

/// Where a field's name and its value are in a run of bytes: the value follows the name.
package struct FieldEntry: Sendable {
    private let start: Int
    private let nameEnd: Int
    private let end: Int
    /// See ``mark(of:)``.
    package let mark: UInt32

    /// Makes an entry.
    ///
    /// - Parameter bytes: The run, as far as the end of the name at least.
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
    /// How many bytes name and value have.
    package var count: Int { end - start }
    /// Whether the value has no bytes.
    package var isBlank: Bool { nameEnd == end }

    /// A few bytes of a name and its length, by which most names are told apart.
    @inline(__always)
    package static func mark(of name: Span<UInt8>) -> UInt32 {
        let count = name.count
        guard count > 0 else { return 0 }
        // Names that belong together differ at their ends.
        let last = UInt32(name[count - 1])
        let before = UInt32(name[max(count - 2, 0)])
        let middle = UInt32(name[count / 2])
        return last | before << 8 | middle << 16 | UInt32(truncatingIfNeeded: count) << 24
    }
}
