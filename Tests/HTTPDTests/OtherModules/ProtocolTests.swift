// SPDX-License-Identifier: Apache-2.0
//
// A handler need not know which MPM runs it, nor whether the client speaks HTTP/2: the answers are
// the same. httpd does not support HTTP/2 under prefork.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ProtocolTests {
    private static let source = """
        enum Left: RequestStorageKey { typealias Value = String }
        enum Seen: ConnectionStorageKey { typealias Value = Int }

        func handler(_ req: Request) async throws -> Status {
            req.errHeadersOut["X-Always"] = req.args
            switch req.args {
            case "members":
                let uri = req.parsedURI
                req.write("\\(req.method) \\(req.uri) \\(req.pathInfo ?? "-") \\(uri.path ?? "-") ")
                req.write("\\(req.hostname ?? "-") \\(req.useragentIP ?? "-") \\(req.isInitial) ")
                req.write("\\(req.finfo?.name ?? "-") \\(req.connection.remoteIP ?? "-") ")
                req.write("\\(req.server.timeout) \\(req.headersIn["X-A"] ?? "-") \\(req.isHTTPS)")
            case "tables":
                req.headersOut.add("X-Out", "1")
                req.headersOut.add("x-out", "2")
                req.headersOut["X-Gone"] = "1"
                req.headersOut["X-Gone"] = nil
                req.notes["n"] = "note"
                req.write("\\(req.headersIn.values(for: "x-a")) \\(req.notes["N"] ?? "-")")
            case "body":
                req.write("\\(try req.readLineString() ?? "-") \\(try req.read(3).count) ")
                var rest = 0
                for try await part in req.body { rest += part.count }
                req.write("\\(rest) \\(req.readLength)")
            case "file": try req.sendFile(req.filename!, offset: 2, length: 5)
            case "filters":
                req.addInputFilter { filter in
                    while let bytes = try filter.read() {
                        filter.write(bytes.map { $0 &+ 1 })
                    }
                }
                req.addOutputFilter { filter in
                    while let bytes = try filter.read() {
                        filter.write(bytes.map { (97...122).contains($0) ? $0 - 32 : $0 })
                    }
                }
                req.write(try req.readString())
            case "storage":
                req[Left.self] = "left"
                req.connection[Seen.self] = 7
                try req.internalRedirect("/app/x.do?redirected")
            case "redirected":
                req.write("\\(req.prev?[Left.self] ?? "-") \\(req.connection[Seen.self] ?? 0)")
            case "error": throw Status.notFound
            case "moved":
                req.headersOut["Location"] = "/elsewhere"
                throw Status.movedTemporarily
            case "subrequest":
                req.write("<")
                try req.lookUp(uri: "/app/part.txt").run()
                req.write(try req.evaluate("%{QUERY_STRING} == 'subrequest'") ? ">" : "?")
            case "late":
                try await Task.sleep(for: .milliseconds(1))
                req.write("late")
                try req.flush()
            default: req.write("what?")
            }
            return .ok
        }
        """

    /// What is asked, and what must come: status, body, and fields of the head.
    private static let answers: [(question: String, status: Int, text: String, fields: [String])] =
        [
            (
                "members", 200,
                "GET /app/x.do/more /more /app/x.do/more 127.0.0.1 127.0.0.1 true x.do 127.0.0.1 20.0 1, 2 false",
                ["members"]
            ),
            ("tables", 200, "[\"1, 2\"] note", ["tables", "1", "2"]),
            ("body", 200, "a line 3 6 16", ["body"]),
            ("file", 200, "23456", ["file"]),
            ("filters", 200, "B!MJOF\u{B}CMPD\u{B}RSEU", ["filters"]),
            ("storage", 200, "left 7", ["redirected"]),
            ("error", 404, "", ["error"]),
            ("moved", 302, "", ["moved", "/elsewhere"]),
            ("subrequest", 200, "<part>", ["subrequest"]),
            ("late", 200, "late", ["late"]),
        ]

    @Test(arguments: [
        (MPM.event, "--http1.1"), (.worker, "--http1.1"), (.prefork, "--http1.1"),
        (.event, "--http2-prior-knowledge"), (.worker, "--http2-prior-knowledge"),
    ])
    func answersAreTheSame(mpm: MPM, version: String) throws {
        try SwiftSite.with(
            Self.source, mpm: mpm, modules: mpm == .prefork ? [] : ["http2"],
            global: mpm == .prefork ? "" : "Protocols h2c http/1.1"
        ) { server throws in
            try server.write("app/x.do", "0123456789")
            try server.write("app/part.txt", "part")
            for expected in Self.answers {
                let question = expected.question
                // Over HTTP/2 httpd resets a stream whose body nobody has read, which curl tells as
                // a failure.
                let isRead = ["body", "filters"].contains(question)
                let answer = try server.curl(
                    "/app/x.do\(question == "members" ? "/more" : "")?\(question)", version,
                    isRead ? "-d" : "-H", isRead ? "a line\nbloc\nqrdt" : "X-B: 1",
                    "-H", "X-A: 1", "-H", "x-a: 2")
                #expect(answer.version == (version == "--http1.1" ? "HTTP/1.1" : "HTTP/2"))
                #expect(answer.status == expected.status, "\(question)")
                // A page of httpd's own is none of ours.
                if expected.status == 200 { #expect(answer.text == expected.text) }
                let fields = ["X-Always", "X-Out", "X-Gone", "Location"]
                    .flatMap { answer.headers.values(for: $0) }
                #expect(fields == expected.fields, "\(question)")
            }
        }
    }
}
