// SPDX-License-Identifier: Apache-2.0

extension Value {
    /// Encodes `value`. `[UInt8]` becomes bytes; keys become their `stringValue`.
    ///
    /// - Throws: `EncodingError` with the path to the value that cannot be encoded, and errors of
    ///   the type's own `encode(to:)`.
    package init(encoding value: some Encodable) throws {
        let root = TreeEncoder(parent: nil, key: nil)
        let element = try root.element(of: value, key: nil)
        self = try element.finished()
    }

    /// Creates a value from one that is not a container, without calling its `encode(to:)`.
    init?<T>(scalar value: T) {
        if T.self == String.self, let value = value as? String {
            self = .text(value)
        } else if T.self == Int.self, let value = value as? Int {
            self = .integer(Int64(value))
        } else if T.self == [UInt8].self, let value = value as? [UInt8] {
            self = .bytes(value)
        } else if T.self == Double.self, let value = value as? Double {
            self = .double(value)
        } else if T.self == Bool.self, let value = value as? Bool {
            self = .bool(value)
        } else {
            return nil
        }
    }

    init(_ number: some FixedWidthInteger) {
        self =
            Int64(exactly: number).map(Value.integer)
            ?? .unsigned(UInt64(truncatingIfNeeded: number))
    }
}

/// A container that is being filled.
final class EncodingNode {
    enum Kind { case map, array }

    enum Element {
        case value(Value)
        case node(EncodingNode)
        /// The content of a super encoder, which is encoded later.
        case later(TreeEncoder)

        func finished() throws -> Value {
            switch self {
            case .value(let value): return value
            case .node(let node): return try node.finished()
            case .later(let encoder):
                if let misuse = encoder.misuse { throw misuse }
                return try encoder.content?.finished() ?? .map([])
            }
        }
    }

    let kind: Kind
    private(set) var elements: [Element] = []
    private var keys: [String] = []
    /// The position of each key, once there are too many for a linear search.
    private var positions: [String: Int] = [:]

    init(kind: Kind) {
        self.kind = kind
    }

    func append(_ element: Element) {
        elements.append(element)
    }

    /// Adds a field, or replaces the one with this key.
    func set(_ key: String, to element: Element) {
        if let position = position(of: key) {
            elements[position] = element
            return
        }
        keys.append(key)
        elements.append(element)
        if positions.isEmpty, keys.count > 8 {
            for (index, key) in keys.enumerated() { positions[key] = index }
        } else if !positions.isEmpty {
            positions[key] = keys.count - 1
        }
    }

    private func position(of key: String) -> Int? {
        positions.isEmpty ? keys.firstIndex(of: key) : positions[key]
    }

    func finished() throws -> Value {
        switch kind {
        case .array: .array(try elements.map { try $0.finished() })
        case .map:
            .map(try zip(keys, elements).map { Value.Field($0, try $1.finished()) })
        }
    }
}
