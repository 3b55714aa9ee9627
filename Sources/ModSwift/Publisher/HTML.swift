// SPDX-License-Identifier: Apache-2.0

/// Text that is HTML: a published function that returns it answers with `text/html`.
///
/// Values in a literal are escaped, so that what comes from a form stays text; other HTML goes in as it
/// is.
///
/// ```swift
/// public func hello(name: String) -> HTML {
///     "<!DOCTYPE html><title>Hello</title><p>Hello, \(name)!</p>"
/// }
/// ```
///
/// mod_python's publisher guesses: it takes text that ends in `</html>` for HTML, and so does ours for
/// a `String`.
public struct HTML: Sendable, Hashable, ExpressibleByStringInterpolation, CustomStringConvertible {
    /// The HTML.
    public var text: String

    /// Takes text that is HTML already; nothing of it is escaped.
    public init(_ text: String) { self.text = text }

    /// Takes a literal.
    public init(stringLiteral value: String) { text = value }

    /// Takes a literal with values in it.
    public init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    /// The HTML.
    public var description: String { text }

    /// A literal with values that are escaped.
    public struct StringInterpolation: StringInterpolationProtocol {
        var text = ""

        /// Makes an empty one.
        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        /// Adds a piece of the literal.
        public mutating func appendLiteral(_ literal: String) { text += literal }

        /// Adds a value as text, which is escaped: it may stand between tags, and in an attribute's
        /// value between quotes.
        public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            text += escaped(value.description)
        }

        /// Adds HTML as it is.
        public mutating func appendInterpolation(_ html: HTML) { text += html.text }

        /// Adds text that is HTML already, as it is.
        public mutating func appendInterpolation(raw text: String) { self.text += text }
    }
}
