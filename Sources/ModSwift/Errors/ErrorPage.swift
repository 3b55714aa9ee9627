// SPDX-License-Identifier: Apache-2.0

/// What the browser shows of a failure under `SwiftDebug On`.
struct ErrorPage {
    let failure: Failure
    let handler: String
    let phase: Phase
    let method: String
    let uri: String

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>\(escaped(failure.id)): mod_swift</title>
        <style>\(Self.style)</style>
        </head>
        <body>
        <p class="id">\(escaped(failure.id)) &middot; \(failure.status.rawValue)</p>
        <h1>\(escaped(failure.summary))</h1>
        \(failure.detail.isEmpty ? "" : "<pre>\(escaped(failure.detail))</pre>")
        <dl>
        <dt>Handler</dt><dd><code>\(escaped("\(phase.directive) \(handler)"))</code></dd>
        <dt>Request</dt><dd><code>\(escaped("\(method) \(uri)"))</code></dd>
        </dl>
        <footer>This page is shown because <code>SwiftDebug On</code> is in effect; without it the
        client gets the status alone. The same story is in the error log.</footer>
        </body>
        </html>

        """
    }

    private static let style = """
        :root{color-scheme:light dark}
        body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:3rem auto;padding:0 1rem}
        h1{font-size:1.25rem;overflow-wrap:anywhere}
        .id{font-weight:600;color:light-dark(#b3261e,#f2b8b5);margin:0}
        pre{overflow:auto;padding:1rem;border-radius:.5rem;background:light-dark(#f4f4f5,#27272a)}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}
        dd{margin:0;overflow-wrap:anywhere}dt{font-weight:600}
        footer{margin-top:2rem;font-size:.875rem;opacity:.75}
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
