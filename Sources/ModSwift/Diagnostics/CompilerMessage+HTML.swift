// SPDX-License-Identifier: Apache-2.0

internal import CompilerDiagnostics

extension Diagnostic {
    /// A section of a document: the compiler's message, its location, and the surrounding lines.
    ///
    /// - Parameter sources: The texts that may be shown, by path.
    func html(_ sources: [String: String]) -> String {
        CompilerMessage(diagnostic: self).html(sources)
    }
}

extension CompilerMessage {
    /// A section of a document: the compiler's message, its location, the surrounding lines, and
    /// the notes that belong to it.
    ///
    /// - Parameter sources: The author's texts, by path; for other files, the lines that the
    ///   compiler printed are shown.
    func html(_ sources: [String: String]) -> String {
        let severity = diagnostic.severity.rawValue
        var parts = [
            """
            <section>
            <h2><span class="\(severity)">\(severity)</span>
            \(escaped(diagnostic.message))</h2>
            """
        ]
        parts += diagnostic.excerpt(sources)
        if let advice { parts.append("<p class=\"advice\">\(escaped(advice)).</p>") }
        let notes = notes.map { note in
            let isAtThePlace = note.place == diagnostic.place
            let fix = note.fixIt.map { " <code class=\"fix\">\(escaped($0))</code>" } ?? ""
            let rest = isAtThePlace ? [] : note.excerpt(sources)
            return (["<li>\(escaped(note.message))\(isAtThePlace ? fix : "")"] + rest + ["</li>"])
                .joined(separator: "\n")
        }
        if !notes.isEmpty {
            parts.append("<ul class=\"notes\">\n\(notes.joined(separator: "\n"))\n</ul>")
        }
        return (parts + ["</section>"]).joined(separator: "\n")
    }
}

extension Diagnostic {
    /// The location, and the surrounding lines.
    fileprivate func excerpt(_ sources: [String: String]) -> [String] {
        guard let place, let file, let line, let column else { return [] }
        let title = "<p class=\"place\">\(breakable(place))</p>"
        let own = sources[file].flatMap { Excerpt(of: $0, line: line, column: column) }
        if let own { return [title, "<pre>\(own.html(fix: fixIt))</pre>"] }
        guard !quote.isEmpty else { return [title] }
        return [title, "<pre>\(escaped(quote.joined(separator: "\n")))</pre>"]
    }
}

extension Excerpt {
    /// - Parameter fix: The compiler's suggested replacement at the caret.
    fileprivate func html(fix: String?) -> String {
        let width = "\(lines.last?.number ?? 0)".count
        return lines.map { line in
            let number = "\(line.number)"
            let margin = String(repeating: " ", count: width - number.count)
            let text = "<span class=\"n\">\(margin)\(number)</span>  \(escaped(line.text))"
            guard line.number == self.line else { return text }
            let blank = String(repeating: " ", count: width)
            let offer = fix.map { " <span class=\"fix\">\(escaped($0))</span>" } ?? ""
            return
                "<strong>\(text)</strong>\n\(blank)  <span class=\"caret\">\(caret)</span>\(offer)"
        }.joined(separator: "\n")
    }
}

/// Escapes text for HTML, and allows line breaks after slashes.
func breakable(_ text: String) -> String {
    text.split(separator: "/", omittingEmptySubsequences: false).map { escaped(String($0)) }
        .joined(separator: "/<wbr>")
}
