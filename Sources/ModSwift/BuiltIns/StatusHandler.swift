// SPDX-License-Identifier: Apache-2.0

internal import ServerRules

/// `SwiftHandler mod_swift::status`: the state of this process, for administrators.
///
/// Corresponds to mod_python's `testhandler`, but escapes HTML and omits the values of passwords
/// (N2-04).
enum StatusHandler {
    static func answer(_ request: Request) -> Status {
        let report = StatusReport(for: request)
        request.headersOut["Cache-Control"] = "no-store"
        if request.args == "auto" {
            request.contentType = "text/plain; charset=utf-8"
            request.write(report.text)
        } else if request.args == "warnings", request.live.configuration?.debugs == true {
            request.contentType = "text/html; charset=utf-8"
            request.write(WarningsDocument.html)
        } else if let document = ErrorReferenceDocument.html(for: request.args) {
            request.contentType = "text/html; charset=utf-8"
            request.write(document)
        } else {
            request.contentType = "text/html; charset=utf-8"
            request.write(report.html(tree: Directive.listing))
        }
        return .ok
    }
}

extension StatusReport {
    /// One line for each value: "Name: value".
    var text: String {
        sections.flatMap { section in
            section.rows.map { "\(section.prefix)\($0.name): \($0.value)" }
        }.map { "\(printable($0))\n" }.joined()
    }

    func html(tree: String) -> String {
        HTMLDocument(
            title: "mod_swift status",
            body: """
                <h1>mod_swift</h1>
                <p>The state of one of the server's processes: another one may serve the next
                request. As lines for programs: <a href="?auto">?auto</a>. The compiler's warnings with
                their lines, where SwiftDebug is on: <a href="?warnings">?warnings</a>. The
                error reference: <a href="?explain">?explain</a>.</p>
                \(sections.map(html).joined(separator: "\n"))
                <h2>Configuration</h2>
                <pre>\(escaped(tree))</pre>
                """
        ).html
    }

    private func html(_ section: Section) -> String {
        let level = section.prefix.hasPrefix("Module.") ? "h3" : "h2"
        let rows = section.rows.map {
            "<dt>\(escaped($0.name))</dt><dd><code>"
                + "\(ErrorReferenceDocument.linked(escaped($0.value)))</code></dd>"
        }
        let list = rows.isEmpty ? "<p>None.</p>" : "<dl>\n\(rows.joined(separator: "\n"))\n</dl>"
        return "<\(level)>\(escaped(section.title))</\(level)>\n\(list)"
    }
}

extension Directive {
    /// The whole configuration, indented, without the values of passwords.
    static var listing: String {
        tree.flatMap { $0.lines(depth: 0) }.map { "\(printable($0))\n" }.joined()
    }

    private func lines(depth: Int) -> [String] {
        let indent = String(repeating: "    ", count: depth)
        let words = [name, SecretRedaction.masked(args, of: name)].filter { !$0.isEmpty }
        let text = words.joined(separator: " ")
        guard isSection else { return [indent + text] }
        let inner = children.flatMap { $0.lines(depth: depth + 1) }
        return ["\(indent)<\(text)>"] + inner + ["\(indent)</\(name)>"]
    }
}
