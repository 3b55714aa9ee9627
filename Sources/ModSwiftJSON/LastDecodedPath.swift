// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials
internal import Synchronization

/// Determines where a decoder fails: for a number that does not fit its type (256 for a UInt8),
/// `JSONDecoder` reports neither that fact nor the path. The value is decoded once more, through
/// containers that record the path of each scalar before it is read.
final class LastDecodedPath: Sendable {
    private static let key = CodingUserInfoKey(rawValue: "mod_swift.last-decoded-path")
    private let keys = Mutex<[any CodingKey & Sendable]>([])

    /// Returns the path of the scalar that could not be decoded; nil if all of them can be decoded.
    static func ofFailure<Value: Decodable>(
        decoding type: Value.Type, from body: Data, by decoder: JSONDecoder
    ) -> [any CodingKey]? {
        guard let key else { return nil }
        let path = LastDecodedPath()
        decoder.userInfo[key] = path
        defer { decoder.userInfo[key] = nil }
        do {
            _ = try decoder.decode(Traced<Value>.self, from: body)
            return nil
        } catch {
            return path.keys.withLock { $0 }
        }
    }

    fileprivate static func of(_ decoder: any Decoder) -> LastDecodedPath {
        key.flatMap { decoder.userInfo[$0] } as? LastDecodedPath ?? LastDecodedPath()
    }

    fileprivate func note(_ path: [any CodingKey]) {
        let path = path.map { PathKey(stringValue: $0.stringValue, intValue: $0.intValue) }
        keys.withLock { $0 = path }
    }
}

/// A key of any type, as a value.
private struct PathKey: CodingKey, Sendable {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String, intValue: Int?) {
        (self.stringValue, self.intValue) = (stringValue, intValue)
    }
    init(stringValue: String) { self.init(stringValue: stringValue, intValue: nil) }
    init(intValue: Int) { self.init(stringValue: "\(intValue)", intValue: intValue) }
}

/// The types that a decoder reads itself: the scalars of JSON, and the types for which
/// `JSONDecoder` has rules.
private protocol Scalar {}
extension Bool: Scalar {}
extension String: Scalar {}
extension Double: Scalar {}
extension Float: Scalar {}
extension Int: Scalar {}
extension Int8: Scalar {}
extension Int16: Scalar {}
extension Int32: Scalar {}
extension Int64: Scalar {}
extension Int128: Scalar {}
extension UInt: Scalar {}
extension UInt8: Scalar {}
extension UInt16: Scalar {}
extension UInt32: Scalar {}
extension UInt64: Scalar {}
extension UInt128: Scalar {}
extension Date: Scalar {}
extension Data: Scalar {}
extension URL: Scalar {}
extension Decimal: Scalar {}

/// A value whose decoding is traced.
private struct Traced<Value: Decodable>: Decodable {
    let value: Value

    init(from decoder: any Decoder) throws {
        value = try Value(from: TracingDecoder(base: decoder, path: .of(decoder)))
    }
}

private struct TracingDecoder: Decoder {
    let base: any Decoder
    let path: LastDecodedPath

    var codingPath: [any CodingKey] { base.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { base.userInfo }

    func container<Key>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(
            TracingKeyedContainer(base: try base.container(keyedBy: type), path: path))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        TracingUnkeyedContainer(base: try base.unkeyedContainer(), path: path)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        TracingSingleValueContainer(base: try base.singleValueContainer(), path: path)
    }
}

private struct TracingKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let base: KeyedDecodingContainer<Key>
    let path: LastDecodedPath

    var codingPath: [any CodingKey] { base.codingPath }
    var allKeys: [Key] { base.allKeys }

    func contains(_ key: Key) -> Bool { base.contains(key) }
    func decodeNil(forKey key: Key) throws -> Bool { try base.decodeNil(forKey: key) }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        guard type is any Scalar.Type else {
            return try base.decode(Traced<Value>.self, forKey: key).value
        }
        path.note(codingPath + [key])
        return try base.decode(type, forKey: key)
    }

    func nestedContainer<Nested>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        KeyedDecodingContainer(
            TracingKeyedContainer<Nested>(
                base: try base.nestedContainer(keyedBy: type, forKey: key), path: path))
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        TracingUnkeyedContainer(base: try base.nestedUnkeyedContainer(forKey: key), path: path)
    }

    func superDecoder() throws -> any Decoder {
        TracingDecoder(base: try base.superDecoder(), path: path)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        TracingDecoder(base: try base.superDecoder(forKey: key), path: path)
    }
}

private struct TracingUnkeyedContainer: UnkeyedDecodingContainer {
    var base: any UnkeyedDecodingContainer
    let path: LastDecodedPath

    var codingPath: [any CodingKey] { base.codingPath }
    var count: Int? { base.count }
    var isAtEnd: Bool { base.isAtEnd }
    var currentIndex: Int { base.currentIndex }

    mutating func decodeNil() throws -> Bool { try base.decodeNil() }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard type is any Scalar.Type else { return try base.decode(Traced<Value>.self).value }
        path.note(codingPath + [PathKey(intValue: currentIndex)])
        return try base.decode(type)
    }

    mutating func nestedContainer<Nested>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        KeyedDecodingContainer(
            TracingKeyedContainer<Nested>(
                base: try base.nestedContainer(keyedBy: type), path: path))
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        TracingUnkeyedContainer(base: try base.nestedUnkeyedContainer(), path: path)
    }

    mutating func superDecoder() throws -> any Decoder {
        TracingDecoder(base: try base.superDecoder(), path: path)
    }
}

private struct TracingSingleValueContainer: SingleValueDecodingContainer {
    let base: any SingleValueDecodingContainer
    let path: LastDecodedPath

    var codingPath: [any CodingKey] { base.codingPath }

    func decodeNil() -> Bool { base.decodeNil() }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard type is any Scalar.Type else { return try base.decode(Traced<Value>.self).value }
        path.note(codingPath)
        return try base.decode(type)
    }
}
