// SPDX-License-Identifier: Apache-2.0
//
// RFC 9110 5.6.6, RFC 2183, RFC 7578 4.2, https://html.spec.whatwg.org/#multipart-form-data

/// The value of a header field such as Content-Type or Content-Disposition: a word, and parameters.
package struct ParameterizedValue: Equatable, Sendable {
    /// A parameter.
    package struct Parameter: Equatable, Sendable {
        /// The name in lower case.
        package let name: String
        package let value: [UInt8]
    }

    /// The text before the parameters, in lower case, such as "multipart/form-data".
    package let value: String
    /// The parameters in order; names are unique.
    package let parameters: [Parameter]

    /// Parses a field's value.
    ///
    /// Tolerates blanks around `;` and `=`, and characters in an unquoted value that are not
    /// allowed in a token. Nil if the text is ambiguous: a quoted string without an end, text after
    /// one, a repeated parameter.
    package init?(_ text: [UInt8]) {
        var reader = Reader(text: text)
        value = String(decoding: reader.upToSemicolon().map(ASCII.lowercased), as: UTF8.self)
        var parameters: [Parameter] = []
        while reader.skipSemicolon() {
            guard let name = reader.parameterName() else { continue }
            guard let value = reader.parameterValue(),
                !parameters.contains(where: { $0.name == name })
            else { return nil }
            parameters.append(Parameter(name: name, value: value))
        }
        self.parameters = parameters
    }

    /// The value of a parameter; its name is in lower case.
    package subscript(_ name: String) -> [UInt8]? {
        parameters.first { $0.name == name }?.value
    }
}

/// Reads the text from left to right.
private struct Reader {
    let text: [UInt8]
    var position = 0

    /// Returns the text up to the next semicolon outside quotes, without blanks at its ends.
    mutating func upToSemicolon() -> ArraySlice<UInt8> {
        let end = text[position...].firstIndex(of: ASCII.semicolon) ?? text.count
        defer { position = end }
        return text[position..<end].trimmed
    }

    /// Whether another parameter may follow; skips its semicolon.
    mutating func skipSemicolon() -> Bool {
        guard position < text.count else { return false }
        position += 1
        return true
    }

    /// Reads the name, in lower case, and its `=`; nil at a semicolon, where there is no parameter.
    mutating func parameterName() -> String? {
        let start = position
        let end = text[start...].firstIndex { $0 == ASCII.equals || $0 == ASCII.semicolon }
        guard let end, text[end] == ASCII.equals else {
            position = end ?? text.count
            return nil
        }
        position = end + 1
        let name = text[start..<end].trimmed
        return String(decoding: name.map(ASCII.lowercased), as: UTF8.self)
    }

    /// Reads the value; nil if it is malformed.
    mutating func parameterValue() -> [UInt8]? {
        while position < text.count, ASCII.isBlank(text[position]) { position += 1 }
        guard position < text.count, text[position] == ASCII.quote else {
            return Array(upToSemicolon())
        }
        // Browsers do not escape backslashes: one before the closing quote is a character of the
        // value.
        return quotedString(escapes: true) ?? quotedString(escapes: false)
    }

    /// Reads a quoted string; nil if it has no end, or if it is followed by anything other than a
    /// semicolon.
    ///
    /// - Parameter escapes: Whether a backslash escapes a quote or another backslash. Before other
    ///   characters it is literal, as in the paths that old browsers send.
    private mutating func quotedString(escapes: Bool) -> [UInt8]? {
        var value: [UInt8] = []
        var index = position + 1
        while index < text.count, text[index] != ASCII.quote {
            if escapes, text[index] == ASCII.backslash, index + 1 < text.count,
                [ASCII.quote, ASCII.backslash].contains(text[index + 1])
            {
                index += 1
            }
            value.append(text[index])
            index += 1
        }
        guard index < text.count else { return nil }
        let rest = text[(index + 1)...].drop(while: ASCII.isBlank)
        guard rest.first ?? ASCII.semicolon == ASCII.semicolon else { return nil }
        position = rest.startIndex
        return value
    }
}

extension ArraySlice<UInt8> {
    /// The bytes without blanks at both ends.
    var trimmed: ArraySlice<UInt8> {
        var slice = drop(while: ASCII.isBlank)
        while let last = slice.last, ASCII.isBlank(last) { slice.removeLast() }
        return slice
    }
}
