// SPDX-License-Identifier: Apache-2.0
//
// One response to a request, whatever ends the handler and whatever was sent before: by the bytes on the
// wire.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ResponseTests {
    @Test func thereIsOneResponseHoweverAHandlerEnds() throws {
        try ResponseTable.check(ResponseTableCell.sample)
    }

    /// A redirect in an earlier phase has completed the response as well.
    @Test(arguments: ["Fixup", "Access", "Trans", "HeaderParser"])
    func whatAPhaseSaysBehindItsRedirectIsNotAppended(_ phase: String) throws {
        let source = """
            func hook(_ req: Request) throws -> Status {
                guard req.prev == nil, req.uri.hasSuffix("x.do"), let end = req.args else { return .declined }
                try req.internalRedirect("/app/inner.do")
                switch end {
                case "ok": return .ok
                case "declined": return .declined
                case "404": return .notFound
                case "found": req.headersOut["Location"] = "/"; return .movedTemporarily
                case "thrown": throw HTTPError(.conflict, "own text")
                case "write": req.write("after")
                case "trap": _ = [0][end.count]
                default: break
                }
                return .done
            }
            func handler(_ req: Request) -> String { req.uri.hasSuffix("inner.do") ? "inner" : "outer" }
            """
        let hook = "Swift\(phase)Handler app::hook"
        let isGlobal = phase == "Trans"
        try SwiftSite.with(
            source, directives: isGlobal ? "" : hook,
            global: "SwiftTrapDrain 0\n"
                + (isGlobal ? "SwiftPath \"${HTDOCS}/app\"\n\(hook)" : ""), children: 1
        ) { server throws in
            for text in ["MSW0", "]     ", "Fatal error"] { server.allowLog(containing: text) }
            _ = try server.app()
            for end in ["ok", "declined", "404", "found", "thrown", "write", "trap", "done"] {
                let connection = try server.connect()
                for query in [end, nil] {
                    let path = query.map { "/app/x.do?\($0)" } ?? "/app/inner.do"
                    try connection.write("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                    let response = try connection.readResponse(to: "GET")
                    #expect(
                        response.status == 200 && response.text == "inner",
                        "\(phase) \(end): \(response)")
                    if response.headers["Connection"] == "close" { break }
                }
            }
        }
    }

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
        try SwiftSite.with(source, modules: ["http2"], global: "Protocols h2c http/1.1") {
            server throws in
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
                let connection = try server.connect()
                try connection.write("GET /app/x.do?\(query) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(throws: (any Error).self, "\(query)") {
                    try connection.readResponse(to: "GET")
                }
                try server.expectLog(containing: "the response was cut off")
                #expect(throws: (any Error).self, "\(query) over HTTP/2") {
                    try server.curl(
                        "/app/x.do?\(query)", "--http2-prior-knowledge")
                }
                try server.expectLog(containing: "the response was cut off")
            }
            for query in ["type", "err-type"] {
                #expect(try server.app(query).headers["Content-Type"] == "application/json")
            }
        }
    }

    @Test func aTypeThatIsSetAmongTheHeadersIsTheResponses() throws {
        let source = """
            func handler(_ req: Request) throws -> String {
                switch req.args ?? "" {
                case "err": req.errHeadersOut["content-type"] = "application/json"
                case "bytes": try req.headersOut.set("CONTENT-TYPE", bytes: "application/json")
                case "add": req.headersOut.add("Content-Type", "application/json")
                case "update": req.headersOut.update(["Content-Type": "application/json"])
                default: req.headersOut["Content-Type"] = "application/json"
                }
                return "{}"
            }
            """
        // The file of the URI has a type of its own.
        try SwiftSite.with(source, directives: "AddHandler mod_swift .css") { server throws in
            try server.write("app/x.css", "")
            for path in ["x.do", "x.css"] {
                for query in ["set", "err", "bytes", "add", "update"] {
                    let response = try server.get("/app/\(path)?\(query)")
                    #expect(
                        response.headers.values(for: "Content-Type") == ["application/json"],
                        "\(path) \(query)")
                }
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
            let failed = try server.get("/app/page.txt")
            #expect(failed.status == 500 && failed.text.contains("MSW0301"))
            for header in ["ETag", "Last-Modified", "Accept-Ranges"] {
                #expect(failed.headers[header] == nil, "\(header)")
            }
            let own = try server.get("/app/own.txt")
            #expect(own.status == 409 && own.text == "own" && own.headers["X-Own"] == "1")
            try server.expectLog(containing: "MSW0301")
        }
    }

    /// `sent_bodyct` of a proxied response is set before anything has left.
    @Test func aFilterThatFailsOnAProxiedResponseHasItsOwnStatus() throws {
        let source = """
            struct Broken: Error {}
            func thrown(_ filter: Filter) throws { _ = try filter.read(); throw Broken() }
            func status(_ filter: Filter) throws { throw Status.conflict }
            func own(_ filter: Filter) throws { throw HTTPError(.conflict, "own", headers: ["X-Own": "1"]) }
            func trap(_ filter: Filter) throws { _ = [0][try filter.read()!.count + 1] }
            func late(_ filter: Filter) throws {
                while let bytes = try filter.read() { filter.write(bytes) }
                if filter.isAtEnd { throw Status.conflict }
            }
            func handler(_ req: Request) -> String {
                String(repeating: "proxied", count: req.args == "long" ? 100_000 : 1)
            }
            """
        let names = ["thrown", "status", "own", "trap", "late"]
        try SwiftSite.with(
            source, modules: ["http2", "proxy", "proxy_http"],
            global: """
                Protocols h2c http/1.1
                SwiftTrapDrain 0
                SwiftPath "${HTDOCS}/app"

                """
                    + names.map { name in
                        """
                        ProxyPass "/\(name)/" "http://127.0.0.1:${PORT}/app/"
                        SwiftOutputFilter app::\(name) \(name.uppercased())
                        <Location "/\(name)">
                            SetOutputFilter \(name.uppercased())
                        </Location>
                        """
                    }.joined(separator: "\n")
        ) { server throws in
            for text in ["MSW0301", "MSW0401", "]     ", "AH"] { server.allowLog(containing: text) }
            for query in ["", "?long"] {
                for (name, status) in [
                    ("thrown", 500), ("status", 409), ("own", 409), ("trap", 500), ("late", 409),
                ] {
                    let ask = [
                        { try server.get("/\(name)/x.do\(query)") },
                        {
                            try server.curl(
                                "/\(name)/x.do\(query)", "--http2-prior-knowledge")
                        },
                    ]
                    for exchange in ask {
                        // What was passed on before the filter failed has left: that is cut.
                        if name == "late" && query == "?long" {
                            #expect(throws: (any Error).self) { try exchange() }
                            continue
                        }
                        let response = try exchange()
                        #expect(response.status == status, "\(name)\(query)")
                        #expect(!response.text.contains("proxied"), "\(name)\(query)")
                        if name == "own" {
                            #expect(response.text == "own" && response.headers["X-Own"] == "1")
                        }
                    }
                }
            }
        }
    }

    // MARK: Requests before this one, and clients that go

    @Test func whatIsWrittenToARequestThatWasRedirectedIsPartOfTheResponse() throws {
        let source = """
            func handler(_ req: Request) async throws -> Status {
                req.contentType = "text/plain"
                guard let prev = req.prev else {
                    req.write("lost, as the response is another's")
                    try req.internalRedirect("/app/y.do?" + (req.args ?? ""))
                    return .ok
                }
                req.write("1 ")
                prev.write("2 ")
                prev.write([51, 32])
                if req.args == "flush" { try prev.flush() }
                try prev.sendFile(req.filename!.replacing("y.do", with: "four.txt"))
                let (texts, continuation) = AsyncStream<String>.makeStream()
                continuation.yield("5 ")
                continuation.finish()
                try await prev.write(contentsOf: texts)
                req.write("6")
                return .ok
            }
            """
        try SwiftSite.with(source, modules: ["http2"], global: "Protocols h2c http/1.1") {
            server throws in
            try server.write("app/four.txt", "4 ")
            for query in ["buffer", "flush"] {
                #expect(try server.app(query).text == "1 2 3 4 5 6")
                let stream = try server.curl(
                    "/app/x.do?\(query)", "--http2-prior-knowledge")
                #expect(stream.text == "1 2 3 4 5 6")
            }
        }
    }

    /// Whatever the source and however it is written: the client's end is not that of the source.
    @Test func aSourceWhoseClientHasLeftIsNotTakenForWhole() throws {
        let source = """
            struct Ticks: AsyncSequence, AsyncIteratorProtocol {
                mutating func next() async -> [UInt8]? {
                    try? await Task.sleep(for: .milliseconds(10))
                    return Task.isCancelled ? nil : [97]
                }
                func makeAsyncIterator() -> Ticks { self }
            }
            func handler(_ req: Request) async throws -> Status {
                let words = (req.args ?? "").split(separator: ",").map(String.init)
                let flushing = words.last == "flushing"
                do {
                    switch words.first ?? "" {
                    case "bytes", "texts":
                        // A stream that ends because its task was cancelled.
                        req.write("begin")
                        try req.flush()
                        let (texts, continuation) = AsyncStream<String>.makeStream()
                        let source = Task {
                            while !Task.isCancelled { continuation.yield("tick"); try? await Task.sleep(for: .milliseconds(10)) }
                        }
                        defer { source.cancel() }
                        if words[0] == "texts" { try await req.write(contentsOf: texts, flushing: flushing) }
                        else { try await req.write(contentsOf: texts.map { Array($0.utf8) }, flushing: flushing) }
                    case "silent":
                        req.write("begin")
                        try req.flush()
                        let (texts, continuation) = AsyncStream<String>.makeStream()
                        defer { continuation.finish() }
                        try await req.write(contentsOf: texts, flushing: flushing)
                    case "own":
                        req.write("begin")
                        try req.flush()
                        try await req.write(contentsOf: Ticks(), flushing: flushing)
                    default: return .ok
                    }
                    req.log("taken for whole", level: .notice)
                } catch { req.log("left: \\(words.joined(separator: ",")) \\(type(of: error))", level: .notice); throw error }
                return .ok
            }
            """
        try SwiftSite.with(source) { server throws in
            _ = try server.app()
            for way in ["bytes", "texts", "silent", "own"] {
                for how in ["buffering", "flushing"] {
                    let connection = try server.connect()
                    try connection.write("GET /app/x.do?\(way),\(how) HTTP/1.1\r\nHost: a\r\n\r\n")
                    _ = try connection.read(20)
                    connection.finishSending()
                    try server.expectLog(
                        containing: "left: \(way),\(how) ClientGone")
                    try server.expectLog(containing: "MSW0304")
                }
            }
            #expect(!server.errorLog().contains("taken for whole"))
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
                    method, "/app/x.do?\(query)")
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
                    "/app/x.do", headers: ["Authorization": "Basic \(credentials)"])
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
