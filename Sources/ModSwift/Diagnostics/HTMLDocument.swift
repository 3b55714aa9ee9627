// SPDX-License-Identifier: Apache-2.0

/// An HTML document with our common style, in light and dark.
struct HTMLDocument {
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
        :root{color-scheme:light dark;--bad:light-dark(#b3261e,#f2b8b5);--good:light-dark(#176f3d,#8fd6ab);\
        --box:light-dark(#f4f4f5,#27272a);--dim:light-dark(#6b6b70,#a1a1aa)}
        body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:3rem auto;padding:0 1rem}
        h1{font-size:1.375rem}h1,h2,h3{overflow-wrap:anywhere}
        h2{font-size:1.25rem;margin-top:2rem}h3,section h2{font-size:1rem}
        section h2{margin:1.5rem 0 0}
        .id,.error,.caret{color:var(--bad);font-weight:600}.id{margin:0}
        .warning,.note,.remark,.place,.n{color:var(--dim)}.place{margin:0;overflow-wrap:anywhere}
        pre{overflow:auto;padding:1rem;border-radius:.5rem;background:var(--box);tab-size:4}
        pre strong{font-weight:600}.fix{color:var(--good)}.advice{margin:.5rem 0 0}
        li{margin:.25rem 0}.notes{margin:.75rem 0 0;padding-left:1.25rem}.notes pre{margin:.5rem 0}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin-top:2rem}
        dd{margin:0;overflow-wrap:anywhere}dt{font-weight:600}
        footer{margin-top:2rem;font-size:.875rem;color:var(--dim)}
        """
}

/// Escapes the five characters that have a meaning in HTML.
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
