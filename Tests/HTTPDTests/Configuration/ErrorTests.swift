// SPDX-License-Identifier: Apache-2.0
//
// Errors: the right status, one entry in the log with its id, and the server continues to run.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ErrorTests {
    private static let good = "func handler(_ req: Request) -> String { \"good\" }"

    @Test(arguments: [
        ("func handler(_ req: Request) -> String { retrun \"\" }", "MSW0103", "app.swift:2:"),
        ("func handler(_ req: Request) -> String { 1 }", "MSW0103", "cannot convert"),
        (
            "var hits = 0\nfunc handler(_ req: Request) { hits += 1 }", "MSW0103",
            "app.swift:2:5: error"
        ),
        ("func other(_ req: Request) {}", "MSW0102", "it has other"),
        ("private func handler(_ req: Request) {}", "MSW0102", "private"),
        ("@MainActor func handler(_ req: Request) {}", "MSW0102", "MainActor"),
        ("func handler(_ req: Request) -> Int { 1 }", "MSW0102", "it returns Int"),
        ("func handler(_ req: Request, _ n: Int) {}", "MSW0102", "parameter"),
        ("struct NoInit { let n: Int; func handler(_ req: Request) {} }", "MSW0102", "no handler"),
        (
            "struct Oops: Error { let code = 7 }\nfunc handler(_ req: Request) throws { throw Oops() }",
            "MSW0301", "Oops(code: 7)"
        ),
    ])
    func aBrokenHandlerIs500AndTheStoryIsInTheLog(
        source: String, id: String, story: String
    ) throws {
        try SwiftSite.with(source) { server throws in
            let answer = try server.app()
            #expect(answer.status == 500)
            #expect(!answer.text.contains(id))
            try server.expectLog(containing: id)
            #expect(server.errorLog().contains(story), "\(server.errorLog())")
            #expect(server.errorLog().contains("SwiftHandler app"))
            server.allowLog(containing: "app.swift")
            server.allowLog(containing: "swift:error")
            try server.writeApp(Self.good)
            #expect(eventually { (try? server.app().text) == "good" })
        }
    }

    /// A line of httpd's log has 8,190 bytes: longer messages continue in further lines, and
    /// nothing is lost.
    @Test(arguments: ["a", "\u{e9}", "\\", "\u{1}"])
    func aLongLineOfTheLogGoesOnInFurtherLines(letter: String) throws {
        let source = """
            struct Long: Error {
                let text = String(repeating: "\(letter == "\u{1}" ? "\\u{1}" : letter == "\\" ? "\\\\" : letter)", count: 20_000)
            }
            func handler(_ req: Request) throws -> String {
                switch req.args {
                case "log": req.log(Long().text + "end", level: .notice)
                case "one": req.errorLog.write(Long().text + "end", level: .notice)
                case "server": ErrorLog.main.write(Long().text + "end", level: .notice)
                default: throw Long()
                }
                return "ok"
            }
            """
        try SwiftSite.with(source) { server throws in
            let referer =
                ["Referer": "http://" + String(repeating: "r", count: 900)] as HeaderFields
            for query in ["log", "one", "server", ""] {
                let mark = server.errorLog().count
                _ = try server.get("/app/x.do?\(query)", headers: referer)
                let lines = server.errorLog().dropFirst(mark).split(separator: "\n").filter {
                    $0.contains("[swift:notice]") || $0.contains("[swift:error]")
                }
                let written =
                    ["a": "a", "\u{e9}": "\\xc3\\xa9", "\\": "\\\\", "\u{1}": "\\x01"][letter] ?? ""
                #expect(lines.allSatisfy { $0.utf8.count < 8_190 })
                #expect(lines.count > 3, "\(query)")
                #expect(lines.dropLast().allSatisfy { $0.contains(" ...") })
                let text = lines.joined()
                // A summary writes such characters as Swift escapes.
                if letter == "\u{1}", query.isEmpty { continue }
                #expect(
                    text.ranges(of: written).count >= 20_000,
                    "\(query) \(text.ranges(of: written).count)")
                #expect(text.contains(query.isEmpty ? "[GET /app/x.do?]" : "end"), "\(query)")
            }
            try server.expectLog(containing: "MSW0301")
            server.allowLog(containing: "] ... ")
        }
    }

    @Test(arguments: MPM.allCases)
    func whatIsPrintedIsInTheErrorLogLineByLine(mpm: MPM) throws {
        let source = """
            func handler(_ req: Request) -> String {
                print("half a", terminator: " ")
                print("line, and a whole one")
                return "ok"
            }
            """
        try SwiftSite.with(source, mpm: mpm) { server throws in
            #expect(try server.app().text == "ok")
            try server.expectLog(containing: "half a line, and a whole one")
        }
    }

    @Test(.bug(id: "N5-04")) func debugShowsTheStoryEscapedWithStatus500() throws {
        let source = "func handler(_ req: Request) -> String { \"<b>\" + 1 }"
        try SwiftSite.with(source, directives: "SwiftDebug On") { server throws in
            let answer = try server.app("<script>")
            #expect(answer.status == 500)
            #expect(answer.headers["Content-Type"] == "text/html; charset=utf-8")
            #expect(answer.text.contains("MSW0103"))
            #expect(answer.text.contains("app/<wbr>app.swift:2:"))
            #expect(answer.text.contains("&lt;b&gt;"))
            #expect(!answer.text.contains("<b>"))
            #expect(!answer.text.contains("<script>"))
            server.allowLog(containing: "swift:error")
        }
    }

    @Test func debugShowsTheSourceAroundTheMistake() throws {
        let source = "\nfunc handler(_ req: Request) -> String {\n\tlet é = 1; return né\n}"
        try SwiftSite.with(source, directives: "SwiftDebug On") { server throws in
            let page = try server.app().text
            #expect(page.contains("cannot find &#39;né&#39; in scope"))
            // A path may be wrapped after its slashes.
            #expect(page.contains("app/<wbr>app.swift:4:"))
            #expect(page.contains("<span class=\"n\">3</span>  func handler(_ req: Request)"))
            #expect(page.contains("<span class=\"n\">4</span>  \tlet é = 1; return né</strong>"))
            #expect(page.contains("<span class=\"caret\">\t                  ^</span>"))
            server.allowLog(containing: "swift:error")
            server.allowLog(containing: "app.swift")
            try server.writeApp(
                "struct Oops: Error {}\nfunc handler(_ req: Request) throws { throw Oops() }")
            let thrown = try server.app().text
            #expect(thrown.contains("MSW0301"))
            #expect(thrown.contains(/<dt>Version<\/dt><dd><code>.*app\.swift, [0-9a-f]{24}</))
        }
    }

    @Test func whoDoesNotAskForHTMLGetsText() throws {
        let source = "func handler(_ req: Request) -> String { req.write(1); return \"<\" }"
        try SwiftSite.with(source, directives: "SwiftDebug On") { server throws in
            for (accept, isHTML) in [
                ("*/*", false), ("text/html", true), ("text/html;q=0, */*", false),
                ("application/json", false), ("text/*;q=0.5, Text/HTML ; q=0.9", true),
            ] {
                let response = try server.get(
                    "/app/x.do", headers: ["Accept": accept])
                #expect(response.status == 500)
                let type = response.headers["Content-Type"]
                #expect(type == "text/\(isHTML ? "html" : "plain"); charset=utf-8", "\(accept)")
                #expect(response.headers["Vary"] == "Accept")
                #expect(response.text.hasPrefix("MSW0103: ") == !isHTML)
                #expect(response.text.contains("app.swift:2:46"))
            }
            let plain = try server.get("/app/x.do")
            #expect(plain.headers["Content-Type"] == "text/plain; charset=utf-8")
            #expect(plain.text.contains("mod_swift: write takes text or bytes"), "\(plain.text)")
            server.allowLog(containing: "swift:error")
        }
    }

    /// The compiler's notes about ModSwift show its declarations, not the author's line of that number.
    @Test func notesShowTheDeclarationThatTheCompilerPrints() throws {
        let lines = (1...400).map { "// line \($0)" }.joined(separator: "\n")
        let source =
            "func handler(_ req: Request) -> String { req.write(1); return \"\" }\n\(lines)"
        try SwiftSite.with(source, directives: "SwiftDebug On") { server throws in
            let page = try server.app().text
            #expect(page.contains("// line 2<") && !page.contains("// line 3<"), "\(page)")
            #expect(!page.contains("// line 10"))
            #expect(page.contains("public func write(_ "), "\(page)")
            #expect(page.ranges(of: "<section>").count == 1)
            #expect(page.ranges(of: "<li>").count > 1)
            server.allowLog(containing: "swift:error")
        }
    }

    @Test func offersOfTheCompilerAreMarkedAsSuch() throws {
        let source = """
            func f() throws -> Int { 1 }
            func handler(_ req: Request) throws -> String { "\\(f())" }
            """
        try SwiftSite.with(source, directives: "SwiftDebug On") { server throws in
            let page = try server.app().text
            #expect(page.contains("<code class=\"fix\">try </code>"), "\(page)")
            #expect(page.contains("write try in front of the call"))
            #expect(server.errorLog().contains("try    <- offered by the compiler"))
            server.allowLog(containing: "swift:error")
        }
    }

    @Test func aThrownErrorHasItsPlaceItsTypeOnceAndNoDump() throws {
        let source = """
            import Foundation
            struct Oops: Error { let code = 7 }
            enum Kind: Error { case first, second }
            func handler(_ req: Request) throws -> String {
                switch req.args {
                case "type": throw Oops()
                case "enum": throw Kind.first
                case "again": throw Kind.first
                case "other": throw Kind.second
                case "status": throw Status.notFound
                case "more": throw Oops()
                case "file": return try String(contentsOfFile: "/no/such/file", encoding: .utf8)
                default: return try deeper()
                }
            }
            @inline(never) func deeper() throws -> String {
                throw Oops()
            }
            """
        // The optimizer merges the throws of a function. Errors that are structures are created
        // separately, each at its line; the code that creates a case of an enumeration has no line,
        // so the function's line may be reported.
        try SwiftSite.with(source, directives: "SwiftDebug On") { server throws in
            for (query, text) in [
                (
                    "type",
                    "app: threw Oops(code: 7), thrown at .*/app/app.swift:7:[0-9]+ \\[GET /app/x.do"
                ),
                (
                    "enum",
                    "app: threw Kind: first, thrown at .*/app/app.swift:(8:[0-9]+|5:1) \\[GET"
                ),
                (
                    "again",
                    "app: threw Kind: first, thrown at .*/app/app.swift:(9:[0-9]+|5:1) \\[GET"
                ),
                (
                    "other",
                    "app: threw Kind: second, thrown at .*/app/app.swift:(10:[0-9]+|5:1) \\[GET"
                ),
                ("more", "app: threw Oops(code: 7), thrown at .*/app/app.swift:12:[0-9]+ \\[GET"),
                (
                    "file",
                    "app: threw CocoaError: /no/such/file: there is no such file, thrown at "
                        + ".*/app/app.swift:13:[0-9]+ \\[GET"
                ), ("", "app: threw Oops(code: 7), thrown at .*/app/app.swift:18:5 \\[GET"),
            ] {
                let page = try server.app(query).text
                let pattern = try Regex(text.replacing("(code: 7)", with: "\\(code: 7\\)"))
                #expect(server.errorLog().contains(pattern), "\(query): \(server.errorLog())")
                #expect(page.contains("the error was thrown here"), "\(page)")
                #expect(page.contains("class=\"caret\""))
                try server.expectLog(containing: "MSW0301")
            }
        }
    }

    @Test func namesInMessagesAreTheAuthors() throws {
        let source =
            "struct Thing {}\nfunc handler(_ req: Request) -> String { Thing() as Thing.Missing }"
        try SwiftSite.with(source, directives: "SwiftDebug On") { server throws in
            let page = try server.app().text
            #expect(!page.contains(/app_[0-9a-f]{24}/))
            #expect(!page.contains("source.swift"))
            server.allowLog(containing: "swift:error")
        }
    }

    @Test func aThrowBeforeTheFirstByteLeavesNothingOfTheAnswer() throws {
        let source = """
            func handler(_ req: Request) throws -> Status {
                req.headersOut["X-Half"] = "1"
                req.write("half an answer")
                throw ServerTrouble()
            }
            struct ServerTrouble: Error {}
            """
        try SwiftSite.with(source) { server throws in
            let answer = try server.app()
            #expect(answer.status == 500)
            #expect(!answer.text.contains("half"))
            #expect(answer.headers["X-Half"] == nil)
            try server.expectLog(containing: "MSW0301")
        }
    }

    @Test(arguments: MPM.allCases)
    func aThrowAfterTheFirstByteCutsTheAnswerVisibly(_ mpm: MPM) throws {
        let source = """
            func handler(_ req: Request) throws -> Status {
                if req.args == "length" { req.headersOut["Content-Length"] = "100" }
                req.write("half")
                try req.flush()
                throw Trouble()
            }
            struct Trouble: Error {}
            """
        try SwiftSite.with(source, mpm: mpm, directives: "SwiftDebug On") { server throws in
            for query in ["", "length"] {
                let error = #expect(throws: HTTPClientError.self) { try server.app(query) }
                #expect(error?.partial.text == "half", "\(query)")
                try server.expectLog(containing: "MSW0301")
            }
            let late =
                "func handler(_ req: Request) throws -> Status { "
                + "req.write(\"half\"); try req.flush(); return .notFound }"
            try server.writeApp(late)
            #expect(throws: HTTPClientError.self) { try server.app() }
            try server.expectLog(containing: "MSW0305")
            try server.writeApp(Self.good)
            #expect(try server.app().text == "good")
        }
    }

    @Test func aThrowAfterTheFirstByteIsVisibleOverHTTP2() throws {
        let source = """
            func handler(_ req: Request) throws -> Status {
                req.write("half"); try req.flush(); throw Trouble()
            }
            struct Trouble: Error {}
            """
        try SwiftSite.with(source, modules: ["http2"], global: "Protocols h2c http/1.1") {
            server throws in
            #expect(throws: HTTPClientError.self) {
                try server.curl("/app/x.do", "--http2-prior-knowledge")
            }
            try server.expectLog(containing: "MSW0301")
        }
    }

    @Test func aClientThatLeavesIsNoticedAndNotLoggedAsAnError() throws {
        let source = """
            import Glibc
            func handler(_ req: Request) throws -> Status {
                while true {
                    req.write(String(repeating: "x", count: 10_000))
                    try req.flush()
                    usleep(1000)
                }
            }
            """
        try SwiftSite.with(source, directives: "SwiftDebug On") { server throws in
            do {
                let client = try server.connect()
                try client.write("GET /app/x.do HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try client.read(20_000)
            }
            try server.expectLog(containing: "MSW0304")
            try server.writeApp(Self.good)
            #expect(try server.app().text == "good")
        }
    }

    @Test func aModuleThatIsNotThereIsToldWithThePlacesThatWereSearched() throws {
        let global = "SwiftPath ${HTDOCS}/lib1 ${HTDOCS}/lib2"
        try SwiftSite.with("", handler: "none", global: global) { server throws in
            #expect(try server.app().status == 500)
            try server.expectLog(containing: "MSW0101")
            for place in ["app/none.swift", "lib1/none.swift", "lib2/none.swift"] {
                #expect(server.errorLog().contains(place))
            }
            try server.write("lib2/none.swift", "import ModSwift\n\(Self.good)")
            #expect(try server.app().text == "good")
        }
    }

    @Test func sourcesAreNotServed() throws {
        let global = "AddHandler mod_swift-source .swift"
        try SwiftSite.with(Self.good, global: global) { server throws in
            #expect(try server.get("/app/app.swift").status == 403)
            #expect(try server.get("/app/none.swift").status == 403)
            #expect(try server.app().text == "good")
        }
        // Also without that line, in a directory with handlers; but not if the administrator has
        // configured otherwise.
        try SwiftSite.with(Self.good) { server throws in
            try server.write("app/app.swift~", "an editor's copy")
            #expect(try server.get("/app/app.swift").status == 403)
            #expect(try server.get("/app/app.swift~").status == 403)
            try server.write("open/a.swift", "let open = true")
            #expect(try server.get("/open/a.swift").text == "let open = true")
        }
        try SwiftSite.with(Self.good, directives: "SetHandler default-handler") { server throws in
            #expect(try server.get("/app/app.swift").status == 200)
        }
        // Mapped to a handler of its own, the extension is like any other; a handler that declines
        // does not make httpd serve the source.
        let declining =
            "func handler(_ req: Request) -> Status { req.args == nil ? .declined : .ok }"
        try SwiftSite.with(declining, directives: "AddHandler mod_swift .swift", global: global) {
            server throws in
            #expect(try server.get("/app/app.swift").status == 403)
            #expect(try server.get("/app/app.swift?x").status == 200)
        }
    }

    @Test func setHandlerWithoutASwiftHandlerIsAnErrorAndNoDownload() throws {
        let text = "<Directory \"${HTDOCS}\">\nSetHandler mod_swift\n</Directory>"
        try HTTPD.with(.modSwift(text: text)) { server throws in
            try server.write("secret.txt", "secret")
            let answer = try server.get("/secret.txt")
            #expect(answer.status == 500)
            #expect(!answer.text.contains("secret"))
            try server.expectLog(containing: "MSW0788: SetHandler mod_swift (")
            try server.expectLog(containing: "MSW0201")
        }
    }

    @Test(arguments: ["a NUL", "not UTF-8", "5 MB"])
    func whatIsNoSourceIsNotGivenToTheCompiler(flaw: String) throws {
        let bytes: [UInt8] =
            switch flaw {
            case "a NUL": Array("let a = \"\u{0}\"".utf8)
            case "not UTF-8": [0x2f, 0x2f, 0xff, 0xfe]
            default: [UInt8](repeating: 0x20, count: 5 << 20)
            }
        try SwiftSite.with("") { server throws in
            try server.write("app/app.swift", bytes: bytes)
            #expect(try server.app().status == 500)
            try server.expectLog(containing: "MSW0104")
            try server.writeApp(Self.good)
            #expect(try server.app().text == "good")
        }
    }
}
