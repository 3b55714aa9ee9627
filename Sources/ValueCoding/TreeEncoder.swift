// SPDX-License-Identifier: Apache-2.0

/// The encoder that is passed to a caller's value; its result is `content`.
final class TreeEncoder: Encoder {
    private let parent: TreeEncoder?
    private let key: (any CodingKey)?
    /// The number of containers around the content.
    private let depth: Int
    /// The number of encoders up to the root: larger than the depth if values are encoded as single
    /// values.
    private let generation: Int
    fileprivate(set) var content: EncodingNode.Element?
    /// An error that cannot be thrown where it occurs, because the protocol's function does not
    /// throw.
    private(set) var misuse: EncodingError?

    init(parent: TreeEncoder?, key: (any CodingKey)?) {
        self.parent = parent
        self.key = key
        depth = (parent?.depth ?? 0) + (key == nil ? 0 : 1)
        generation = (parent?.generation ?? -1) + 1
    }

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    var codingPath: [any CodingKey] {
        var path: [any CodingKey] = []
        var encoder: TreeEncoder? = self
        while let current = encoder {
            if let key = current.key { path.append(key) }
            encoder = current.parent
        }
        return path.reversed()
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(KeyedContainer(encoder: self, node: node(.map)))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        UnkeyedContainer(encoder: self, node: node(.array))
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleContainer(encoder: self)
    }

    /// Returns the container of this encoder: the existing one, if it is of this kind.
    private func node(_ kind: EncodingNode.Kind) -> EncodingNode {
        if case .node(let node) = content, node.kind == kind { return node }
        let node = EncodingNode(kind: kind)
        if content == nil {
            content = .node(node)
        } else {
            note("Encoded as a container after it was encoded as something else.")
        }
        if depth >= Value.maximumDepth { note(ValueError.tooDeep.description) }
        return node
    }

    fileprivate func set(_ element: EncodingNode.Element) {
        if content == nil {
            content = element
        } else {
            note("Encoded more than one single value.")
        }
    }

    private func note(_ text: String) {
        let error = refusal(of: self, text)
        misuse = misuse ?? error
    }

    private func refusal(of value: Any, _ text: String) -> EncodingError {
        .invalidValue(value, .init(codingPath: codingPath, debugDescription: text))
    }

    /// Returns the encoded form of `value`, as the element `key` of this encoder's container.
    func element<T: Encodable>(of value: T, key: (any CodingKey)?) throws -> EncodingNode.Element {
        if let value = Value(scalar: value) { return .value(value) }
        let child = TreeEncoder(parent: self, key: key)
        guard child.depth <= Value.maximumDepth, child.generation <= 3 * Value.maximumDepth else {
            throw child.refusal(of: value, ValueError.tooDeep.description)
        }
        try value.encode(to: child)
        if let misuse = child.misuse { throw misuse }
        return child.content ?? .value(.map([]))
    }

    /// Returns an encoder whose content is read when everything has been encoded.
    fileprivate func later(key: any CodingKey) -> (TreeEncoder, EncodingNode.Element) {
        let child = TreeEncoder(parent: self, key: key)
        return (child, .later(child))
    }
}

private struct KeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: TreeEncoder
    let node: EncodingNode

    var codingPath: [any CodingKey] { encoder.codingPath }

    private func set(_ value: Value, _ key: Key) {
        node.set(key.stringValue, to: .value(value))
    }

    func encodeNil(forKey key: Key) { set(.null, key) }
    func encode(_ value: Bool, forKey key: Key) { set(.bool(value), key) }
    func encode(_ value: String, forKey key: Key) { set(.text(value), key) }
    func encode(_ value: Double, forKey key: Key) { set(.double(value), key) }
    func encode(_ value: Float, forKey key: Key) { set(.double(Double(value)), key) }
    func encode(_ value: Int, forKey key: Key) { set(Value(value), key) }
    func encode(_ value: Int8, forKey key: Key) { set(Value(value), key) }
    func encode(_ value: Int16, forKey key: Key) { set(Value(value), key) }
    func encode(_ value: Int32, forKey key: Key) { set(Value(value), key) }
    func encode(_ value: Int64, forKey key: Key) { set(Value(value), key) }
    func encode(_ value: UInt, forKey key: Key) { set(Value(value), key) }
    func encode(_ value: UInt8, forKey key: Key) { set(Value(value), key) }
    func encode(_ value: UInt16, forKey key: Key) { set(Value(value), key) }
    func encode(_ value: UInt32, forKey key: Key) { set(Value(value), key) }
    func encode(_ value: UInt64, forKey key: Key) { set(Value(value), key) }

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        node.set(key.stringValue, to: try encoder.element(of: value, key: key))
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy keyType: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        nested(key).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        nested(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { nested(AnyKey("super")) }
    func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

    private func nested(_ key: any CodingKey) -> TreeEncoder {
        let (child, element) = encoder.later(key: key)
        node.set(key.stringValue, to: element)
        return child
    }
}

private struct UnkeyedContainer: UnkeyedEncodingContainer {
    let encoder: TreeEncoder
    let node: EncodingNode

    var codingPath: [any CodingKey] { encoder.codingPath }
    var count: Int { node.elements.count }

    func encodeNil() { node.append(.value(.null)) }

    func encode<T: Encodable>(_ value: T) throws {
        node.append(try encoder.element(of: value, key: AnyKey(count)))
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy keyType: Nested.Type
    ) -> KeyedEncodingContainer<Nested> {
        nested().container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }
    func superEncoder() -> any Encoder { nested() }

    private func nested() -> TreeEncoder {
        let (child, element) = encoder.later(key: AnyKey(count))
        node.append(element)
        return child
    }
}

private struct SingleContainer: SingleValueEncodingContainer {
    let encoder: TreeEncoder

    var codingPath: [any CodingKey] { encoder.codingPath }

    private func set(_ value: Value) { encoder.set(.value(value)) }

    func encodeNil() { set(.null) }
    func encode(_ value: Bool) { set(.bool(value)) }
    func encode(_ value: String) { set(.text(value)) }
    func encode(_ value: Double) { set(.double(value)) }
    func encode(_ value: Float) { set(.double(Double(value))) }
    func encode(_ value: Int) { set(Value(value)) }
    func encode(_ value: Int8) { set(Value(value)) }
    func encode(_ value: Int16) { set(Value(value)) }
    func encode(_ value: Int32) { set(Value(value)) }
    func encode(_ value: Int64) { set(Value(value)) }
    func encode(_ value: UInt) { set(Value(value)) }
    func encode(_ value: UInt8) { set(Value(value)) }
    func encode(_ value: UInt16) { set(Value(value)) }
    func encode(_ value: UInt32) { set(Value(value)) }
    func encode(_ value: UInt64) { set(Value(value)) }

    func encode<T: Encodable>(_ value: T) throws {
        encoder.set(try encoder.element(of: value, key: nil))
    }
}
