// SPDX-License-Identifier: Apache-2.0

/// The context of data in a document, which determines how the data is escaped.
package enum HTMLContext: Equatable, Sendable {
    /// Between tags, in a title or a textarea.
    case text
    /// In a quoted attribute.
    case attribute
    /// At the beginning of a URL: the data may determine the scheme.
    case url
    /// In a URL whose scheme is still undetermined, after other text or data.
    case urlName
    /// After "?" or "#" in a URL.
    case urlQuery
    /// A URL in a list of URLs (`srcset`).
    case urlList
    /// In a string in a script.
    case scriptString
    /// In a string in a style sheet.
    case styleString
    /// In an HTML comment.
    case comment
    /// Unescaped: text that the author has marked, or a place where the page turns escaping off.
    case raw
}

/// The error for data that cannot be escaped safely.
package struct HTMLContextError: Error, Equatable {
    package let message: String
}
