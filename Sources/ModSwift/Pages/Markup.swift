// SPDX-License-Identifier: Apache-2.0

/// Text that is already HTML: pages write it unchanged, whereas other text is escaped.
///
/// ```swift
/// func badge(_ count: Int) -> Markup {
///     Markup("<b class=\"badge\">\(count)</b>")
/// }
/// ```
///
/// Create it only from text that you have written or escaped; never from data that a client has
/// sent. In a quoted attribute, its quotes and angle brackets are still escaped, and in scripts and
/// style sheets it is treated as data like any other text.
public struct Markup: Hashable, Sendable, CustomStringConvertible {
    /// The HTML.
    public let html: String

    /// Marks text as HTML.
    public init(_ html: String) { self.html = html }

    /// Creates HTML from text by escaping `&`, `<`, `>` and both quotes.
    public init(escaping text: String) { html = escaped(text) }

    /// The HTML.
    public var description: String { html }

    /// Joins two pieces of markup.
    public static func + (left: Markup, right: Markup) -> Markup {
        Markup(left.html + right.html)
    }

    /// Appends markup.
    public static func += (left: inout Markup, right: Markup) { left = left + right }
}
