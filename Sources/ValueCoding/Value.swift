// SPDX-License-Identifier: Apache-2.0

/// A value of any shape: the intermediate form between an `Encodable` and its bytes.
package enum Value: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// An integer above `Int64.max`; smaller ones are `integer`.
    case unsigned(UInt64)
    case double(Double)
    case text(String)
    case bytes([UInt8])
    case array([Value])
    /// Fields in the order in which they were encoded; no key occurs twice.
    case map([Field])

    /// A field of a map.
    package struct Field: Equatable, Sendable {
        package var key: String
        package var value: Value

        package init(_ key: String, _ value: Value) {
            self.key = key
            self.value = value
        }
    }

    /// The maximum nesting of arrays and maps, for encoding and decoding. It limits the stack that
    /// encoding, decoding and freeing a value need.
    package static let maximumDepth = 64

    /// The kind of the value, for messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a Boolean"
        case .integer, .unsigned: "an integer"
        case .double: "a floating-point number"
        case .text: "a string"
        case .bytes: "bytes"
        case .array: "an array"
        case .map: "a map"
        }
    }
}
