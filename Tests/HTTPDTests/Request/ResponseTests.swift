// SPDX-License-Identifier: Apache-2.0
//
// One response to a request, whatever ends the handler and whatever was sent before: by the bytes on the
// wire.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ResponseTests {
    /// The query says what is sent before, how the handler ends, and what stands in the way.
    static let source = """
        struct Broken: Error {}

        func handler(_ req: Request) throws -> Status {
            let words = (req.args ?? "").split(separator: ",").map(String.init)
            if req.uri.hasSuffix("inner.do") {
                req.contentType = "text/plain"
                req.write("inner")
                return .ok
            }
            req.contentType = "text/plain"
            if words.contains("filtered") {
                req.addOutputFilter { filter in
                    while let bytes = try filter.read() { filter.write(bytes) }
                }
            }
            switch words[0] {
            case "buffered": req.write("before")
            case "flushed": req.write("before"); try req.flush()
            case "parts": for _ in 0..<4 { req.write(String(repeating: "x", count: 5_000)) }
            case "redirect": try req.internalRedirect("/app/inner.do")
            default: break
            }
            switch words[1] {
            case "ok": return .ok
            case "done": return .done
            case "declined": return .declined
            case "404": return .notFound
            case "created": return .created
            case "found": req.headersOut["Location"] = "/"; return .movedTemporarily
            case "throw": throw Broken()
            case "status": throw Status.forbidden
            case "httpError": throw HTTPError(.conflict, "own text", headers: ["X-Own": "1", "Retry-After": "5"])
            case "trap": _ = [0][words.count]
            case "again": try req.internalRedirect("/app/inner.do")
            case "flush": try req.flush()
            case "write": req.write("after")
            case "send": try req.sendFile(req.filename!.replacing("x.do", with: "app.swift"))
            default: break
            }
            return .ok
        }
        """

    private static let before = ["nothing", "buffered", "flushed", "parts", "redirect"]
    private static let ends = [
        "ok", "done", "declined", "404", "created", "found", "throw", "status", "httpError", "trap",
        "again",
        "flush", "write", "send",
    ]

    /// What the client is to get: a status, or nil for a response that is cut.
    private func expected(_ before: String, _ end: String) -> Int? {
        let statuses = [
            "declined": 404, "404": 404, "created": 201, "found": 302, "throw": 500, "status": 403,
            "httpError": 409, "trap": 500,
        ]
        let status = statuses[end] ?? 200
        switch before {
        case "redirect": return 200
        case "flushed", "parts": return status == 200 && end != "again" ? 200 : nil
        default: return status
        }
    }

    private func run(everything: Bool) throws {
        try SwiftSite.with(
            Self.source, modules: ["http2"],
            global: "Protocols h2c http/1.1\nSwiftTrapDrain 0\nSwiftTrapLimit 0",
            children: 1
        ) { server throws in
            for text in ["MSW0", "]     ", "Fatal error", "AH"] {
                server.allowLog(containing: text)
            }
            _ = try server.app("nothing,ok")
            for before in Self.before {
                for end in everything
                    ? Self.ends : ["ok", "404", "declined", "httpError", "throw", "write"]
                {
                    for way in ["plain", "filtered"] {
                        let query = "\(before),\(end),\(way)"
                        try checkHTTP1(
                            server, query, expected(before, end), isInner: before == "redirect")
                        try checkHead(server, query, expected(before, end))
                    }
                }
            }
        }
    }

    /// Two requests on one connection: the second response is that of the second, or the connection ends.
    private func checkHTTP1(
        _ server: HTTPD, _ query: String, _ status: Int?, isInner: Bool
    ) throws {
        let connection = try server.connect(timeout: .seconds(30))
        try connection.write("GET /app/x.do?\(query) HTTP/1.1\r\nHost: a\r\n\r\n")
        let first = Result { try connection.readResponse(to: "GET") }
        guard let status else {
            #expect(throws: (any Error).self, "\(query)") { try first.get() }
            return
        }
        let response = try first.get()
        #expect(response.status == status, "\(query)")
        if isInner { #expect(response.text == "inner", "\(query)") }
        if status == 409 {
            #expect(response.text == "own text", "\(query)")
            #expect(
                response.headers["X-Own"] == "1" && response.headers["Retry-After"] == "5",
                "\(query)")
        }
        if response.headers["Connection"] == "close" { return }
        try connection.write("GET /app/inner.do HTTP/1.1\r\nHost: a\r\n\r\n")
        let next = try connection.readResponse(to: "GET")
        #expect(next.status == 200 && next.text == "inner", "\(query): \(next)")
    }

    /// No body over either protocol: curl ends a stream that has one with PROTOCOL_ERROR.
    private func checkHead(_ server: HTTPD, _ query: String, _ status: Int?) throws {
        guard let status else { return }
        let connection = try server.connect(timeout: .seconds(30))
        try connection.write("HEAD /app/x.do?\(query) HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try connection.readResponse(to: "HEAD")
        #expect(response.status == status, "HEAD \(query)")
        let stream = try server.curl(
            "/app/x.do?\(query)", "-I", "--http2-prior-knowledge", timeout: .seconds(30))
        #expect(stream.status == status, "HEAD over HTTP/2, \(query)")
    }

    @Test func thereIsOneResponseHoweverAHandlerEnds() throws { try run(everything: true) }

    // MARK: Framing

    @Test func headersOfFramingAreCheckedAndWrongLengthsCut() throws {
        let source = """
            func handler(_ req: Request) throws -> Status {
                req.contentType = "text/plain"
                let words = (req.args ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
                switch words[0] {
                case "set": req.headersOut["Content-Length"] = words[1]
                case "err": req.errHeadersOut["Content-Length"] = "4"
                case "twice": req.headersOut.add("content-length", "5"); req.headersOut.add("Content-Length", "5")
                case "chunks": req.headersOut["Transfer-Encoding"] = "chunked"
                case "proxy": req.errHeadersOut.add("Proxy-Connection", bytes: [97])
                case "type": req.headersOut["Content-Type"] = "application/json"
                case "err-type": try req.errHeadersOut.set("content-type", bytes: "application/json")
                default: break
                }
                if words.last == "late" { req.write("ab"); try req.flush(); req.write("cde") } else { req.write("abcde") }
                return .ok
            }
            """
        try SwiftSite.with(source) { server throws in
            for wrong in ["set,12abc", "set,-5", "set,", "err", "twice", "chunks", "proxy"] {
                #expect(try server.app(wrong).status == 500, "\(wrong)")
                try server.expectLog(containing: "was not set: ")
            }
            for query in ["set,5", "set,5,late", "set,4", "set,9"] {
                let response = try server.app(query)
                #expect(response.text == "abcde", "\(query)")
            }
            try server.expectLog(
                containing: "MSW0761: the Content-Length was set to 4, and 5 bytes are")
            try server.expectLog(
                containing: "MSW0761: the Content-Length was set to 9, and 5 bytes are")
            for query in ["set,4,late", "set,9,late"] {
                let connection = try server.connect(timeout: .seconds(30))
                try connection.write("GET /app/x.do?\(query) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(throws: (any Error).self, "\(query)") {
                    try connection.readResponse(to: "GET")
                }
                try server.expectLog(containing: "the response was cut off")
            }
            for query in ["type", "err-type"] {
                #expect(try server.app(query).headers["Content-Type"] == "application/json")
            }
        }
    }

    // MARK: Bodies and filters behind a response that has begun

    @Test func aBodyThatTurnsBadBehindTheBeginningIsAnError() throws {
        let source = """
            func handler(_ req: Request) async throws -> Status {
                req.write("begin\\n")
                try req.flush()
                do {
                    switch req.args ?? "" {
                    case "line": while try !req.readLine().isEmpty {}
                    case "stream": try req.streamBody { _ in }
                    case "body": for try await _ in req.body {}
                    case "discard": try req.discardRequestBody()
                    case "filter":
                        req.addInputFilter { filter in try filter.forEachChunk { filter.write($0) } }
                        _ = try req.read()
                    case "fails":
                        req.addInputFilter { _ in throw Status.conflict }
                        _ = try req.read()
                    default: _ = try req.read()
                    }
                } catch { req.log("told", level: .notice); throw error }
                req.write("all of it\\n")
                return .ok
            }
            """
        try SwiftSite.with(source) { server throws in
            for way in ["read", "line", "stream", "body", "discard", "filter", "fails"] {
                let answer = try server.rawExchange(
                    "POST /app/x.do?\(way) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "3\r\nabc\r\nZZ\r\n")
                #expect(answer.contains("begin"), "\(way)")
                #expect(
                    !answer.contains("all of it") && !answer.hasSuffix("0\r\n\r\n"),
                    "\(way): \(answer)")
                try server.expectLog(containing: "told")
            }
            server.allowLog(containing: "AH0")
        }
    }

    @Test func aFilterThatFailsLeavesNothingOfTheFilesHeaders() throws {
        let source = """
            struct Broken: Error {}
            func outputFilter(_ filter: Filter) throws { _ = try filter.read(); throw Broken() }
            func own(_ filter: Filter) throws { throw HTTPError(.conflict, "own", headers: ["X-Own": "1"]) }
            func handler(_ req: Request) -> String { "proxied" }
            """
        try SwiftSite.with(
            source, modules: ["proxy", "proxy_http"],
            directives:
                "SwiftDebug On\nSwiftOutputFilter app::outputFilter FAIL\nSwiftOutputFilter app::own OWN\n"
                + "<Files page.txt>\nSetOutputFilter FAIL\n</Files>\n<Files own.txt>\nSetOutputFilter OWN\n</Files>"
        ) { server throws in
            try server.write("app/page.txt", "text")
            try server.write("app/own.txt", "text")
            let failed = try server.get("/app/page.txt", timeout: .seconds(30))
            #expect(failed.status == 500 && failed.text.contains("MSW0301"))
            for header in ["ETag", "Last-Modified", "Accept-Ranges"] {
                #expect(failed.headers[header] == nil, "\(header)")
            }
            let own = try server.get("/app/own.txt")
            #expect(own.status == 409 && own.text == "own" && own.headers["X-Own"] == "1")
            try server.expectLog(containing: "MSW0301")
        }
    }

    // MARK: Methods, credentials

    @Test func allowNamesTheMethodsThatTheHandlerAllows() throws {
        let source = """
            func handler(_ req: Request) throws -> Status {
                req.allowMethods(["GET", "OPTIONS"])
                if req.args == "declined" { return .declined }
                if req.args == "own" { throw HTTPError(.methodNotAllowed, "no") }
                guard req.method == "OPTIONS" else { throw Status.methodNotAllowed }
                return .ok
            }
            """
        try SwiftSite.with(source, directives: "ErrorDocument 405 default") { server throws in
            for (method, query) in [
                ("OPTIONS", ""), ("OPTIONS", "declined"), ("PUT", ""), ("PUT", "own"), ("GET", ""),
            ] {
                let response = try server.request(
                    method, "/app/x.do?\(query)", timeout: .seconds(30))
                #expect(
                    response.headers.values(for: "Allow") == ["GET, HEAD, OPTIONS"],
                    "\(method) \(query)")
                #expect(response.status == (method == "OPTIONS" ? 200 : 405))
            }
        }
    }

    @Test func credentialsInLatin1AreToldApartAndFailedLoginsLogged() throws {
        let source = """
            func authenHandler(_ req: Request) -> Status {
                guard let password = req.basicAuthPassword, password == "p\\u{e4}" else { return .unauthorized }
                return .ok
            }
            func own(_ req: Request) -> Status { req.user = "ann"; return .ok }
            func handler(_ req: Request) -> String { "\\(req.user ?? "-") \\(req.apAuthType ?? "-")" }
            """
        try SwiftSite.with(
            source, modules: ["authn_core", "authz_user"],
            directives: "SwiftAuthenHandler app\nAuthType Basic\nAuthName a\nRequire valid-user"
        ) { server throws in
            // "u:pä" in Latin-1 and in UTF-8, and "u:p" with other bytes that are no UTF-8.
            for (credentials, status) in [
                ("dTpw5A==", 200), ("dTpww6Q=", 200), ("dTpw4w==", 401), ("dTpwww==", 401),
            ] {
                let response = try server.get(
                    "/app/x.do", headers: ["Authorization": "Basic \(credentials)"],
                    timeout: .seconds(30))
                #expect(response.status == status, "\(credentials)")
                if status == 401 {
                    try server.expectLog(
                        containing: "user u: authentication failure for \"/app/x.do\"")
                }
            }
            #expect(try server.app().status == 401)
        }
        try SwiftSite.with(
            source, modules: ["authn_core", "authz_user"],
            directives:
                "SwiftAuthenHandler app::own\nAuthType Token\nAuthName a\nRequire valid-user"
        ) { server throws in
            #expect(try server.app().text == "ann Token")
        }
    }
}
