// SPDX-License-Identifier: Apache-2.0

/// Header fields in the order in which they were sent; names are case-insensitive.
///
/// ```swift
/// try server.get("/", headers: ["Cookie": "a=1", "Accept": "text/html"])
/// #expect(answer.headers.values(for: "Set-Cookie") == ["a=1", "b=2"])
/// ```
public struct HeaderFields: Sendable, ExpressibleByDictionaryLiteral, CustomStringConvertible {
    private var fields: [(name: String, value: String)] = []

    /// Creates fields from a literal; a name may be repeated.
    ///
    /// - Parameter elements: Names and values, in order.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { (name: $0, value: $1) }
    }

    /// The first value of a name; setting it replaces all values, setting `nil` removes them.
    public subscript(name: String) -> String? {
        get { fields.first { Self.areEqual($0.name, name) }?.value }
        set {
            fields.removeAll { Self.areEqual($0.name, name) }
            if let newValue { add(name, newValue) }
        }
    }

    /// All values of a name, in order.
    ///
    /// - Parameter name: The name, in any case.
    /// - Returns: The values; empty if there is no such field.
    public func values(for name: String) -> [String] {
        fields.filter { Self.areEqual($0.name, name) }.map(\.value)
    }

    /// Adds a field, keeping those with the same name.
    ///
    /// - Parameters:
    ///   - name: The name, sent unchanged.
    ///   - value: The value, sent unchanged.
    public mutating func add(_ name: String, _ value: String) { fields.append((name, value)) }

    /// The fields as in a message, one line each.
    public var description: String { fields.map { "\($0.name): \($0.value)\r\n" }.joined() }

    private static func areEqual(_ one: String, _ other: String) -> Bool {
        one.utf8.elementsEqual(other.utf8) || one.lowercased() == other.lowercased()
    }
}

extension HeaderFields: RandomAccessCollection {
    /// The position of the first field.
    public var startIndex: Int { fields.startIndex }
    /// The position after the last field.
    public var endIndex: Int { fields.endIndex }

    /// The field at a position.
    public subscript(position: Int) -> (name: String, value: String) { fields[position] }
}
