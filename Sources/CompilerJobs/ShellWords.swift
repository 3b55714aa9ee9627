// SPDX-License-Identifier: Apache-2.0

/// A command line as programs print it: words between blanks, quoted where they have to be.
///
/// swiftc quotes as a shell does (`'it'\''s'`), clang puts every word between double quotes and a
/// backslash before `"`, `\` and `$`. Both are read here.
package enum ShellWords {
    /// Takes a line apart; nil when a quotation has no end.
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

    /// The text up to a closing double quote, which is taken, too; nil where there is none.
    private static func quoted<Text: StringProtocol>(_ rest: inout Text) -> String?
    where Text.SubSequence == Text {
        var text = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return text
            case "\\":
                guard let next = rest.popFirst() else { return nil }
                // Before anything else a backslash is one.
                if !"\"\\$`".contains(next) { text.append("\\") }
                text.append(next)
            default: text.append(character)
            }
        }
        return nil
    }
}
