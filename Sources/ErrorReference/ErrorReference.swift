// SPDX-License-Identifier: Apache-2.0
//
// Parses docs/error-reference.md: its entries, and the subset of Markdown that they use.

/// The explanations of all messages, by their ids.
package struct ErrorReference: Sendable {
    /// The entries, in the order of their ids.
    package let entries: [ErrorEntry]

    /// - Parameter text: The document; an entry begins with "## MSW" and four digits.
    package init(_ text: String) {
        var entries: [ErrorEntry] = []
        var id: String?
        var lines: [Substring] = []
        func close() {
            if let id { entries.append(ErrorEntry(id: id, lines: lines)) }
            lines = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("## ") {
                close()
                id = Self.id(String(line.dropFirst(3)))
            } else {
                lines.append(line)
            }
        }
        close()
        self.entries = entries
    }

    /// - Parameter id: The id, as in "MSW0103".
    package func entry(_ id: String) -> ErrorEntry? { entries.first { $0.id == id } }

    /// Normalises an id: "MSW0103" for "MSW0103", "msw0103", "0103" and "103"; nil for anything
    /// else.
    package static func id(_ text: String) -> String? {
        let isMarked = text.uppercased().hasPrefix("MSW")
        let digits = (isMarked ? text.dropFirst(3) : text[...]).utf8
        guard (1...4).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return "MSW" + String(repeating: "0", count: 4 - digits.count) + String(Substring(digits))
    }
}

/// The meaning, the cause and the remedy of one message.
package struct ErrorEntry: Sendable, Equatable {
    /// The id, as in "MSW0103".
    package let id: String
    package let blocks: [Block]

    package struct Block: Sendable, Equatable {
        /// Whether it is an item of a list.
        package let isItem: Bool
        package let spans: [Span]
    }

    package enum Span: Sendable, Equatable {
        case text(String)
        case code(String)
        case emphasized(String)
        case strong(String)
        /// - Parameter target: As written: "#msw0103", "manual/directives.md#swiftdebug".
        case link([Span], target: String)
    }

    fileprivate init(id: String, lines: [Substring]) {
        self.id = id
        var blocks: [[Substring]] = []
        for line in lines {
            if line.isEmpty || line.hasPrefix("- ") { blocks.append([]) }
            if !line.isEmpty, blocks.isEmpty { blocks.append([]) }
            if !line.isEmpty { blocks[blocks.count - 1].append(line) }
        }
        self.blocks = blocks.filter { !$0.isEmpty }.map { lines in
            let isItem = lines[0].hasPrefix("- ")
            let text = lines.map { line in
                String(isItem ? line.drop { $0 == " " || $0 == "-" } : line)
            }.joined(separator: "\n")
            return Block(isItem: isItem, spans: Span.all(in: text[...]))
        }
    }

    /// The entry for a terminal, with the document's line breaks.
    package var text: String {
        var text = id
        var wasItem = false
        for block in blocks {
            let lines = block.spans.map(\.text).joined().split(separator: "\n")
            text += wasItem && block.isItem ? "\n" : "\n\n"
            text +=
                (block.isItem ? "- " : "")
                + lines.joined(separator: block.isItem ? "\n  " : "\n")
            wasItem = block.isItem
        }
        return text
    }

    /// The message itself, in one line.
    package var title: String {
        (blocks.first?.spans.map(\.text).joined() ?? "").split(whereSeparator: \.isNewline)
            .joined(separator: " ")
    }
}

extension ErrorEntry.Span {
    /// The displayed text.
    package var text: String {
        switch self {
        case .text(let text), .code(let text), .emphasized(let text), .strong(let text): text
        case .link(let spans, _): spans.map(\.text).joined()
        }
    }

    /// Parses the spans of a text. A mark without its counterpart is text.
    fileprivate static func all(in text: Substring) -> [ErrorEntry.Span] {
        var spans: [ErrorEntry.Span] = []
        var plain = ""
        var rest = text
        while let first = rest.first {
            if let (span, end) = next(in: rest, after: plain.last) {
                if !plain.isEmpty { spans.append(.text(plain)) }
                plain = ""
                spans.append(span)
                rest = rest[end...]
            } else {
                plain.append(first)
                rest.removeFirst()
            }
        }
        return plain.isEmpty ? spans : spans + [.text(plain)]
    }

    /// Returns the first span of a text, and its end.
    private static func next(
        in text: Substring, after previous: Character?
    ) -> (ErrorEntry.Span, Substring.Index)? {
        if let (inner, end) = between("`", "`", text) { return (.code(String(inner)), end) }
        if let (inner, end) = between("**", "**", text) { return (.strong(String(inner)), end) }
        if previous?.isLetter != true, let (inner, end) = between("*", "*", text),
            inner.first?.isWhitespace == false
        {
            return (.emphasized(String(inner)), end)
        }
        if let (inner, end) = between("[", "](", text),
            let (target, last) = between("", ")", text[end...])
        {
            return (.link(all(in: inner), target: String(target)), last)
        }
        return nil
    }

    private static func between(
        _ opening: String, _ closing: String, _ text: Substring
    ) -> (Substring, Substring.Index)? {
        guard text.hasPrefix(opening) else { return nil }
        let inner = text.dropFirst(opening.count)
        guard let end = inner.indices.first(where: { inner[$0...].hasPrefix(closing) }),
            end > inner.startIndex
        else { return nil }
        return (inner[..<end], inner.index(end, offsetBy: closing.count))
    }
}
