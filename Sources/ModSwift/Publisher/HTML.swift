// SPDX-License-Identifier: Apache-2.0

/// Text that is HTML: a published function that returns it responds with `text/html`.
///
/// Values in a literal are escaped, so that text from a form stays text; other HTML is inserted
/// unchanged.
///
/// ```swift
/// public func hello(name: String) -> HTML {
///     "<!DOCTYPE html><title>Hello</title><p>Hello, \(name)!</p>"
/// }
/// ```
///
/// mod_python's publisher guesses: it treats text that ends in `</html>` as HTML, and mod_swift's
/// publisher does the same for a `String`.
public struct HTML: Sendable, Hashable, ExpressibleByStringInterpolation, CustomStringConvertible {
    /// The HTML.
    public var text: String

    /// Creates a value from HTML; nothing is escaped.
    public init(_ text: String) { self.text = text }

    /// Creates a value from a literal.
    public init(stringLiteral value: String) { text = value }

    /// Creates a value from a literal with interpolated values.
    public init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    /// The HTML.
    public var description: String { text }

    /// A literal with interpolated values, which are escaped.
    public struct StringInterpolation: StringInterpolationProtocol {
        var text = ""

        /// Creates an empty interpolation.
        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        /// Appends a part of the literal.
        public mutating func appendLiteral(_ literal: String) { text += literal }

        /// Appends a value as escaped text, which is safe between tags and in a quoted attribute
        /// value.
        public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            text += escaped(value.description)
        }

        /// Appends HTML unchanged.
        public mutating func appendInterpolation(_ html: HTML) { text += html.text }

        /// Appends markup, the HTML of server pages, unchanged.
        public mutating func appendInterpolation(_ markup: Markup) { text += markup.html }

        /// Appends text that is already HTML, unchanged.
        public mutating func appendInterpolation(raw text: String) { self.text += text }
    }

    /// Joins two pieces of HTML.
    public static func + (left: HTML, right: HTML) -> HTML { HTML(left.text + right.text) }

    /// Appends HTML.
    public static func += (left: inout HTML, right: HTML) { left.text += right.text }
}

extension Sequence<HTML> {
    /// Joins pieces of HTML.
    ///
    /// ```swift
    /// let rows = names.map { "<li>\($0)" as HTML }.joined()
    /// ```
    ///
    /// - Parameter separator: The HTML between two pieces.
    public func joined(separator: HTML = "") -> HTML {
        HTML(map(\.text).joined(separator: separator.text))
    }
}
