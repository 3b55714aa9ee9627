// SPDX-License-Identifier: Apache-2.0

/// Text that is HTML already: pages write it as it is, where other text is escaped.
///
/// ```swift
/// func badge(_ count: Int) -> Markup {
///     Markup("<b class=\"badge\">\(count)</b>")
/// }
/// ```
///
/// Make it of text that you have written, or escaped; never of what a client has sent. In a quoted
/// attribute its quotes and angle brackets are escaped still, and in scripts and style sheets it is
/// data like any other.
public struct Markup: Hashable, Sendable, CustomStringConvertible {
    /// The HTML.
    public let html: String

    /// Marks text as HTML.
    public init(_ html: String) { self.html = html }

    /// Makes HTML of text, by escaping `&`, `<`, `>` and both quotes.
    public init(escaping text: String) { html = escaped(text) }

    /// The HTML.
    public var description: String { html }

    /// Joins two pieces of markup.
    public static func + (left: Markup, right: Markup) -> Markup {
        Markup(left.html + right.html)
    }
}
