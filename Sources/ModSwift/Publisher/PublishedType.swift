// SPDX-License-Identifier: Apache-2.0
//
// The builder's code for a published function names no types: these values carry the types from the
// function itself to the overloads, among which the compiler selects.

/// The type of a parameter or a result of a published function. Used by the code that the builder
/// generates, not by authors.
@_documentation(visibility: internal)
public struct PublishedType<Value: ~Copyable> {
    /// Creates a value without content.
    public init() {}
}

/// A type whose values are single texts of a form. Only types of the standard library conform to
/// it.
@_documentation(visibility: internal)
public protocol PublishedScalar {
    /// Parses a text; throws the reason if it is not a value of the type.
    static func published(_ text: String) throws(PublishedTextError) -> Self
    /// Whether an empty text is a value.
    static var takesEmptyText: Bool { get }
    /// The value of a field that was not sent; nil if the field is required.
    static var absentValue: Self? { get }
}

/// The reason why a text is not a value of a type.
@_documentation(visibility: internal)
public struct PublishedTextError: Error {
    let reason: String
}

extension PublishedScalar {
    /// False: an input that was left empty has no value.
    public static var takesEmptyText: Bool { false }
    /// None.
    public static var absentValue: Self? { nil }
}

extension String: PublishedScalar {
    /// The text itself.
    public static func published(_ text: String) -> String { text }
    /// True.
    public static var takesEmptyText: Bool { true }
}

extension Bool: PublishedScalar {
    /// Parses the value of a checkbox, or a word for true or false.
    public static func published(_ text: String) throws(PublishedTextError) -> Bool {
        switch text {
        case "on", "true", "1": true
        case "off", "false", "0": false
        default: throw PublishedTextError(reason: "is neither true nor false")
        }
    }

    /// False: a checkbox that is not checked sends nothing.
    public static var absentValue: Bool? { false }
}

extension PublishedScalar where Self: FixedWidthInteger {
    /// Parses digits, optionally after a sign: HTML's integers, without blanks.
    public static func published(_ text: String) throws(PublishedTextError) -> Self {
        if let number = Self(text, radix: 10) { return number }
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        let isNumber = !digits.isEmpty && digits.allSatisfy { (48...57).contains($0) }
        throw PublishedTextError(
            reason: text.isEmpty
                ? "is empty" : isNumber ? "is out of range" : "is not a whole number")
    }
}

extension PublishedScalar where Self: BinaryFloatingPoint & LosslessStringConvertible {
    /// Parses HTML's numbers: digits, a fraction, an exponent; not "nan" or infinity.
    public static func published(_ text: String) throws(PublishedTextError) -> Self {
        if text.isEmpty { throw PublishedTextError(reason: "is empty") }
        guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let number = Self(text)
        else { throw PublishedTextError(reason: "is not a number") }
        guard number.isFinite else { throw PublishedTextError(reason: "is out of range") }
        return number
    }
}

extension Int: PublishedScalar {}
extension Int8: PublishedScalar {}
extension Int16: PublishedScalar {}
extension Int32: PublishedScalar {}
extension Int64: PublishedScalar {}
extension UInt: PublishedScalar {}
extension UInt8: PublishedScalar {}
extension UInt16: PublishedScalar {}
extension UInt32: PublishedScalar {}
extension UInt64: PublishedScalar {}
extension Double: PublishedScalar {}
extension Float: PublishedScalar {}
