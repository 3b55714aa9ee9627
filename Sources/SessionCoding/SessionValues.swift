// SPDX-License-Identifier: Apache-2.0

package import ValueCoding

/// The named values of a session, in the order in which they were first set.
package struct SessionValues: Equatable, Sendable {
    private var fields: [Value.Field] = []

    package init() {}

    /// The names without those that begin with NUL, which the library uses itself.
    package var names: [String] { fields.map(\.key).filter { $0.utf8.first != 0 } }

    /// A value; setting nil removes it.
    package subscript(name: String) -> Value? {
        get { fields.first { $0.key == name }?.value }
        set {
            let index = fields.firstIndex { $0.key == name }
            switch (index, newValue) {
            case (let index?, let value?): fields[index].value = value
            case (let index?, nil): fields.remove(at: index)
            case (nil, let value?): fields.append(Value.Field(name, value))
            case (nil, nil): break
            }
        }
    }

    /// Removes all values.
    package mutating func removeAll() { fields = [] }

    /// The values in the form for a record.
    ///
    /// - Throws: `ValueError.tooDeep`.
    package func encoded() throws -> [UInt8] { try Value.map(fields).serialized() }

    /// Parses values.
    ///
    /// - Throws: `ValueError` if the bytes are not encoded values.
    package init(_ bytes: [UInt8]) throws {
        guard case .map(let fields) = try Value(serialized: bytes) else {
            throw ValueError.malformed(offset: 1, reason: "no map")
        }
        self.fields = fields
    }
}

extension Value {
    /// Creates a value from one of the types that a session can store: numbers, strings, Booleans,
    /// bytes, arrays and dictionaries of them; nil for any other type.
    package init?(plain value: Any) {
        switch value {
        case let value as Int: self = .integer(Int64(value))
        case let value as Bool: self = .bool(value)
        case let value as String: self = .text(value)
        case let value as Double: self = .double(value)
        case let value as Float: self = .double(Double(value))
        case let value as [UInt8]: self = .bytes(value)
        case let value as Substring: self = .text(String(value))
        case let value as any BinaryInteger:
            guard let value = Value(exactly: value) else { return nil }
            self = value
        case let value as [Any]:
            let elements = value.compactMap(Value.init(plain:))
            guard elements.count == value.count else { return nil }
            self = .array(elements)
        case let value as [String: Any]:
            let fields = value.sorted { $0.key < $1.key }.compactMap { name, value in
                Value(plain: value).map { Value.Field(name, $0) }
            }
            guard fields.count == value.count else { return nil }
            self = .map(fields)
        default: return nil
        }
    }

    private init?(exactly number: some BinaryInteger) {
        if let number = Int64(exactly: number) {
            self = .integer(number)
        } else if let number = UInt64(exactly: number) {
            self = .unsigned(number)
        } else {
            return nil
        }
    }

    /// The value as a Swift type: Bool, Int (UInt above its range), Double, String, [UInt8], [Any],
    /// [String: Any]; nil for null.
    package var plain: Any? {
        switch self {
        case .null: nil
        case .bool(let value): value
        case .integer(let value): Int(value)
        case .unsigned(let value): UInt(value)
        case .double(let value): value
        case .text(let value): value
        case .bytes(let value): value
        case .array(let values): values.compactMap(\.plain)
        case .map(let fields):
            Dictionary(
                fields.compactMap { field in field.value.plain.map { (field.key, $0) } },
                uniquingKeysWith: { $1 })
        }
    }
}
