// SPDX-License-Identifier: Apache-2.0
//
// The libraries that a handler may import beside ModSwift.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct LibraryTests {
    /// As ManualTests does for ModSwift.
    @Test(arguments: ["HTTPTypes", "JSON", "Logging"])
    func everyPublicMemberIsInTheManual(_ library: String) throws {
        let words = try Set(Manual.text("docs/manual/libraries.md").matches(of: /\w+/).map(\.0))
        let declaration = /public (?:static )?(?:var|let|func|struct|init) ?`?(\w*)/
        // What a protocol of swift-log or the language asks for.
        let others: Set<Substring> = ["", "description"]
        let files = try Manual.files(below: "Sources/ModSwift\(library)", ".swift")
        #expect(!files.isEmpty)
        for file in files {
            for member in try Manual.text(file).matches(of: declaration) {
                #expect(words.union(others).contains(member.1), "\(file): \(member.1)")
            }
        }
    }

    // MARK: ModSwiftHTTPTypes

    /// Each case of the query is a test of its own below.
    private static let application = """
        import HTTPTypes
        import ModSwiftHTTPTypes
        import Synchronization

        let parts = Atomic(0)
        struct Broken: Error {}

        func handler(_ req: Request) async throws -> Status {
            switch req.headersIn["X-Case"] {
            case "text":
                return try await req.respond { request, body in
                    var size = 0
                    for try await chunk in body { size += chunk.count }
                    let fields = request.headerFields.map { "\\($0.name.rawName)=\\($0.value)" }
                    let text = [
                        "\\(request.method)", request.scheme ?? "-", request.authority ?? "-",
                        request.path ?? "-", "\\(fields)", "\\(size)",
                        "\\(req.httpRequest as Any is HTTPTypes.HTTPRequest)",
                    ]
                    return (HTTPResponse(status: .ok), text.joined(separator: "|"))
                }
            case "bytes":
                return try await req.respond { _, _ in
                    var response = HTTPResponse(status: .notFound)
                    response.headerFields[.contentType] = "text/x-own"
                    response.headerFields[values: .setCookie] = ["a=1", "b=2"]
                    response.headerFields[HTTPField.Name("X-Own")!] = "yes"
                    response.headerFields[.transferEncoding] = "chunked"
                    req.headersOut["X-Own"] = "no"
                    return (response, [UInt8]("ours".utf8))
                }
            case "none":
                return try await req.respond { _, _ in HTTPResponse(status: 204) }
            case "stream":
                return try await req.respond { _, _ in
                    let stream = AsyncStream { continuation in
                        Task {
                            for number in 1...3 { continuation.yield([UInt8]("\\(number)\\n".utf8)) }
                            continuation.finish()
                        }
                    }
                    return (HTTPResponse(status: .accepted), stream)
                }
            case "endless":
                return try await req.respond { _, _ in
                    let part = [UInt8](repeating: 65, count: 65_536)
                    let stream = AsyncStream {
                        parts.add(1, ordering: .relaxed)
                        return part
                    }
                    return (HTTPResponse(status: .ok), stream)
                }
            case "parts":
                req.write("\\(parts.load(ordering: .relaxed))")
                return .ok
            case "forbidden":
                return try await req.respond { _, _ -> HTTPResponse in throw Status.forbidden }
            case "broken":
                return try await req.respond { _, _ -> HTTPResponse in throw Broken() }
            case "late":
                return try await req.respond { _, _ in
                    let stream = AsyncThrowingStream<[UInt8], any Error> { continuation in
                        continuation.yield([65])
                        continuation.finish(throwing: Broken())
                    }
                    return (HTTPResponse(status: .ok), stream)
                }
            case "odd":
                req.send(HTTPResponse(status: 777))
                return .ok
            case "table":
                let table = Table()
                table.add("A", "1"); table.add("b", "2"); table.add("a", "3")
                table.add("no token", "4"); table.add("C", "tab\\tand\\u{1}control")
                var fields = HTTPFields(table)
                req.write("\\(fields.map { "\\($0.name)=\\($0.value)" })")
                fields = [HTTPField.Name("A")!: "5"]
                table.replace(with: fields)
                table.add(fields)
                let cookies = Table()
                cookies.add("Cookie", "old=1")
                fields[.cookie] = "a=1; b=2"
                cookies.replace(with: fields)
                cookies.add([.cookie: "c=3"])
                req.write("\\(cookies.values(for: "Cookie")) \\(HTTPFields(cookies)[.cookie] ?? "")")
                req.write("\\(table.map { "\\($0.name)=\\($0.value)" })")
                req.write("\\(HTTPStatus(HTTPResponse.Status.notFound) == .notFound)")
                req.write("\\(Status(HTTPResponse.Status.notFound) == .notFound)")
                req.write("\\(HTTPResponse.Status(HTTPStatus.notFound)?.code ?? 0)")
                req.write("\\(HTTPResponse.Status(HTTPStatus(rawValue: -1)) == nil)")
                return .ok
            default: return .notFound
            }
        }
        """

    @Test(arguments: [MPM.event, .prefork])
    func anApplicationOfHTTPTypesIsAHandler(_ mpm: MPM) throws {
        try SwiftSite.with(
            Self.application, mpm: mpm, directives: "ErrorDocument 404 \"not this\"", children: 1
        ) { server throws in
            let text = try server.request(
                "POST", "/app/x.do?a=%20b&c", headers: ["X-Case": "text", "X-A": "1", "X-a": "2"],
                body: .chunks([Array("abc".utf8), Array("de".utf8)]))
            let parts = text.text.split(separator: "|").map(String.init)
            #expect(parts[0...1] == ["POST", "http"])
            #expect(parts[2] == "127.0.0.1:\(server.port)")
            #expect(parts[3] == "/app/x.do?a=%20b&c")
            // httpd itself joins fields with the same name.
            #expect(parts[4].contains("X-A=1, 2") && !parts[4].lowercased().contains("\"host="))
            #expect(parts[5...] == ["5", "true"])

            let bytes = try answer("bytes", server)
            #expect(bytes.status == 404 && bytes.text == "ours")
            #expect(bytes.headers["Content-Type"] == "text/x-own")
            #expect(bytes.headers.values(for: "Set-Cookie") == ["a=1", "b=2"])
            #expect(bytes.headers.values(for: "X-Own") == ["yes"])
            #expect(bytes.headers["Transfer-Encoding"] == nil)

            #expect(try answer("none", server).status == 204)
            let stream = try answer("stream", server)
            #expect(stream.status == 202 && stream.text == "1\n2\n3\n")
            #expect(try answer("forbidden", server).status == 403)
            let table = "[\"A=1\", \"b=2\", \"a=3\", \"C=tab\\tand control\"]"
            let rest = "[\"b=2\", \"no token=4\", \"C=tab\\tand\\u{01}control\", \"A=5\", \"A=5\"]"
            let cookies = "[\"a=1; b=2; c=3\"] a=1; b=2; c=3"
            #expect(
                try answer("table", server).text
                    == table + cookies + rest + "truetrue404true")
        }
    }

    @Test func targetsOfEveryFormAreTakenApart() throws {
        try SwiftSite.with(Self.application) { server throws in
            func parts(_ target: String) throws -> [String] {
                let text = try server.rawExchange(
                    Array(
                        """
                        GET \(target) HTTP/1.1\r\nHost: a.example\r\nX-Case: text\r\n\
                        Connection: close\r\n\r\n
                        """.utf8))
                return String(decoding: text, as: UTF8.self).split(separator: "|").map(String.init)
            }
            let absolute = try parts("http://b.example:81/app/x.do?http://c/")
            #expect(absolute[2...3] == ["b.example:81", "/app/x.do?http://c/"])
            #expect(
                try parts("/app/x.do?http://c/")[2...3] == ["a.example", "/app/x.do?http://c/"])
        }
    }

    @Test func errorsOfAnApplicationEndAsTheyDoElsewhere() throws {
        try SwiftSite.with(Self.application) { server throws in
            #expect(try answer("broken", server).status == 500)
            try server.expectLog(containing: "MSW0301")
            #expect(throws: HTTPClientError.self) { try answer("late", server) }
            try server.expectLog(containing: "MSW0301")
            #expect(try answer("odd", server).status == 500)
            try server.expectLog(containing: "MSW0303")
        }
    }

    /// The client decides how fast an answer is made, and ends one that nobody reads.
    @Test func aSlowClientSlowsTheApplicationDown() throws {
        try SwiftSite.with(Self.application, children: 1) { server throws in
            let connection = try server.connect()
            try connection.write(
                "GET /app/x.do HTTP/1.1\r\nHost: a\r\nX-Case: endless\r\n\r\n")
            _ = try connection.read(1 << 20)
            func count() throws -> Int { try #require(Int(answer("parts", server).text)) }
            var last = -1
            #expect(
                try eventually {
                    defer { last = (try? count()) ?? last }
                    return try count() == last
                })
            // What lies in the sockets' buffers, and not the gigabytes of an unbounded queue.
            #expect(last < 1000)
            connection.finishSending()
        }
    }

    private func answer(_ name: String, _ server: HTTPD) throws -> Response {
        try server.get("/app/x.do", headers: ["X-Case": name])
    }

    // MARK: ModSwiftLogging

    private static let logging = """
        import Logging
        import ModSwiftLogging
        import Synchronization

        struct Odd: Error {}
        let kept = Mutex<Logger?>(nil)
        let general = Logger(label: "shop")

        func handler(_ req: Request) async throws -> String {
            switch req.args {
            case "levels":
                let log = req.logger
                for level in Logger.Level.allCases { log.log(level: level, "at \\(level)") }
                return "\\(log.logLevel)"
            case "metadata":
                var log = Logger(label: "cart", request: req)
                log[metadataKey: "plain"] = "a\\0b"
                log[metadataKey: "b"] = "replaced"
                log.error(
                    "two\\nlines", error: Odd(),
                    metadata: ["b": "x y", "list": ["1", "2"], "line": "a\\r\\nb", "empty": "",
                        "quotes": "it's \\"x\\""])
            case "stricter":
                var log = req.logger
                log.logLevel = .error
                log.warning("left out")
            case "general": general.info("knows no request")
            case "keep": kept.withLock { $0 = req.logger }
            case "kept": kept.withLock { $0 }?.info("after the end")
            case "elsewhere":
                let log = req.logger
                log.info("here")
                await Task.detached { log.info("on another thread") }.value
            case "plain":
                let log = req.errorLog
                log.write("written plainly", level: .info)
                ErrorLog.main.write("written to the main log", level: .info)
                return "\\(log.level == .debug)"
            default: break
            }
            return "ok"
        }
        """

    @Test(arguments: [MPM.event, .prefork])
    func aLoggerWritesToTheErrorLog(_ mpm: MPM) throws {
        let format =
            "ErrorLogFormat \"[%{u}t] [%-m:%l] [pid %P:tid %T] %F: %E: [client\\ %a] <%L> %M\""
        try SwiftSite.with(
            Self.logging, mpm: mpm, directives: "LogLevel swift:debug", global: format, children: 1
        ) { server throws in
            /// The line that holds the text.
            func line(_ text: String) throws -> Substring {
                #expect(eventually { server.errorLog().contains(text) })
                let lines = server.errorLog().split(separator: "\n")
                return try #require(lines.last { $0.contains(text) })
            }
            #expect(try server.app("levels").text == "debug")
            for (level, name) in [
                ("debug", "debug"), ("info", "info"), ("notice", "notice"), ("warning", "warn"),
                ("error", "error"), ("critical", "crit"),
            ] {
                let found = try line("at \(level)")
                #expect(found.contains("[swift:\(name)]"))
                #expect(found.contains(" app/app.swift(14): [client 127.0.0.1:"))
                #expect(found.contains(/<[A-Za-z0-9+\/@-]{5,}> at/))
            }
            #expect(!server.errorLog().contains("at trace"))
            for text in ["at warning", "at error", "at critical"] {
                try server.expectLog(containing: text)
            }

            _ = try server.app("metadata")
            let cart = try line("cart: ")
            let odd = "error.message=Odd() error.type="
            #expect(cart.contains("> cart: two\\nlines b=\"x y\" empty=\"\" \(odd)"))
            #expect(
                cart.hasSuffix(
                    #" line="a\r\nb" list='["1", "2"]' plain=a\\0b quotes="it's \\"x\\"""#))
            try server.expectLog(containing: "cart: ")
            _ = try server.app("stricter")
            #expect(try server.app("plain").text == "true")
            #expect(try line("written plainly").contains("app/app.swift("))
            #expect(try line("written plainly").contains("[client 127.0.0.1:"))
            #expect(try !line("written to the main log").contains("[client 127.0.0.1:"))

            // Without a request, at the main server's level.
            _ = try server.app("general")
            #expect(try line("shop: knows no request").contains("[swift:info]"))
            #expect(try !line("shop: knows").contains("[client 127.0.0.1:"))
            // Under prefork the next request may come to another child.
            if mpm == .event {
                _ = try server.app("keep")
                _ = try server.app("kept")
                #expect(try line("after the end").contains(": [client 127.0.0.1:"))
            }
            _ = try server.app("elsewhere")
            let id = try #require(line(" here").firstMatch(of: /<(.+?)> here/)).1
            let other = try line("on another thread")
            #expect(other.contains("[id \(id)] on another thread"))
            #expect(!server.errorLog().contains("left out"))
        }
    }

    /// Two modules with loggers of their own, and nobody called LoggingSystem.bootstrap.
    @Test func modulesShareOneLoggingSystem() throws {
        let module = """
            import ModSwift
            import ModSwiftLogging
            let log = Logger(label: "NAME")
            func handler(_ req: Request) { log.info("hello") }
            """
        try SwiftSite.with(
            "func handler(_ req: Request) -> Status { .declined }", handler: "one two", children: 1
        ) { server throws in
            for name in ["one", "two"] {
                try server.write("app/\(name).swift", module.replacing("NAME", with: name))
            }
            #expect(try server.app().status == 200)
            for name in ["one", "two"] {
                #expect(eventually { server.errorLog().contains("[swift:info]") })
                #expect(eventually { server.errorLog().contains("\(name): hello") })
            }
        }
    }

    // MARK: ModSwiftJSON

    private static let json = """
        import Foundation
        import ModSwiftJSON

        struct Order: Codable {
            var name: String
            var items: [Item]
            var counts: [String: [UInt8]]?
            var day: Date?
            var size: UInt?
            var level: Level?
        }
        struct Item: Codable { var price: Double }
        enum Level: Int8, Codable { case low = 1 }

        func handler(_ req: Request) throws {
            switch req.args {
            case "problem":
                req.contentType = "application/problem+json"
                try req.writeJSON(["title": "no"])
            case "nan": try req.writeJSON(Double.nan)
            default:
                var order = try req.readJSON(Order.self, limit: 60)
                order.items.append(Item(price: 2))
                try req.writeJSON(order)
            }
        }
        """

    @Test func valuesComeAndGoAsJSON() throws {
        try SwiftSite.with(Self.json) { server throws in
            func post(_ text: String, type: String? = "application/json") throws -> Response {
                var headers: HeaderFields = [:]
                if let type { headers.add("Content-Type", type) }
                return try server.post(
                    "/app/x.do", .text(text), headers: headers)
            }
            let order = #"{"name":"ü","items":[{"price":1.5}]}"#
            for type in ["application/json", "Application/vnd.x+JSON ; charset=utf-8"] {
                let answer = try post(order, type: type)
                #expect(answer.headers["Content-Type"] == "application/json")
                let value = try JSONSerialization.jsonObject(with: Data(answer.body))
                #expect(
                    (value as? NSDictionary) == [
                        "name": "ü", "items": [["price": 1.5], ["price": 2]],
                    ])
            }
            #expect(try server.app("problem").headers["Content-Type"] == "application/problem+json")
            for type in ["text/plain", "application/jsonp", nil] {
                #expect(try post(order, type: type).status == 415)
            }
            // The same bytes in every process, whatever the order in memory.
            #expect(try post(order).text == #"{"items":[{"price":1.5},{"price":2}],"name":"ü"}"#)
            let padding = String(repeating: " ", count: 60 - order.utf8.count)
            #expect(try post(order + padding).status == 200)
            #expect(try post(order + padding + " ").status == 413)

            for (text, story) in [
                (#"{"name":"a","items":[{"price":1},{"price":"x"}]}"#, "at items[1].price: "),
                (#"{"name":"a"}"#, "at items: it is missing"), ("{", "is no JSON for Order: "),
                ("", "is no JSON for Order: "), ("\u{0}", "is no JSON for Order: "),
                (
                    #"{"name":"a","items":[{"price":1e999}]}"#,
                    "Order at items[0].price: a number does not fit the type"
                ),
                (
                    #"{"name":"a","items":[],"counts":{"a":[1,2],"b":[3,256]}}"#,
                    "Order at counts.b[1]: a number does not fit the type"
                ),
                (
                    #"{"name":"a","items":[],"day":1,"size":-1}"#,
                    "Order at size: a number does not fit the type"
                ),
                (#"{"name":"a","items":[],"level":300}"#, "Order at level: a number does not fit"),
            ] {
                let answer = try post(text)
                #expect(answer.status == 400)
                #expect(!answer.text.contains("items"))
                try server.expectLog(containing: story)
            }
            #expect(try server.app("nan").status == 500)
            try server.expectLog(containing: "MSW0301")
        }
    }

    @Test func theErrorPageShowsWhereJSONIsWrong() throws {
        try SwiftSite.with(Self.json, directives: "SwiftDebug On") { server throws in
            let answer = try server.post(
                "/app/x.do", .text(#"{"name":1}"#), headers: ["Content-Type": "application/json"])
            #expect(answer.status == 400)
            #expect(answer.text.contains("no JSON for Order at name: "))
            try server.expectLog(containing: "MSW0301: SwiftHandler app: threw MalformedJSON")
        }
    }
}
