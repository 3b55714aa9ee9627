// SPDX-License-Identifier: Apache-2.0

/// A single diagnostic of the compiler.
package struct Diagnostic: Equatable, Sendable {
    /// The severity of a diagnostic.
    package enum Severity: String, Sendable { case error, warning, note, remark }

    package let severity: Severity
    package let message: String
    /// The file concerned; nil if there is none.
    package let file: String?
    /// The line, from 1; nil if there is no file.
    package let line: Int?
    /// The column, from 1, in bytes of UTF-8 as the compiler counts; nil if there is no file.
    package let column: Int?
    /// The lines that the compiler printed after it: the line of the source, the caret, and the
    /// suggested fix.
    package var quote: [String] = []

    package init(
        severity: Severity, message: String, file: String? = nil, line: Int? = nil,
        column: Int? = nil, quote: [String] = []
    ) {
        self.quote = quote
        self.severity = severity
        self.message = message
        self.file = file
        self.line = line
        self.column = column
    }

    /// Parses a line such as `/srv/a.swift:3:5: error: cannot find 'x' in scope`; nil for any other
    /// line.
    package init?(line text: Substring) {
        for severity in [Severity.error, .warning, .note, .remark] {
            guard let mark = text.firstRange(ofText: ": \(severity.rawValue): ") else { continue }
            let message = String(text[mark.upperBound...])
            let place = text[..<mark.lowerBound].split(
                separator: ":", omittingEmptySubsequences: false)
            if place.count >= 3, let line = Int(place[place.count - 2]),
                let column = Int(place[place.count - 1])
            {
                // A path may contain colons.
                let file = place.dropLast(2).joined(separator: ":")
                self.init(
                    severity: severity, message: message, file: file, line: line, column: column)
                return
            }
            if text.hasPrefix("<unknown>:0: ") {
                self.init(severity: severity, message: message)
                return
            }
        }
        for severity in [Severity.error, .warning] where text.hasPrefix("\(severity.rawValue): ") {
            self.init(
                severity: severity,
                message: String(text.dropFirst(severity.rawValue.count + 2)))
            return
        }
        return nil
    }

    /// Parses all diagnostics in the compiler's output (`-diagnostic-style llvm`), in order.
    package static func all(in output: String) -> [Diagnostic] {
        var all: [Diagnostic] = []
        for line in output.split(whereSeparator: \.isNewline) {
            if let diagnostic = Diagnostic(line: line) {
                all.append(diagnostic)
            } else if !all.isEmpty {
                all[all.count - 1].quote.append(all[all.count - 1].shown(line))
            }
        }
        return all
    }

    /// Returns a line that the compiler quotes. For a declaration in an interface, the compiler
    /// also prints the closing brace of the type around it, which is removed.
    private func shown(_ line: Substring) -> String {
        let isOfSource = file?.hasPrefix("/") != false
        let opening = line.count { $0 == "{" }
        let isEnd = line.last == "}" && line.count { $0 == "}" } > opening
        return String(!isOfSource && isEnd ? line.dropLast() : line)
    }

    /// The replacement that the compiler suggests at the caret, as in "try "; nil if there is none.
    package var fixIt: String? {
        guard quote.count >= 3 else { return nil }
        let text = quote[2].drop { $0 == " " || $0 == "\t" }
        return text.isEmpty ? nil : String(text)
    }

    /// The location: "/srv/a.swift:3:5"; nil if there is no file.
    package var place: String? {
        guard let file, let line, let column else { return nil }
        return "\(file):\(line):\(column)"
    }
}

extension Substring {
    /// Returns the first position of a text, compared byte by byte: the standard library's own
    /// search would load the regular expressions into every server.
    func firstRange(ofText text: String) -> Range<Index>? {
        let wanted = Array(text.utf8)
        var index = startIndex
        while index < endIndex {
            if utf8[index...].starts(with: wanted) {
                return index..<utf8.index(index, offsetBy: wanted.count)
            }
            index = utf8.index(after: index)
        }
        return nil
    }
}
