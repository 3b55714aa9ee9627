// SPDX-License-Identifier: Apache-2.0

internal import CompilerDiagnostics
internal import SystemCalls

/// What the browser shows of a failure under `SwiftDebug On`.
struct FailureDocument {
    /// More than these help nobody.
    private static let shownDiagnostics = 20

    let failure: HandlerFailure
    let handler: String
    let phase: Phase
    let method: String
    let uri: String
    /// The module's version that ran; nil where none did.
    let version: String?

    var html: String {
        HTMLDocument(
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
        guard !diagnostics.isEmpty else {
            return "<pre>\(escaped(failure.detail))</pre>\(trappedLine.map { "\n\($0)" } ?? "")"
        }
        let left = diagnostics.count - Self.shownDiagnostics
        return diagnostics.prefix(Self.shownDiagnostics)
            .map { $0.html(failure.sources) }.joined(separator: "\n")
            + (left > 0 ? "\n<p>… and \(left) more, in the error log.</p>" : "")
    }

    /// The line of the source in which a trap was, as the first frame of the detail names it.
    private var trappedLine: String? {
        guard failure.detail.hasPrefix("    "),
            let frame = failure.detail.split(whereSeparator: \.isNewline).first,
            let slash = frame.firstIndex(of: "/"),
            let place = Diagnostic(line: "\(frame[slash...]): note: it trapped here"),
            let file = place.file,
            let bytes = try? FileSystem.read(file, limit: ModuleSource.limit).bytes
        else { return nil }
        return place.html([file: String(decoding: bytes, as: UTF8.self)])
    }
}
