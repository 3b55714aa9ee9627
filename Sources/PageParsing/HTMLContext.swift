// SPDX-License-Identifier: Apache-2.0

/// Where in a document data stands, and so the form in which it is written there.
package enum HTMLContext: Equatable, Sendable {
    /// Between tags, in a title or a textarea.
    case text
    /// In a quoted attribute.
    case attribute
    /// At the beginning of a URL: the data may choose the scheme.
    case url
    /// In a URL whose scheme is open still, behind other text or data.
    case urlName
    /// Behind "?" or "#" of a URL.
    case urlQuery
    /// A URL in a list of them (`srcset`).
    case urlList
    /// In a string of a script.
    case scriptString
    /// In a string of a style sheet.
    case styleString
    /// In an HTML comment.
    case comment
    /// As it is: what the author has marked, or where the page says so.
    case raw
}

/// What cannot have a form that is safe.
package struct HTMLContextError: Error, Equatable {
    package let message: String
}
