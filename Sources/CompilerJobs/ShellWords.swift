// SPDX-License-Identifier: Apache-2.0

/// A command line as programs print it: words separated by blanks, quoted where necessary.
///
/// swiftc quotes like a shell (`'it'\''s'`), clang encloses every word in double quotes and writes
/// a backslash before `"`, `\` and `$`. Both forms are supported here.
package enum ShellWords {
    /// Splits a line into words; nil if a quotation does not end.
    package static func split(_ line: some StringProtocol) -> [String]? {
        var words: [String] = []
        var word: String?
        var rest = line[...]
        while let character = rest.popFirst() {
            switch character {
            case " ":
                if let ended = word { words.append(ended) }
                word = nil
            case "'":
                guard let end = rest.firstIndex(of: "'") else { return nil }
                word = (word ?? "") + rest[..<end]
                rest = rest[end...].dropFirst()
            case "\"":
                guard let text = quoted(&rest) else { return nil }
                word = (word ?? "") + text
            case "\\":
                guard let next = rest.popFirst() else { return nil }
                word = (word ?? "") + String(next)
            default:
                word = (word ?? "") + String(character)
            }
        }
        if let ended = word { words.append(ended) }
        return words
    }

    /// Returns the text up to a closing double quote, which is consumed, too; nil if there is none.
    private static func quoted<Text: StringProtocol>(_ rest: inout Text) -> String?
    where Text.SubSequence == Text {
        var text = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return text
            case "\\":
                guard let next = rest.popFirst() else { return nil }
                // Before any other character a backslash is literal.
                if !"\"\\$`".contains(next) { text.append("\\") }
                text.append(next)
            default: text.append(character)
            }
        }
        return nil
    }
}
