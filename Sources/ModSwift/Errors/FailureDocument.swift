// SPDX-License-Identifier: Apache-2.0

internal import CompilerDiagnostics
internal import SystemCalls

/// The document that describes a failure to the client under `SwiftDebug On`: HTML for browsers,
/// otherwise text.
struct FailureDocument {
    /// The maximum number of messages shown.
    private static let shownMessages = 20

    let failure: HandlerFailure
    /// What failed, as in "SwiftHandler app"; empty where no handler was called.
    let title: String
    let method: String
    let uri: String
    /// The version of the module that ran; nil if none did.
    let version: String?
    /// Whether the failure is also in the error log.
    let isLogged: Bool
    /// The path of the failure's entry in the error reference; nil if the client cannot reach one.
    let explanation: String?

    /// The rows of the table beside the failure.
    private var rows: [(name: String, value: String)] {
        let rows = [
            ("Handler", title), ("Request", "\(method) \(uri)"), ("Version", version ?? ""),
        ]
        return rows.filter { !$0.1.isEmpty }
    }

    private var log: String { isLogged ? " The same is in the error log." : "" }

    // MARK: HTML

    var html: String {
        let rows = rows.map { "<dt>\($0.name)</dt><dd><code>\(breakable($0.value))</code></dd>" }
        return HTMLDocument(
            title: "\(failure.id): \(failure.summary)",
            body: """
                <p class="id">\(escaped(failure.id)) &middot; \(failure.status.rawValue)</p>
                <h1>\(breakable(failure.summary))</h1>
                \(story)
                <dl>
                \(rows.joined(separator: "\n"))
                </dl>
                <footer>This page is shown because <code>SwiftDebug On</code> is in effect; without it the
                client gets the status alone.\(log)
                \(reference)</footer>
                """
        ).html
    }

    /// A link to the explanation of the id.
    private var reference: String {
        let id = escaped(failure.id)
        return explanation.map {
            "The error reference explains <a href=\"\(escaped($0))\">\(id)</a>."
        } ?? "On the server, <code>modswift explain \(id)</code> explains it."
    }

    /// The compiler's messages with their source lines, or the detail of other failures.
    private var story: String {
        if let place = failure.place {
            let thrown = Diagnostic(
                severity: .note, message: "the error was thrown here", file: place.file,
                line: place.line, column: place.column)
            return thrown.html(place.source.map { [place.file: $0] } ?? [:])
        }
        guard !failure.detail.isEmpty else { return "" }
        let messages = CompilerMessage.all(in: failure.detail)
        guard !messages.isEmpty else {
            return [trappedLine, "<pre>\(escaped(failure.detail))</pre>"]
                .compactMap { $0 }.joined(separator: "\n")
        }
        let left = messages.count - Self.shownMessages
        return messages.prefix(Self.shownMessages)
            .map { $0.html(failure.sources) }.joined(separator: "\n")
            + (left > 0 ? "\n<p>… and \(left) more, in the error log.</p>" : "")
    }

    /// The source line of a trap, from the first frame of the detail.
    private var trappedLine: String? {
        guard failure.detail.hasPrefix("    "),
            let frame = failure.detail.split(whereSeparator: \.isNewline).first,
            let slash = frame.firstIndex(of: "/"),
            let place = Diagnostic(line: "\(frame[slash...]): note: the handler trapped here"),
            let file = place.file,
            let bytes = try? FileSystem.read(file, limit: ModuleSource.limit).bytes
        else { return nil }
        return place.html([file: String(decoding: bytes, as: UTF8.self)])
    }

    // MARK: Text

    var text: String {
        let place = failure.place.map { "\nIt was thrown at \($0.description).\n" } ?? ""
        let text = failure.isDetailLogged ? failure.detail : failure.logDetail
        let detail = text.isEmpty ? "" : "\n\(text)\n"
        let width = rows.map(\.name.count).max() ?? 0
        let rows = rows.map { name, value in
            "\(name):\(String(repeating: " ", count: width - name.count)) \(value)\n"
        }
        return """
            \(failure.id): \(failure.summary)
            \(place)\(detail)
            \(rows.joined())
            This is shown because SwiftDebug On is in effect.\(log)
            On the server, "modswift explain \(failure.id)" explains it.

            """
    }
}

extension FailureDocument {
    /// Whether a client asks for HTML: a client that accepts it only through a wildcard gets text.
    static func isWantedAsHTML(_ accept: String?) -> Bool {
        guard let accept else { return false }
        return accept.split(separator: ",").contains { range in
            let parts = range.split(separator: ";").map { part in
                String(part.filter { $0 != " " && $0 != "\t" }).lowercased()
            }
            guard let type = parts.first, !parts.dropFirst().contains("q=0") else { return false }
            return type == "text/html" || type == "application/xhtml+xml"
        }
    }
}
