// SPDX-License-Identifier: Apache-2.0

internal import CompilerDiagnostics

extension Diagnostic {
    /// A section of a document: what the compiler says, where, and the lines around that.
    ///
    /// - Parameter sources: The texts that may be shown, by path.
    func html(_ sources: [String: String]) -> String {
        var html = """
            <section>
            <h2><span class="\(severity.rawValue)">\(severity.rawValue)</span>
            \(escaped(message))</h2>
            """
        if let file, let line, let column {
            html += "\n<p class=\"place\">\(escaped("\(file):\(line):\(column)"))</p>"
            let excerpt = sources[file].flatMap { Excerpt(of: $0, line: line, column: column) }
            if let excerpt { html += "\n<pre>\(excerpt.html)</pre>" }
        }
        return html + "\n</section>"
    }
}

extension Excerpt {
    fileprivate var html: String {
        let width = "\(lines.last?.number ?? 0)".count
        return lines.map { line in
            let number = "\(line.number)"
            let margin = String(repeating: " ", count: width - number.count)
            let text = "<span class=\"n\">\(margin)\(number)</span>  \(escaped(line.text))"
            guard line.number == self.line else { return text }
            let blank = String(repeating: " ", count: width)
            return "<strong>\(text)</strong>\n\(blank)  <span class=\"caret\">\(caret)</span>"
        }.joined(separator: "\n")
    }
}
