// SPDX-License-Identifier: Apache-2.0

/// Appends values to bytes.
struct ValueWriter {
    private(set) var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(120)
        bytes.append(Value.version)
    }

    mutating func write(_ value: Value, depth: Int) throws {
        switch value {
        case .null: bytes.append(Simple.null)
        case .bool(let value): bytes.append(value ? Simple.yes : Simple.no)
        case .integer(let value) where value < 0: head(.negative, UInt64(bitPattern: ~value))
        case .integer(let value): head(.unsigned, UInt64(bitPattern: value))
        case .unsigned(let value): head(.unsigned, value)
        case .double(let value): write(value)
        case .text(let text): write(text)
        case .bytes(let content):
            head(.bytes, UInt64(content.count))
            bytes += content
        case .array(let elements):
            guard depth < Value.maximumDepth else { throw ValueError.tooDeep }
            head(.array, UInt64(elements.count))
            for element in elements { try write(element, depth: depth + 1) }
        case .map(let fields):
            guard depth < Value.maximumDepth else { throw ValueError.tooDeep }
            head(.map, UInt64(fields.count))
            for field in fields {
                write(field.key)
                try write(field.value, depth: depth + 1)
            }
        }
    }

    private mutating func write(_ text: String) {
        head(.text, UInt64(text.utf8.count))
        bytes += text.utf8
    }

    /// Writes four bytes if they represent the same number, as for most numbers that people write.
    private mutating func write(_ number: Double) {
        let single = Float(number)
        if Double(single).bitPattern == number.bitPattern {
            bytes.append(Simple.single)
            append(UInt64(single.bitPattern), count: 4)
        } else {
            bytes.append(Simple.double)
            append(number.bitPattern, count: 8)
        }
    }

    /// Writes the first byte of an item, and its argument in as few bytes as possible.
    private mutating func head(_ type: MajorType, _ argument: UInt64) {
        let type = type.rawValue << 5
        switch argument {
        case 0..<24: bytes.append(type | UInt8(argument))
        case 24...0xFF:
            bytes.append(type | 24)
            append(argument, count: 1)
        case 0x100...0xFFFF:
            bytes.append(type | 25)
            append(argument, count: 2)
        case 0x1_0000...0xFFFF_FFFF:
            bytes.append(type | 26)
            append(argument, count: 4)
        default:
            bytes.append(type | 27)
            append(argument, count: 8)
        }
    }

    private mutating func append(_ number: UInt64, count: Int) {
        for index in (0..<count).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(index))))
        }
    }
}
