// SPDX-License-Identifier: Apache-2.0
//
// Subrequests and expressions.

import ModSwift

/// Makes subrequests and evaluates expressions with values from the client and with fixed ones.
func ask(_ req: Request) {
    var tally = Tally()
    let lookUps = [
        { try req.lookUp(uri: req.unparsedURI, method: req.method) },
        { try req.lookUp(uri: req.uri) }, { try req.lookUp(file: req.args ?? "x.do") },
    ]
    for lookUp in lookUps {
        if let page = tally.attempt(lookUp) { tally.readAll(of: page) }
    }
    if let page = tally.attempt({ try req.lookUp(uri: "/app/x.file?sub") }) {
        tally.attempt { try page.output(limit: 1 << 20).count }
        tally.readAll(of: page)
        tally.attempt { try page.run() }
    }
    evaluate(req, &tally)
}

extension Tally {
    mutating func readAll(of page: Subrequest) {
        read(page.status, page.uri, page.fileExists, page.filename, page.pathInfo)
        read(page.contentType)
        readAll(of: page.request)
    }
}

private let condition = Result { try ServerExpression("%{HTTP_HOST} == %{REQUEST_URI}") }
private let text = Result { try ServerStringExpression("%{QUERY_STRING} %{req:Cookie}") }

private func evaluate(_ req: Request, _ tally: inout Tally) {
    tally.attempt { try condition.get().evaluate(for: req) }
    tally.attempt { try text.get().evaluate(for: req) }
    tally.attempt { try req.evaluate("%{HTTP_USER_AGENT} =~ /a+/", options: .noVary) }
    // With options for texts from outside: functions that read files are refused.
    let foreign = ServerExpression.Options(rawValue: ServerExpression.Options.restricted.rawValue)
    tally.attempt { try req.evaluate(req.args ?? "", options: foreign) }
    tally.attempt { try req.evaluateString(req.uri, options: foreign) }
}
