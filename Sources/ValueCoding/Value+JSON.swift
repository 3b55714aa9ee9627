// SPDX-License-Identifier: Apache-2.0

extension Value {
    /// The value as JSON (RFC 8259), without blanks; fields keep their order, bytes become an array
    /// of numbers.
    ///
    /// - Throws: `EncodingError` for a number that JSON cannot represent: infinity, or NaN.
    package func json() throws -> [UInt8] {
        var json = JSONText()
        try json.add(self)
        return json.bytes
    }
}

private struct JSONText {
    var bytes: [UInt8] = []

    mutating func add(_ value: Value) throws {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let number): bytes += String(number).utf8
        case .unsigned(let number): bytes += String(number).utf8
        case .double(let number): try add(number)
        case .text(let text): add(text)
        case .bytes(let values): try add(values.map { .integer(Int64($0)) })
        case .array(let values): try add(values)
        case .map(let fields): try add(fields)
        }
    }

    private mutating func add(_ number: Double) throws {
        guard number.isFinite else {
            throw EncodingError.invalidValue(
                number, .init(codingPath: [], debugDescription: "JSON has no number \(number)."))
        }
        bytes += number.description.utf8
    }

    private mutating func add(_ values: [Value]) throws {
        bytes.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            try add(value)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func add(_ fields: [Value.Field]) throws {
        bytes.append(UInt8(ascii: "{"))
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            add(field.key)
            bytes.append(UInt8(ascii: ":"))
            try add(field.value)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func add(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x0A: bytes += "\\n".utf8
            case 0x0D: bytes += "\\r".utf8
            case 0x09: bytes += "\\t".utf8
            case 0..<0x20: bytes += "\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
