// SPDX-License-Identifier: Apache-2.0

extension Value {
    /// Decodes this value as type `T`. Missing optional properties become nil; fields that `T` does
    /// not know are ignored.
    ///
    /// - Throws: `DecodingError` with the path to the value that does not match, and errors of the
    ///   type's own `init(from:)`.
    package func decoded<T: Decodable>(as type: T.Type) throws -> T {
        try TreeDecoder(value: self, parent: nil, key: nil).decode(type)
    }
}

/// The path from a decoder to the root.
final class DecodingPath {
    private let parent: DecodingPath?
    private let key: any CodingKey

    init(_ parent: DecodingPath?, _ key: any CodingKey) {
        self.parent = parent
        self.key = key
    }

    var keys: [any CodingKey] {
        var keys = [key]
        var path = parent
        while let current = path {
            keys.append(current.key)
            path = current.parent
        }
        return keys.reversed()
    }
}

/// The decoder that is passed to a caller's type.
struct TreeDecoder: Decoder, SingleValueDecodingContainer {
    let value: Value
    /// The path of the value's container; nil at the root.
    let parent: DecodingPath?
    let key: (any CodingKey)?

    /// Computed only if the value is itself a container, or if there is an error to report.
    var path: DecodingPath? { key.map { DecodingPath(parent, $0) } ?? parent }
    var codingPath: [any CodingKey] { path?.keys ?? [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .map(let fields) = value else { throw mismatch("a map") }
        return KeyedDecodingContainer(KeyedContainer(path: path, fields: fields))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        switch value {
        case .array(let elements): return UnkeyedContainer(path: path, elements: elements)
        case .bytes(let bytes):
            return UnkeyedContainer(path: path, elements: bytes.map { .integer(Int64($0)) })
        default: throw mismatch("an array")
        }
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool {
        if case .null = value { true } else { false }
    }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard case .bool(let value) = value else { throw mismatch("a Boolean") }
        return value
    }

    func decode(_ type: String.Type) throws -> String {
        guard case .text(let text) = value else { throw mismatch("a string") }
        return text
    }

    func decode(_ type: Double.Type) throws -> Double {
        switch value {
        case .double(let number): return number
        case .integer(let number): return try fit(Double(exactly: number), type)
        case .unsigned(let number): return try fit(Double(exactly: number), type)
        default: throw mismatch("a number")
        }
    }

    func decode(_ type: Float.Type) throws -> Float {
        let number = try decode(Double.self)
        let single = Float(number)
        return try fit(Double(single) == number || number.isNaN ? single : nil, type)
    }

    func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try scalar(type) ?? T(from: self)
    }

    /// Decodes a value that is not a container, without calling its type's `init(from:)`.
    private func scalar<T>(_ type: T.Type) throws -> T? {
        if type == String.self { return try decode(String.self) as? T }
        if type == Int.self { return try decode(Int.self) as? T }
        if type == Double.self { return try decode(Double.self) as? T }
        if type == Bool.self { return try decode(Bool.self) as? T }
        if type == [UInt8].self, case .bytes(let bytes) = value { return bytes as? T }
        return nil
    }

    private func integer<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
        switch value {
        case .integer(let number): try fit(T(exactly: number), type)
        case .unsigned(let number): try fit(T(exactly: number), type)
        default: throw mismatch("an integer")
        }
    }

    private func fit<T>(_ number: T?, _ type: T.Type) throws -> T {
        guard let number else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: codingPath, debugDescription: "The number does not fit \(type)."))
        }
        return number
    }

    func mismatch(_ expected: String) -> DecodingError {
        .typeMismatch(
            Value.self,
            .init(
                codingPath: codingPath,
                debugDescription: "Expected \(expected), found \(value.kind)."))
    }
}

private struct KeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let path: DecodingPath?
    let fields: [Value.Field]
    /// The position of each key, if there are too many for a linear search.
    private let positions: [String: Int]?

    init(path: DecodingPath?, fields: [Value.Field]) {
        self.path = path
        self.fields = fields
        positions =
            fields.count <= 8
            ? nil
            : Dictionary(
                fields.indices.lazy.map { (fields[$0].key, $0) },
                uniquingKeysWith: { first, _ in first })
    }

    var codingPath: [any CodingKey] { path?.keys ?? [] }
    var allKeys: [Key] { fields.compactMap { Key(stringValue: $0.key) } }
    func contains(_ key: Key) -> Bool { value(key.stringValue) != nil }

    private func value(_ key: String) -> Value? {
        guard let positions else { return fields.first { $0.key == key }?.value }
        return positions[key].map { fields[$0].value }
    }

    private func child(_ key: any CodingKey) throws -> TreeDecoder {
        guard let value = value(key.stringValue) else {
            throw DecodingError.keyNotFound(
                key,
                .init(
                    codingPath: codingPath, debugDescription: "There is no \"\(key.stringValue)\".")
            )
        }
        return TreeDecoder(value: value, parent: path, key: key)
    }

    func decodeNil(forKey key: Key) throws -> Bool { try child(key).decodeNil() }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try child(key).decode(type) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String {
        try child(key).decode(type)
    }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
        try child(key).decode(type)
    }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try child(key).decode(type) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try child(key).decode(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try child(key).decode(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try child(key).decode(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try child(key).decode(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try child(key).decode(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try child(key).decode(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try child(key).decode(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 {
        try child(key).decode(type)
    }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 {
        try child(key).decode(type)
    }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 {
        try child(key).decode(type)
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try child(key).decode(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try child(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try child(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try child(AnyKey("super")) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }
}

private struct UnkeyedContainer: UnkeyedDecodingContainer {
    let path: DecodingPath?
    let elements: [Value]
    private(set) var currentIndex = 0

    init(path: DecodingPath?, elements: [Value]) {
        self.path = path
        self.elements = elements
    }

    var codingPath: [any CodingKey] { path?.keys ?? [] }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    /// Calls `body` with the next element, and advances if it succeeds.
    private mutating func next<T>(_ body: (TreeDecoder) throws -> T) throws -> T {
        let key = AnyKey(currentIndex)
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                T.self,
                .init(codingPath: codingPath + [key], debugDescription: "The array has ended."))
        }
        let result = try body(TreeDecoder(value: elements[currentIndex], parent: path, key: key))
        currentIndex += 1
        return result
    }

    mutating func decodeNil() throws -> Bool {
        let isNull = try next { $0.decodeNil() }
        if !isNull { currentIndex -= 1 }
        return isNull
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try next { try $0.decode(type) }
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try next { try $0.container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next { try $0.unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder { try next { $0 } }
}
