// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

extension SyntaxProtocol {
    /// The source text without comments and line breaks; nil if it is long or not valid.
    ///
    /// The length is checked first because walking the tokens of a very deep tree would overflow
    /// the stack, whereas reading its length costs nothing.
    func oneLine(atMost limit: Int) -> String? {
        guard totalLength.utf8Length <= limit, !hasError else { return nil }
        var text = ""
        for token in tokens(viewMode: .sourceAccurate) {
            if !token.leadingTrivia.isEmpty, !text.isEmpty, text.last != " " { text += " " }
            text += token.text
            if !token.trailingTrivia.isEmpty { text += " " }
        }
        return text.last == " " ? String(text.dropLast()) : text
    }
}
