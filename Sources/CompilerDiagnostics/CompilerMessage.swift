// SPDX-License-Identifier: Apache-2.0

/// A message of the compiler: an error or a warning, and its notes.
package struct CompilerMessage: Equatable, Sendable {
    package let diagnostic: Diagnostic
    package private(set) var notes: [Diagnostic] = []

    package init(diagnostic: Diagnostic) { self.diagnostic = diagnostic }

    /// Parses all messages in the compiler's output, in order, without repetitions: a file that is
    /// included twice is compiled twice.
    package static func all(in output: String) -> [CompilerMessage] {
        var all: [CompilerMessage] = []
        for diagnostic in Diagnostic.all(in: output) {
            if diagnostic.severity == .note, !all.isEmpty {
                all[all.count - 1].notes.append(diagnostic)
            } else {
                all.append(CompilerMessage(diagnostic: diagnostic))
            }
        }
        return all.enumerated().filter { index, message in
            !all[..<index].contains(message)
        }.map(\.element.inAuthorsWords)
    }

    /// The message without the call to which a page's `<%= value %>` is translated, because the
    /// author did not write it.
    private var inAuthorsWords: CompilerMessage {
        let isOfPage = { (note: Diagnostic) in
            note.file?.hasSuffix("ModSwift.PageSink.callAsFunction") == true
        }
        guard notes.contains(where: isOfPage) else { return self }
        let message = CompilerMessage(
            diagnostic: diagnostic.dropping(prefix: "'callAsFunction' is unavailable: "))
        return notes.reduce(into: message) { if !isOfPage($1) { $0.notes.append($1) } }
    }

    /// Returns the compiler's output for a log: suggested fixes are marked, and the most common
    /// first mistakes are followed by a line of mod_swift's, in the compiler's form.
    package static func annotated(_ output: String) -> String {
        all(in: output).map { message in
            let advice = message.advice.map { advice in
                "\(message.diagnostic.place.map { "\($0): " } ?? "")mod_swift: \(advice)"
            }
            return
                ([message.diagnostic.logText, advice].compactMap { $0 }
                + message.notes.map(\.logText)).joined(separator: "\n")
        }.joined(separator: "\n")
    }
}

extension Diagnostic {
    fileprivate func dropping(prefix: String) -> Diagnostic {
        guard message.hasPrefix(prefix) else { return self }
        return Diagnostic(
            severity: severity, message: String(message.dropFirst(prefix.count)), file: file,
            line: line, column: column, quote: quote)
    }

    /// The diagnostic as the compiler printed it, with its suggested fix marked.
    fileprivate var logText: String {
        let title = "\(place ?? "<unknown>:0"): \(severity.rawValue): \(message)"
        var lines = [title] + quote
        if fixIt != nil { lines[3] += "   <- offered by the compiler" }
        return lines.joined(separator: "\n")
    }
}
