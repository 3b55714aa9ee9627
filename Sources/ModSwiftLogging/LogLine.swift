// SPDX-License-Identifier: Apache-2.0

import Logging

/// A record as the text of one line. httpd escapes backslashes, and characters that would end the
/// line or control a terminal.
struct LogLine {
    private(set) var text: String

    init(label: String, message: String) {
        text = label.isEmpty ? message : "\(label): \(message)"
    }

    mutating func append(_ metadata: Logger.Metadata) {
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
            text += " \(Self.word(name))=\(Self.word("\(value)"))"
        }
    }

    /// A name or value; quoted if it could not be distinguished from the surrounding text.
    private static func word(_ text: String) -> String {
        let isPlain = !text.isEmpty && !text.contains { " =\"'".contains($0) || $0.isNewline }
        if isPlain { return text }
        let quote = text.contains("\"") && !text.contains("'") ? "'" : "\""
        return quote + text.replacing(quote, with: "\\\(quote)") + quote
    }
}
