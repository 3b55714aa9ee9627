// SPDX-License-Identifier: Apache-2.0
//
// The functions of the publisher's interface. Nothing in this module is public, so nothing of it is
// published.

import ModSwift

/// Makes HTML from texts that the client sent.
func useHTML(_ req: Request) {
    var tally = Tally()
    let text = req.unparsedURI
    var html: HTML = "<p>\(text)</p>\(HTML(text))\(raw: text)"
    html.text += HTML(stringLiteral: "<hr>").description
    var pieces = HTML.StringInterpolation(literalCapacity: 1, interpolationCount: 1)
    pieces.appendLiteral("<i>")
    pieces.appendInterpolation(req.method)
    pieces.appendInterpolation(html)
    pieces.appendInterpolation(raw: text)
    pieces.appendInterpolation(Markup("<u>"))
    html += html + "<p>"
    html = [html, "<p>"].joined() + [html].joined(separator: "<br>")
    tally.read(html.text, HTML(stringInterpolation: pieces).description)
    tally.read(protections.count)
}

private let protections = [
    Access(methods: ["GET"], realm: "every", passwords: ["a": "b"], users: ["a"]),
    Access(realm: "every", allows: { _, user in user == "a" }) { _, user, password in
        await Task.yield()
        return user == password
    },
]
