// SPDX-License-Identifier: Apache-2.0

/// Bytes that end too early, or that contain impossible values.
package struct MalformedImage: Error {}

/// Reads numbers and texts from bytes, sequentially; little-endian, like all machines on which
/// Swift and httpd run. Never reads beyond the end.
struct ByteReader {
    let bytes: [UInt8]
    var position: Int
    let end: Int

    init(_ bytes: [UInt8], _ range: Range<Int>) throws {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else { throw MalformedImage() }
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position >= end }

    mutating func byte() throws -> UInt8 {
        guard position < end else { throw MalformedImage() }
        defer { position += 1 }
        return bytes[position]
    }

    /// Reads an unsigned number with a given number of bytes.
    mutating func number(_ size: Int) throws -> UInt64 {
        guard size <= end - position else { throw MalformedImage() }
        var value: UInt64 = 0
        for index in 0..<size { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
        position += size
        return value
    }

    /// Reads a number that is an offset or a size.
    mutating func offset(_ size: Int) throws -> Int {
        guard let value = Int(exactly: try number(size)) else { throw MalformedImage() }
        return value
    }

    /// Reads ULEB128.
    mutating func unsigned() throws -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            // A shift beyond the width gives 0.
            value |= UInt64(byte & 0x7f) << shift
            shift += 7
            if byte & 0x80 == 0 { return value }
        }
    }

    /// Reads SLEB128.
    mutating func signed() throws -> Int64 {
        var value: Int64 = 0
        var shift: Int64 = 0
        while true {
            let byte = try byte()
            value |= Int64(byte & 0x7f) << shift
            shift += 7
            guard byte & 0x80 == 0 else { continue }
            return byte & 0x40 != 0 && shift < 64 ? value | (-1 << shift) : value
        }
    }

    /// Reads text up to a NUL.
    mutating func text() throws -> String {
        guard let mark = bytes[position..<end].firstIndex(of: 0) else { throw MalformedImage() }
        defer { position = mark + 1 }
        return String(decoding: bytes[position..<mark], as: UTF8.self)
    }

    mutating func skip(_ count: UInt64) throws {
        guard count <= UInt64(end - position) else { throw MalformedImage() }
        position += Int(count)
    }

    /// Returns a separate reader for the next bytes; this one continues after them.
    mutating func part(_ count: Int) throws -> ByteReader {
        guard count >= 0, count <= end - position else { throw MalformedImage() }
        defer { position += count }
        return try ByteReader(bytes, position..<position + count)
    }
}
