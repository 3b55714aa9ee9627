// SPDX-License-Identifier: Apache-2.0

/// Parses values from untrusted bytes.
struct ValueReader {
    private let bytes: [UInt8]
    private(set) var offset = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func byte() throws -> UInt8 {
        guard offset < bytes.count else { throw ValueError.truncated }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func value(depth: Int) throws -> Value {
        let start = offset
        let first = try byte()
        switch MajorType(rawValue: first >> 5) {
        case .unsigned:
            let number = try argument(of: first)
            return Int64(exactly: number).map(Value.integer) ?? .unsigned(number)
        case .negative:
            guard let number = Int64(exactly: try argument(of: first)) else {
                throw ValueError.malformed(offset: start, reason: "an integer below Int64.min")
            }
            return .integer(~number)
        case .bytes: return .bytes(Array(bytes[try contentRange(of: first)]))
        case .text: return .text(try text(of: first, at: start))
        case .array: return try array(of: first, depth: depth)
        case .map: return try map(of: first, depth: depth)
        case .simple: return try simple(first, at: start)
        case .tag, nil: throw ValueError.malformed(offset: start, reason: "a tag")
        }
    }

    private mutating func array(of first: UInt8, depth: Int) throws -> Value {
        guard depth < Value.maximumDepth else { throw ValueError.tooDeep }
        var elements: [Value] = []
        let count = try self.count(of: first)
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try value(depth: depth + 1)) }
        return .array(elements)
    }

    private mutating func map(of first: UInt8, depth: Int) throws -> Value {
        guard depth < Value.maximumDepth else { throw ValueError.tooDeep }
        var fields: [Value.Field] = []
        // A field takes at least two bytes.
        let count = try self.count(of: first)
        fields.reserveCapacity(min(count, (bytes.count - offset) / 2))
        for _ in 0..<count {
            let start = offset
            let first = try byte()
            guard MajorType(rawValue: first >> 5) == .text else {
                throw ValueError.malformed(offset: start, reason: "a key that is no text")
            }
            let key = try text(of: first, at: start)
            fields.append(Value.Field(key, try value(depth: depth + 1)))
        }
        guard Self.haveKeysOfTheirOwn(fields) else {
            throw ValueError.malformed(offset: offset, reason: "a map with a key twice, ending")
        }
        return .map(fields)
    }

    /// Whether no key occurs twice. Most maps are small: a set would cost more than it saves.
    private static func haveKeysOfTheirOwn(_ fields: [Value.Field]) -> Bool {
        guard fields.count <= 8 else { return Set(fields.lazy.map(\.key)).count == fields.count }
        for (index, field) in fields.enumerated()
        where fields[..<index].contains(where: { $0.key == field.key }) {
            return false
        }
        return true
    }

    private mutating func simple(_ first: UInt8, at start: Int) throws -> Value {
        switch first {
        case Simple.no: return .bool(false)
        case Simple.yes: return .bool(true)
        case Simple.null: return .null
        case Simple.single:
            let bits = UInt32(truncatingIfNeeded: try number(of: 4))
            return .double(Double(Float(bitPattern: bits)))
        case Simple.double: return .double(Double(bitPattern: try number(of: 8)))
        default: throw ValueError.malformed(offset: start, reason: "an item of unknown type")
        }
    }

    private mutating func text(of first: UInt8, at start: Int) throws -> String {
        let range = try contentRange(of: first)
        guard let text = try? UTF8Span(validating: bytes.span.extracting(range)) else {
            throw ValueError.malformed(offset: start, reason: "text that is not UTF-8")
        }
        return String(copying: text)
    }

    private mutating func contentRange(of first: UInt8) throws -> Range<Int> {
        let count = try self.count(of: first)
        defer { offset += count }
        return offset..<offset + count
    }

    /// Returns the number of bytes or elements that follow. Each takes at least a byte, so a number
    /// that exceeds the bytes left is an error.
    private mutating func count(of first: UInt8) throws -> Int {
        let count = try argument(of: first)
        guard count <= UInt64(bytes.count - offset) else { throw ValueError.truncated }
        return Int(count)
    }

    private mutating func argument(of first: UInt8) throws -> UInt64 {
        switch first & 0x1F {
        case let small where small < 24: return UInt64(small)
        case 24: return try number(of: 1)
        case 25: return try number(of: 2)
        case 26: return try number(of: 4)
        case 27: return try number(of: 8)
        default: throw ValueError.malformed(offset: offset - 1, reason: "an indefinite length")
        }
    }

    private mutating func number(of count: Int) throws -> UInt64 {
        guard count <= bytes.count - offset else { throw ValueError.truncated }
        defer { offset += count }
        return bytes[offset..<offset + count].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
