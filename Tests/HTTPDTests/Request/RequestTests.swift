// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct RequestTests {
    @Test func membersSayWhatTheClientSent() throws {
        let source = """
            func handler(_ req: Request) -> String {
                [
                    req.uri, req.unparsedURI, req.filename?.hasSuffix("/app/x.do").description ?? "-",
                    req.args ?? "-", req.pathInfo ?? "-", req.method, req.theRequest ?? "-",
                    req.hostname ?? "-", req.protocol, req.user ?? "-", "\\(req.status)",
                    req.connection.remoteIP ?? "-", "\\(req.connection.localPort == req.server.port)",
                    "\\(req.server.isVirtual)", "\\(req.main == nil)", "\\(req.prev == nil)",
                    "\\(req.phase)", req.headersIn["user-agent"] ?? "-", req.interpreter,
                    req.headersIn["x-none"] ?? "-", req.headersIn["X-Empty"] ?? "-",
                ].joined(separator: "|")
            }
            """
        try SwiftSite.with(source) { server throws in
            let answer = try server.get(
                "/app/x.do?a=%20b&c", headers: ["User-Agent": "me", "X-Empty": ""])
            #expect(
                answer.text
                    == "/app/x.do|/app/x.do?a=%20b&c|true|a=%20b&c|-|GET|GET /app/x.do?a=%20b&c "
                    + "HTTP/1.1|127.0.0.1|HTTP/1.1|-|200|127.0.0.1|true|false|true|true|"
                    + "SwiftHandler|me|127.0.0.1|-|")
            // What is absent is nil, not an empty string.
            #expect(try server.get("/app/x.do?").text.contains("|/app/x.do?|true||-|"))
        }
    }

    /// The lines of the contract (names that handlers written elsewhere rely on), as far as there are
    /// such features.
    @Test func everyLineOfTheContractCompilesAndRuns() throws {
        let source = """
            enum MyKey: RequestStorageKey { typealias Value = String }
            func handler(_ req: Request) async throws -> Status {
                _ = (req.uri, req.filename, req.args, req.pathInfo, req.method, req.theRequest)
                _ = (req.hostname, req.protocol, req.headersIn["User-Agent"], req.notes)
                _ = (req.subprocessEnv, req.errHeadersOut, req.connection, req.server, req.main)
                _ = (req.prev, req.next, req.phase, req.interpreter, req.basicAuthPassword)
                req.contentType = "text/html"
                req.status = .notFound
                req.user = "ann"
                req.headersOut["X-A"] = "1"
                req.headersOut.add("Set-Cookie", "a=1")
                try req.headersOut.set("X-B", to: "2")
                req.write("text")
                req.write([10, 20] as [UInt8])
                req.write([10, 20, 30][1...].map { UInt8($0) })
                req.write("slice".utf8.dropFirst())
                try req.flush()
                try req.checkClient()
                try req.sendFile("/etc/hostname", offset: 0, length: nil)
                _ = try req.read(4096)
                _ = try req.readLine()
                _ = try req.readLines()
                for try await chunk in req.body { _ = chunk }
                _ = try req.read()
                req.log("text", level: .notice)
                _ = req.options["key"]
                _ = req.config["SwiftDebug"]
                req.addHandler(.log, "app::after")
                req.registerCleanup {}
                req[MyKey.self] = "value"
                for (name, value) in req.headersIn { _ = (name, value) }
                _ = (req.headersIn.count, req.headersIn.isEmpty, req.headersIn.values(for: "A"))
                let own = Table()
                own.add("a", "1")
                own.removeAll()
                return .ok
            }
            func after(_ req: Request) async throws -> Status {
                req[MyKey.self] == "value" ? .ok : Status(rawValue: 418)
            }
            """
        try SwiftSite.with(source) { server throws in
            let answer = try server.app()
            #expect(answer.status == 404)
            #expect(answer.headers["X-B"] == "2")
            #expect(answer.text.contains("lice"))
        }
    }

    @Test func bytesThatAreNotUTF8AreRepairedWhenRead() throws {
        let source = """
            func handler(_ req: Request) -> String {
                let bytes = req.headersIn.withBytes(of: "X-Raw") { span in
                    guard let span else { return "none" }
                    return span.indices.map { String(span[$0], radix: 16) }.joined(separator: " ")
                }
                return "\\(req.headersIn["X-Raw"] ?? "-") \\(bytes) \\(req.uri.unicodeScalars.contains("\\u{FFFD}"))"
            }
            """
        try SwiftSite.with(source) { server throws in
            let request =
                Array("GET /app/%ff.do HTTP/1.1\r\nHost: a\r\nX-Raw: a".utf8)
                + [0xff, 0xc3] + Array("b\r\nConnection: close\r\n\r\n".utf8)
            let answer = String(decoding: try server.rawExchange(request), as: UTF8.self)
            #expect(answer.contains("200 OK"))
            #expect(answer.contains("a\u{FFFD}\u{FFFD}b 61 ff c3 62 true"))
        }
    }

    @Test func tablesAreOrderedAndMultiValued() throws {
        let source = """
            func handler(_ req: Request) -> String {
                let table = req.headersOut
                table["X-One"] = "1"
                table.add("x-one", "2")
                table["X-Two"] = "2"
                table["X-Two"] = "3"
                table["X-Gone"] = "4"
                table["X-Gone"] = nil
                let own = Table()
                own.add("b", "1"); own.add("a", "2"); own.add("B", "3")
                return "\\(table["X-ONE"] ?? "-") \\(table.values(for: "x-One")) \\(table.count) "
                    + "\\(own.map { "\\($0.name)=\\($0.value)" }) \\(own.isEmpty) \\(own["none"] ?? "nil")"
            }
            """
        try SwiftSite.with(source) { server throws in
            let answer = try server.app()
            #expect(
                answer.text
                    == "1 [\"1\", \"2\"] 3 [\"b=1\", \"a=2\", \"B=3\"] false nil")
            #expect(answer.headers.values(for: "X-One") == ["1", "2"])
            #expect(answer.headers.values(for: "X-Two") == ["3"])
            #expect(answer.headers["X-Gone"] == nil)
        }
    }

    @Test(arguments: ["headersOut", "contentType", "name", "add"])
    func aLineBreakInAHeaderEndsTheRequestAs500(place: String) throws {
        let source = """
            func handler(_ req: Request) throws -> String {
                switch req.args {
                case "headersOut": req.headersOut["X-A"] = "a\\r\\nX-B: b"
                case "contentType": req.contentType = "text/html\\nX-B: b"
                case "name": req.headersOut["X-A\\0"] = "b"
                case "add": req.errHeadersOut.add("Set-Cookie", "a=1\\n")
                default: break
                }
                return "sent"
            }
            """
        try SwiftSite.with(source) { server throws in
            let answer = try server.app(place)
            #expect(answer.status == 500)
            #expect(answer.headers["X-B"] == nil)
            try server.expectLog(containing: "MSW0303")
            if place == "headersOut" { #expect(server.errorLog().contains("app/app.swift:4:")) }
        }
    }

    @Test func aRefusedValueCanBeCaught() throws {
        let source = """
            func handler(_ req: Request) throws -> String {
                do { try req.headersOut.set("A", to: "\\n") } catch let error as RefusedValue {
                    return "\\(error.place) \\(error.name)"
                }
                return "set"
            }
            """
        try SwiftSite.with(source) { server throws in
            #expect(try server.app().text == "headersOut A")
        }
    }

    @Test func bodiesAreReadHoweverTheyCome() throws {
        let source = """
            func handler(_ req: Request) async throws -> String {
                switch req.args {
                case "all": return "\\(try req.read().count)"
                case "parts":
                    var sizes: [Int] = []
                    while case let part = try req.read(4), !part.isEmpty { sizes.append(part.count) }
                    return "\\(sizes)"
                case "lines":
                    return try req.readLines().map { String(decoding: $0, as: UTF8.self) }.joined(separator: "|")
                case "line-then-rest":
                    let line = try req.readLineString() ?? "-"
                    return line + "|" + String(decoding: try req.read(), as: UTF8.self)
                case "text": return try req.readString(limit: 8)
                default:
                    var size = 0
                    for try await chunk in req.body { size += chunk.count }
                    return "\\(size)"
                }
            }
            """
        try SwiftSite.with(source) { server throws in
            func post(_ query: String, _ body: RequestBody) throws -> Response {
                try server.post("/app/x.do?\(query)", body)
            }
            let big = String(repeating: "0123456789", count: 100_000)
            #expect(try post("all", .text(big)).text == "1000000")
            #expect(try post("stream", .text(big)).text == "1000000")
            #expect(try post("stream", chunks(big, "x")).text == "1000001")
            #expect(try post("all", chunks("a", "bc")).text == "3")
            #expect(try post("parts", .text("0123456789")).text == "[4, 4, 2]")
            #expect(try post("lines", .text("a\r\nb\n\nc")).text == "a\r\n|b\n|\n|c")
            #expect(try post("line-then-rest", .text("a\r\nbc\nd")).text == "a|bc\nd")
            #expect(try post("text", .text("12345678")).text == "12345678")
            #expect(try post("text", .text("123456789")).status == 413)
            #expect(try server.app("all").text == "0")
        }
    }

    @Test func aBodyOverTheLimitIsRefusedAs413() throws {
        let source =
            "func handler(_ req: Request) throws -> String { \"\\(try req.read().count)\" }"
        try SwiftSite.with(source, directives: "LimitRequestBody 1000") { server throws in
            let answer = try server.post("/app/x.do", .text(String(repeating: "x", count: 2000)))
            #expect(answer.status == 413)
            let chunked = try server.post(
                "/app/x.do", chunks(String(repeating: "x", count: 2000)))
            #expect(chunked.status == 413)
            server.allowLog(containing: "AH01587")
            server.allowLog(containing: "AH01588")
            server.allowLog(containing: "larger than")
        }
    }

    @Test func filesAreSentWholeOrInPart() throws {
        let source = """
            func handler(_ req: Request) throws -> Status {
                let path = req.filename!.replacing("x.do", with: req.args == "none" ? "none" : "data.bin")
                req.write("<")
                switch req.args {
                case "part": try req.sendFile(path, offset: 2, length: 3)
                case "rest": try req.sendFile(path, offset: 8)
                case "over": try req.sendFile(path, offset: 8, length: 100)
                case "behind": try req.sendFile(path, offset: 11)
                default: try req.sendFile(path)
                }
                req.write(">")
                return .ok
            }
            """
        try SwiftSite.with(source) { server throws in
            try server.write("app/data.bin", "0123456789")
            #expect(try server.app().text == "<0123456789>")
            #expect(try server.app("part").text == "<234>")
            #expect(try server.app("rest").text == "<89>")
            #expect(try server.app("over").text == "<89>")
            #expect(try server.app("behind").status == 500)
            #expect(try server.app("none").status == 500)
            try server.expectLog(containing: "MSW0301", times: 2)
        }
    }

    @Test func anInternalRedirectAnswersWithAnotherURI() throws {
        let source = """
            func handler(_ req: Request) throws -> Status {
                if let before = req.prev { req.write("from \\(before.uri) \\(before.next === req)"); return .ok }
                try req.internalRedirect("/app/other.do")
                return .ok
            }
            """
        try SwiftSite.with(source) { server throws in
            #expect(try server.app().text == "from /app/x.do true")
        }
    }

    @Test func basicPasswordIsReadWhereAuthenticationIsInEffect() throws {
        let source = """
            func handler(_ req: Request) -> String { "\\(req.basicAuthPassword ?? "-") \\(req.user ?? "-")" }
            """
        let header: HeaderFields = ["Authorization": "Basic c3BhbTplZ2dz"]
        try SwiftSite.with(
            source, modules: ["authn_core"], directives: "AuthType Basic\nAuthName x"
        ) { server throws in
            server.allowLog(containing: "AH00027")
            #expect(try server.get("/app/x.do", headers: header).text == "eggs spam")
            #expect(try server.app().text == "- -")
        }
        try SwiftSite.with(source) { server throws in
            #expect(try server.get("/app/x.do", headers: header).text == "- -")
        }
    }

    @Test func optionsAndConfigurationAreReadAsTheyAreInEffect() throws {
        let source = """
            func handler(_ req: Request) -> String {
                "\\(req.options["A"] ?? "nil") \\(req.options["b"] ?? "nil") \\(req.options["c"] ?? "nil") "
                    + "\\(req.options.map(\\.key).sorted()) \\(req.config["SwiftDebug"] ?? "nil") "
                    + "\\(req.config["SwiftAutoReload"] ?? "nil") \\(req.config["NoSuch"] ?? "nil")"
            }
            """
        try SwiftSite.with(
            source, directives: "SwiftOption b \"\"\nSwiftOption c\nSwiftDebug Off",
            global: "SwiftOption a 1\nSwiftOption c 3\nSwiftDebug On"
        ) { server throws in
            let text = try server.app().text
            #expect(text == "1  nil [\"a\", \"b\"] Off nil nil")
        }
    }

    /// Options and directives are read where the configuration is, which ends with the request.
    @Test(arguments: ["options", "config"])
    func theConfigurationOfARequestIsNotReadAfterItsEnd(what: String) throws {
        let read = what == "options" ? #"kept["a"]"# : #"kept["SwiftDebug"]"#
        let source = """
            enum Kept: ConnectionStorageKey { typealias Value = \(what == "options" ? "Options" : "Configuration") }
            func handler(_ req: Request) -> String {
                if let kept = req.connection[Kept.self] { return \(read) ?? "-" }
                req.connection[Kept.self] = req.\(what)
                return req.\(read.replacing("kept", with: what)) ?? "-"
            }
            """
        try SwiftSite.with(
            source, directives: "SwiftOption a b\nSwiftDebug Off", global: "SwiftTrapDrain 0"
        ) { server throws in
            let first = try server.app()
            #expect(first.text == (what == "options" ? "b" : "Off"))
            let connection = try server.connect()
            for status in [200, 500] {
                try connection.write("GET /app/x.do HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try connection.readResponse(to: "GET").status == status)
            }
            try server.expectLog(containing: "A request was used after it had ended")
            server.allowLog(containing: "MSW0401")
            server.allowLog(containing: "]     ")
            server.allowLog(containing: "Fatal error")
        }
    }

    @Test func aRequestUsedAfterItsEndStopsWithASentence() throws {
        let source = """
            nonisolated(unsafe) var kept: Request?
            func handler(_ req: Request) -> String {
                if let kept { return kept.uri }
                kept = req
                return "kept"
            }
            """
        try SwiftSite.with(source, mpm: .prefork) { server throws in
            server.allowLog(containing: "MSW0401")
            server.allowLog(containing: "Fatal error")
            server.allowLog(containing: "*** ")
            for _ in 0..<5 { _ = try server.app() }
            server.allowLog(containing: "MSW0401")
            #expect(
                (server.errorLog() + server.output()).contains(
                    "A request was used after it had ended"))
        }
    }
}

private func chunks(_ texts: String...) -> RequestBody { .chunks(texts.map { Array($0.utf8) }) }
