// SPDX-License-Identifier: Apache-2.0
//
// RFC 9110 5.6.6, RFC 2183, RFC 7578 4.2, https://html.spec.whatwg.org/#multipart-form-data

/// The value of a header field such as Content-Type or Content-Disposition: a word, and parameters.
package struct ParameterizedValue: Equatable, Sendable {
    /// A parameter.
    package struct Parameter: Equatable, Sendable {
        /// In lower case.
        package let name: String
        package let value: [UInt8]
    }

    /// What stands before the parameters, in lower case, such as "multipart/form-data".
    package let value: String
    /// In order; names occur once.
    package let parameters: [Parameter]

    /// Reads a field's value.
    ///
    /// Blanks around `;` and `=` are tolerated, and characters in an unquoted value that are not of a
    /// token. Nil where the text cannot be understood in one way only: a quoted string without an
    /// end, text behind one, a parameter twice.
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

    /// The text to the next semicolon, which is not inside quotes, without blanks around it.
    mutating func upToSemicolon() -> ArraySlice<UInt8> {
        let end = text[position...].firstIndex(of: ASCII.semicolon) ?? text.count
        defer { position = end }
        return text[position..<end].trimmed
    }

    /// Whether another parameter may follow; behind its semicolon.
    mutating func skipSemicolon() -> Bool {
        guard position < text.count else { return false }
        position += 1
        return true
    }

    /// The name, in lower case, behind its `=`; nil at a semicolon, where there is no parameter.
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

    /// The value; nil where it is malformed.
    mutating func parameterValue() -> [UInt8]? {
        while position < text.count, ASCII.isBlank(text[position]) { position += 1 }
        guard position < text.count, text[position] == ASCII.quote else {
            return Array(upToSemicolon())
        }
        // Browsers leave backslashes alone: one before the closing quote is a character of the value.
        return quotedString(escapes: true) ?? quotedString(escapes: false)
    }

    /// A quoted string; nil where it has no end, or something else than a semicolon follows.
    ///
    /// - Parameter escapes: Whether a backslash escapes a quote or another backslash. Before other
    ///   characters it stands for itself, as in the paths that old browsers send.
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
