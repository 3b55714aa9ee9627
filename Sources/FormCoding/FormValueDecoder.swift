// SPDX-License-Identifier: Apache-2.0

/// The decoder for a place in a form.
package struct FormValueDecoder: Decoder {
    let decoder: FormDecoder
    let place: FormPlace

    package var codingPath: [any CodingKey] {
        place.name.isEmpty ? [] : [FormKey(stringValue: place.name)]
    }
    package var userInfo: [CodingUserInfoKey: Any] { decoder.userInfo }

    /// The number of the field at this place; nil if there is none.
    package var field: Int? { decoder.field(at: place) }
    /// The name of the field at this place.
    package var name: String { place.name }

    package func container<Key: CodingKey>(
        keyedBy type: Key.Type
    ) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(
            FormKeyedContainer<Key>(decoder: decoder, place: place.ofStructure))
    }

    package func unkeyedContainer() -> any UnkeyedDecodingContainer {
        FormUnkeyedContainer(decoder: decoder, place: place)
    }

    package func singleValueContainer() -> any SingleValueDecodingContainer {
        FormSingleValueContainer(decoder: decoder, place: place)
    }
}

/// A key outside the structure's own keys.
struct FormKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = String(intValue)
        self.intValue = intValue
    }
}

struct FormSingleValueContainer: SingleValueDecodingContainer {
    let decoder: FormDecoder
    let place: FormPlace

    var codingPath: [any CodingKey] { FormValueDecoder(decoder: decoder, place: place).codingPath }

    func decodeNil() -> Bool { decoder.isNil(at: place) }
    func decode(_ type: Bool.Type) -> Bool { decoder.bool(at: place) }
    func decode(_ type: String.Type) -> String { decoder.string(at: place) }
    func decode(_ type: Double.Type) -> Double { decoder.floatingPoint(at: place) }
    func decode(_ type: Float.Type) -> Float { decoder.floatingPoint(at: place) }
    func decode(_ type: Int.Type) -> Int { decoder.integer(at: place) }
    func decode(_ type: Int8.Type) -> Int8 { decoder.integer(at: place) }
    func decode(_ type: Int16.Type) -> Int16 { decoder.integer(at: place) }
    func decode(_ type: Int32.Type) -> Int32 { decoder.integer(at: place) }
    func decode(_ type: Int64.Type) -> Int64 { decoder.integer(at: place) }
    func decode(_ type: UInt.Type) -> UInt { decoder.integer(at: place) }
    func decode(_ type: UInt8.Type) -> UInt8 { decoder.integer(at: place) }
    func decode(_ type: UInt16.Type) -> UInt16 { decoder.integer(at: place) }
    func decode(_ type: UInt32.Type) -> UInt32 { decoder.integer(at: place) }
    func decode(_ type: UInt64.Type) -> UInt64 { decoder.integer(at: place) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.decode(type, at: place) }
}

struct FormKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: FormDecoder
    let place: FormPlace

    var codingPath: [any CodingKey] { FormValueDecoder(decoder: decoder, place: place).codingPath }

    var allKeys: [Key] {
        guard let node = place.node, place.field == nil else { return [] }
        return decoder.tree.nodes[node].keys.compactMap(Key.init(stringValue:))
    }

    func contains(_ key: Key) -> Bool { self[key].node != nil }
    func decodeNil(forKey key: Key) -> Bool { decoder.isNil(at: self[key]) }

    func decode(_ type: Bool.Type, forKey key: Key) -> Bool { decoder.bool(at: self[key]) }
    func decode(_ type: String.Type, forKey key: Key) -> String { decoder.string(at: self[key]) }
    func decode(_ type: Double.Type, forKey key: Key) -> Double {
        decoder.floatingPoint(at: self[key])
    }
    func decode(_ type: Float.Type, forKey key: Key) -> Float {
        decoder.floatingPoint(at: self[key])
    }
    func decode(_ type: Int.Type, forKey key: Key) -> Int { decoder.integer(at: self[key]) }
    func decode(_ type: Int8.Type, forKey key: Key) -> Int8 { decoder.integer(at: self[key]) }
    func decode(_ type: Int16.Type, forKey key: Key) -> Int16 { decoder.integer(at: self[key]) }
    func decode(_ type: Int32.Type, forKey key: Key) -> Int32 { decoder.integer(at: self[key]) }
    func decode(_ type: Int64.Type, forKey key: Key) -> Int64 { decoder.integer(at: self[key]) }
    func decode(_ type: UInt.Type, forKey key: Key) -> UInt { decoder.integer(at: self[key]) }
    func decode(_ type: UInt8.Type, forKey key: Key) -> UInt8 { decoder.integer(at: self[key]) }
    func decode(_ type: UInt16.Type, forKey key: Key) -> UInt16 { decoder.integer(at: self[key]) }
    func decode(_ type: UInt32.Type, forKey key: Key) -> UInt32 { decoder.integer(at: self[key]) }
    func decode(_ type: UInt64.Type, forKey key: Key) -> UInt64 { decoder.integer(at: self[key]) }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try decoder.decode(type, at: self[key])
    }

    /// An empty text is a value.
    func decodeIfPresent(_ type: String.Type, forKey key: Key) -> String? {
        contains(key) ? decoder.string(at: self[key]) : nil
    }

    /// An empty input has a value only if the type accepts an empty text.
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        let place = self[key]
        guard place.node != nil else { return nil }
        guard decoder.isNil(at: place) else { return try? decoder.decode(type, at: place) }
        let known = decoder.problems.count
        let value = try? decoder.decode(type, at: place)
        guard decoder.problems.count > known else { return value }
        decoder.forget(after: known)
        return nil
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) -> KeyedDecodingContainer<NestedKey> {
        FormValueDecoder(decoder: decoder, place: self[key]).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer {
        FormUnkeyedContainer(decoder: decoder, place: self[key])
    }

    func superDecoder() -> any Decoder { FormValueDecoder(decoder: decoder, place: place) }
    func superDecoder(forKey key: Key) -> any Decoder {
        FormValueDecoder(decoder: decoder, place: self[key])
    }

    private subscript(key: Key) -> FormPlace { decoder.place(key.stringValue, in: place) }
}

struct FormUnkeyedContainer: UnkeyedDecodingContainer {
    let decoder: FormDecoder
    let place: FormPlace
    private let elements: [FormPlace]
    private(set) var currentIndex = 0

    init(decoder: FormDecoder, place: FormPlace) {
        self.decoder = decoder
        self.place = place
        elements = decoder.elements(of: place)
    }

    var codingPath: [any CodingKey] { FormValueDecoder(decoder: decoder, place: place).codingPath }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    /// Returns the next element; after the last one, a place without a field.
    private mutating func next() -> FormPlace {
        defer { currentIndex += 1 }
        if currentIndex < elements.count { return elements[currentIndex] }
        return FormPlace(name: "\(place.name)[\(currentIndex)]", depth: place.depth + 1)
    }

    /// Elements cannot be absent: an empty one is a value.
    mutating func decodeNil() -> Bool {
        guard currentIndex < elements.count, decoder.isNil(at: elements[currentIndex]) else {
            return false
        }
        currentIndex += 1
        return true
    }

    mutating func decode(_ type: Bool.Type) -> Bool { decoder.bool(at: next()) }
    mutating func decode(_ type: String.Type) -> String { decoder.string(at: next()) }
    mutating func decode(_ type: Double.Type) -> Double { decoder.floatingPoint(at: next()) }
    mutating func decode(_ type: Float.Type) -> Float { decoder.floatingPoint(at: next()) }
    mutating func decode(_ type: Int.Type) -> Int { decoder.integer(at: next()) }
    mutating func decode(_ type: Int8.Type) -> Int8 { decoder.integer(at: next()) }
    mutating func decode(_ type: Int16.Type) -> Int16 { decoder.integer(at: next()) }
    mutating func decode(_ type: Int32.Type) -> Int32 { decoder.integer(at: next()) }
    mutating func decode(_ type: Int64.Type) -> Int64 { decoder.integer(at: next()) }
    mutating func decode(_ type: UInt.Type) -> UInt { decoder.integer(at: next()) }
    mutating func decode(_ type: UInt8.Type) -> UInt8 { decoder.integer(at: next()) }
    mutating func decode(_ type: UInt16.Type) -> UInt16 { decoder.integer(at: next()) }
    mutating func decode(_ type: UInt32.Type) -> UInt32 { decoder.integer(at: next()) }
    mutating func decode(_ type: UInt64.Type) -> UInt64 { decoder.integer(at: next()) }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try decoder.decode(type, at: next())
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) -> KeyedDecodingContainer<NestedKey> {
        FormValueDecoder(decoder: decoder, place: next()).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer {
        FormUnkeyedContainer(decoder: decoder, place: next())
    }

    mutating func superDecoder() -> any Decoder {
        FormValueDecoder(decoder: decoder, place: next())
    }
}
