// SPDX-License-Identifier: Apache-2.0

internal import ModSwiftDiagnostics

/// What the browser shows of a failure under `SwiftDebug On`.
struct ErrorPage {
    /// More than these help nobody.
    private static let shownDiagnostics = 20

    let failure: Failure
    let handler: String
    let phase: Phase
    let method: String
    let uri: String
    /// The module's version that ran; nil where none did.
    let version: String?

    var html: String {
        Page(
            title: "\(failure.id): \(failure.summary)",
            body: """
                <p class="id">\(escaped(failure.id)) &middot; \(failure.status.rawValue)</p>
                <h1>\(escaped(failure.summary))</h1>
                \(story)
                <dl>
                <dt>Handler</dt><dd><code>\(escaped("\(phase.directive) \(handler)"))</code></dd>
                <dt>Request</dt><dd><code>\(escaped("\(method) \(uri)"))</code></dd>
                <dt>Version</dt><dd><code>\(escaped(version ?? "none was loaded"))</code></dd>
                </dl>
                <footer>This page is shown because <code>SwiftDebug On</code> is in effect; without
                it the client gets the status alone. The same story is in the error log, and
                <code>\(escaped(failure.id))</code> is explained in the error reference.</footer>
                """
        ).html
    }

    /// The diagnostics with what they point at, or whatever else there is to tell.
    private var story: String {
        guard !failure.detail.isEmpty else { return "" }
        let diagnostics = Diagnostic.all(in: failure.detail)
        guard !diagnostics.isEmpty else { return "<pre>\(escaped(failure.detail))</pre>" }
        let left = diagnostics.count - Self.shownDiagnostics
        return diagnostics.prefix(Self.shownDiagnostics).map(section).joined(separator: "\n")
            + (left > 0 ? "\n<p>… and \(left) more, in the error log.</p>" : "")
    }

    private func section(_ diagnostic: Diagnostic) -> String {
        var html = """
            <section>
            <h2><span class="\(diagnostic.severity.rawValue)">\(diagnostic.severity.rawValue)</span>
            \(escaped(diagnostic.message))</h2>
            """
        if let file = diagnostic.file, let line = diagnostic.line, let column = diagnostic.column {
            html += "\n<p class=\"place\">\(escaped("\(file):\(line):\(column)"))</p>"
            let excerpt = failure.source.flatMap { Excerpt(of: $0, line: line, column: column) }
            if let excerpt { html += "\n<pre>\(excerptLines(excerpt))</pre>" }
        }
        return html + "\n</section>"
    }

    private func excerptLines(_ excerpt: Excerpt) -> String {
        let width = "\(excerpt.lines.last?.number ?? 0)".count
        return excerpt.lines.map { line in
            let number = "\(line.number)"
            let margin = String(repeating: " ", count: width - number.count)
            let text = "<span class=\"n\">\(margin)\(number)</span>  \(escaped(line.text))"
            guard line.number == excerpt.line else { return text }
            let blank = String(repeating: " ", count: width)
            let caret = "<span class=\"caret\">\(excerpt.caret)</span>"
            return "<strong>\(text)</strong>\n\(blank)  \(caret)"
        }.joined(separator: "\n")
    }
}

/// A page of ours: the same look everywhere, in light and dark.
struct Page {
    let title: String
    /// HTML.
    let body: String

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>\(escaped(title))</title>
        <style>\(Self.style)</style>
        </head>
        <body>
        \(body)
        </body>
        </html>

        """
    }

    private static let style = """
        :root{color-scheme:light dark;--bad:light-dark(#b3261e,#f2b8b5);\
        --box:light-dark(#f4f4f5,#27272a);--dim:light-dark(#6b6b70,#a1a1aa)}
        body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:3rem auto;padding:0 1rem}
        h1{font-size:1.375rem;overflow-wrap:anywhere}
        h2{font-size:1rem;margin:1.5rem 0 0;overflow-wrap:anywhere}
        .id,.error,.caret{color:var(--bad);font-weight:600}.id{margin:0}
        .warning,.note,.remark,.place,.n{color:var(--dim)}.place{margin:0;overflow-wrap:anywhere}
        pre{overflow:auto;padding:1rem;border-radius:.5rem;background:var(--box);tab-size:4}
        pre strong{font-weight:600}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin-top:2rem}
        dd{margin:0;overflow-wrap:anywhere}dt{font-weight:600}
        table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .75rem .25rem 0;\
        vertical-align:top;overflow-wrap:anywhere}
        footer{margin-top:2rem;font-size:.875rem;color:var(--dim)}
        """
}

/// Text for HTML: the five characters that mean something there, as references.
func escaped(_ text: String) -> String {
    var html = ""
    html.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": html += "&amp;"
        case "<": html += "&lt;"
        case ">": html += "&gt;"
        case "\"": html += "&quot;"
        case "'": html += "&#39;"
        default: html.unicodeScalars.append(scalar)
        }
    }
    return html
}
