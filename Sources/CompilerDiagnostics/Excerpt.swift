// SPDX-License-Identifier: Apache-2.0

/// The lines around a location in a source.
package struct Excerpt: Equatable, Sendable {
    /// A line with its number.
    package struct Line: Equatable, Sendable {
        package let number: Int
        package let text: String
    }

    package let lines: [Line]
    /// The number of the line concerned.
    package let line: Int
    /// The text below that line: blanks, tabs where the line has tabs, and a caret.
    package let caret: String

    /// Creates an excerpt.
    ///
    /// - Parameters:
    ///   - source: The whole source.
    ///   - line: The line concerned, from 1; if the source has no such line, the result is nil.
    ///   - column: The column, from 1, in bytes of UTF-8.
    ///   - context: The number of lines before and after it.
    package init?(of source: String, line: Int, column: Int, context: Int = 2) {
        var all = source.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        // The text after the last line end is not a line, unless it is the line concerned.
        if all.count > max(line, 1), all.last?.isEmpty == true { all.removeLast() }
        guard line >= 1, line <= all.count else { return nil }
        let first = max(1, line - context)
        let last = min(all.count, line + context)
        lines = (first...last).map { Line(number: $0, text: Self.shortened(all[$0 - 1])) }
        self.line = line
        caret = Self.caret(under: all[line - 1], column: column)
    }

    /// Shortens a line, which may be a whole minified file.
    private static func shortened(_ line: Substring) -> String {
        line.utf8.count <= 400 ? String(line) : "\(line.prefix(300)) …"
    }

    private static func caret(under line: Substring, column: Int) -> String {
        let bytes = max(0, min(column - 1, line.utf8.count))
        let before = String(decoding: line.utf8.prefix(bytes), as: UTF8.self)
        return String(before.prefix(300).map { $0 == "\t" ? "\t" : " " }) + "^"
    }
}
