// SPDX-License-Identifier: Apache-2.0

/// One thing the compiler had to say.
package struct Diagnostic: Equatable, Sendable {
    /// How bad it is.
    package enum Severity: String, Sendable { case error, warning, note, remark }

    package let severity: Severity
    package let message: String
    /// The file it is about; nil where it is about none.
    package let file: String?
    /// 1 and up; nil where there is no file.
    package let line: Int?
    /// 1 and up, in bytes of UTF-8 as the compiler counts; nil where there is no file.
    package let column: Int?
    /// The lines that the compiler has printed after it: the line of the source, the caret, and what it
    /// offers to write there.
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

    /// Reads a line such as `/srv/a.swift:3:5: error: cannot find 'x' in scope`; nil when it is none.
    package init?(line text: Substring) {
        for severity in [Severity.error, .warning, .note, .remark] {
            guard let mark = text.firstRange(ofText: ": \(severity.rawValue): ") else { continue }
            let message = String(text[mark.upperBound...])
            let place = text[..<mark.lowerBound].split(
                separator: ":", omittingEmptySubsequences: false)
            if place.count >= 3, let line = Int(place[place.count - 2]),
                let column = Int(place[place.count - 1])
            {
                // A path may hold colons of its own.
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

    /// All diagnostics in the compiler's output (`-diagnostic-style llvm`), in order.
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

    /// A line that the compiler quotes. Of an interface it prints a declaration together with the brace that
    /// ends the type around it.
    private func shown(_ line: Substring) -> String {
        let isOfSource = file?.hasPrefix("/") != false
        let opening = line.count { $0 == "{" }
        let isEnd = line.last == "}" && line.count { $0 == "}" } > opening
        return String(!isOfSource && isEnd ? line.dropLast() : line)
    }

    /// What the compiler offers to write at the caret, by itself, as in "try "; nil where it offers
    /// nothing.
    package var fixIt: String? {
        guard quote.count >= 3 else { return nil }
        let text = quote[2].drop { $0 == " " || $0 == "\t" }
        return text.isEmpty ? nil : String(text)
    }

    /// "/srv/a.swift:3:5"; nil where there is no file.
    package var place: String? {
        guard let file, let line, let column else { return nil }
        return "\(file):\(line):\(column)"
    }
}

extension Substring {
    /// The first place of a text, byte by byte: the standard library's own search would load the
    /// regular expressions into every server.
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
