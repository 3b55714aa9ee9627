// SPDX-License-Identifier: Apache-2.0
//
// Creates the initial value of a state for which none was passed: 0, false, "", empty collections
// and nil. Types that accept none of these throw.

/// A decoder in which every value exists and is the empty one of its type.
package struct InitialValueDecoder: Decoder {
    package let codingPath: [any CodingKey]
    package let userInfo: [CodingUserInfoKey: Any] = [:]

    /// Returns the empty value of a type.
    ///
    /// - Throws: Errors of the type's own `init(from:)`.
    package static func value<Value: Decodable>(of type: Value.Type) throws -> Value {
        try value(of: type, at: [])
    }

    fileprivate static func value<Value: Decodable>(
        of type: Value.Type, at path: [any CodingKey]
    ) throws -> Value {
        // A type that contains values of its own type would never end.
        guard path.count < 64 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: path, debugDescription: "the type holds itself"))
        }
        return try Value(from: InitialValueDecoder(codingPath: path))
    }

    package func container<Key: CodingKey>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(EmptyKeyed<Key>(codingPath: codingPath))
    }

    package func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        EmptyUnkeyed(codingPath: codingPath)
    }

    package func singleValueContainer() throws -> any SingleValueDecodingContainer {
        EmptySingle(codingPath: codingPath)
    }
}

private struct EmptyKeyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let codingPath: [any CodingKey]
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) throws -> Bool { true }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { false }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { "" }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { 0 }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { 0 }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { 0 }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { 0 }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { 0 }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { 0 }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { 0 }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { 0 }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { 0 }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { 0 }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { 0 }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { 0 }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try InitialValueDecoder.value(of: type, at: codingPath + [key])
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        KeyedDecodingContainer(EmptyKeyed<Nested>(codingPath: codingPath + [key]))
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        EmptyUnkeyed(codingPath: codingPath + [key])
    }

    func superDecoder() throws -> any Decoder { InitialValueDecoder(codingPath: codingPath) }
    func superDecoder(forKey key: Key) throws -> any Decoder {
        InitialValueDecoder(codingPath: codingPath + [key])
    }
}

private struct EmptyUnkeyed: UnkeyedDecodingContainer {
    let codingPath: [any CodingKey]
    let count: Int? = 0
    let isAtEnd = true
    let currentIndex = 0

    func decodeNil() throws -> Bool { throw past }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { throw past }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> { throw past }
    func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { throw past }
    func superDecoder() throws -> any Decoder { throw past }

    private var past: DecodingError {
        .valueNotFound(
            Any.self, .init(codingPath: codingPath, debugDescription: "the collection is empty"))
    }
}

private struct EmptySingle: SingleValueDecodingContainer {
    let codingPath: [any CodingKey]

    func decodeNil() -> Bool { true }
    func decode(_ type: Bool.Type) throws -> Bool { false }
    func decode(_ type: String.Type) throws -> String { "" }
    func decode(_ type: Double.Type) throws -> Double { 0 }
    func decode(_ type: Float.Type) throws -> Float { 0 }
    func decode(_ type: Int.Type) throws -> Int { 0 }
    func decode(_ type: Int8.Type) throws -> Int8 { 0 }
    func decode(_ type: Int16.Type) throws -> Int16 { 0 }
    func decode(_ type: Int32.Type) throws -> Int32 { 0 }
    func decode(_ type: Int64.Type) throws -> Int64 { 0 }
    func decode(_ type: UInt.Type) throws -> UInt { 0 }
    func decode(_ type: UInt8.Type) throws -> UInt8 { 0 }
    func decode(_ type: UInt16.Type) throws -> UInt16 { 0 }
    func decode(_ type: UInt32.Type) throws -> UInt32 { 0 }
    func decode(_ type: UInt64.Type) throws -> UInt64 { 0 }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try InitialValueDecoder.value(of: type, at: codingPath)
    }
}
