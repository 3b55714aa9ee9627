// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct SubrequestTests {
    @Test func lookingUpSaysWhatHttpdWouldDo() throws {
        let source = """
            func handler(_ req: Request) throws -> String {
                var lines: [String] = []
                func line(_ found: Subrequest) {
                    let name = found.filename?.split(separator: "/").suffix(2).joined(separator: "/") ?? "-"
                    lines.append(
                        "\\(found.status) \\(found.fileExists) \\(found.contentType ?? "-") \\(name) "
                            + "\\(found.uri) \\(found.pathInfo ?? "-")")
                }
                line(try req.lookUp(uri: "/app/a.txt?x=1"))
                line(try req.lookUp(uri: "a.txt/more"))
                line(try req.lookUp(uri: "/app/none.txt"))
                line(try req.lookUp(uri: "/private/a.txt"))
                line(try req.lookUp(uri: "/private"))
                line(try req.lookUp(uri: "", method: "DELETE"))
                line(try req.lookUp(file: "a.txt"))
                line(try req.lookUp(file: req.filename!.replacing("app/x.do", with: "private/a.txt")))
                let request = try req.lookUp(uri: "/app/a.txt?x=1", method: "HEAD").request
                let kept = request.headersIn
                for index in 0..<1000 { _ = try req.lookUp(uri: "/app/\\(index)").status }
                lines.append(
                    "\\(request.method) \\(request.args ?? "-") \\(request.main === req) \\(request.isInitial) "
                        + "\\(req.isInitial) \\(kept["X-Asked"] ?? "-") \\(kept === request.headersIn)")
                for bad in ["/a\\0", "/a\\n", "/a\\rb"] {
                    do { line(try req.lookUp(uri: bad)) } catch is RefusedValue { lines.append("uri") }
                    do { line(try req.lookUp(file: bad)) } catch is RefusedValue { lines.append("file") }
                    do { line(try req.lookUp(uri: "/", method: bad)) } catch is RefusedValue { lines.append("method") }
                }
                return lines.joined(separator: "\\n")
            }
            """
        try withFiles(source) { server throws in
            server.allowLog(containing: "AH01630")
            let text = try server.get("/app/x.do", headers: ["X-Asked": "yes"]).text
            #expect(
                text == """
                    200 true text/plain app/a.txt /app/a.txt -
                    200 true text/plain app/a.txt /app/a.txt/more /more
                    200 false text/plain app/none.txt /app/none.txt -
                    403 true - private/a.txt /private/a.txt -
                    403 true - htdocs/private /private -
                    200 true httpd/unix-directory htdocs/app /app/ -
                    200 true text/plain app/a.txt /app/a.txt -
                    403 true - private/a.txt  -
                    HEAD x=1 true false true yes true
                    uri\nfile\nmethod\nuri\nfile\nmethod\nuri\nfile\nmethod
                    """)
        }
    }

    @Test func whatASubrequestWritesComesWhereItWasRun() throws {
        let source = """
            func handler(_ req: Request) throws -> Status {
                if let main = req.main {
                    req.headersOut["X-Part"] = "1"
                    req.status = .accepted
                    req.write("part of \\(main.uri) \\(req.args ?? "-")")
                    if req.args == "teapot" { throw Status.imATeapot }
                    if req.args == "error" { throw Mistake() }
                    return .ok
                }
                let early = try req.lookUp(uri: "a.txt")
                req.write("<")
                req.write("\\(try early.run()) ")
                let part = try req.lookUp(uri: "y.do?b")
                req.write("\\(try part.run()) \\(part.status) \\(part.request.headersOut["X-Part"] ?? "-") ")
                for uri in ["none.txt", "y.do?teapot", "y.do?error", "/private/a.txt"] {
                    req.write("\\(try req.lookUp(uri: uri).run()) ")
                }
                do { try part.run() } catch let error as SubrequestError {
                    req.write("\\(error) \\(error.isTooLarge)")
                }
                req.write(">")
                return .ok
            }
            struct Mistake: Error {}
            """
        try withFiles(source) { server throws in
            server.allowLog(containing: "AH01630")
            let answer = try server.app()
            #expect(
                answer.text
                    == "<static\n200 part of /app/x.do b202 202 1 404 part of /app/x.do teapot418 500 "
                    + "403 "
                    + "the subrequest /app/y.do has run; look it up again to run it again false>")
            #expect(answer.headers["X-Part"] == nil)
            #expect(answer.status == 200)
            try server.expectLog(containing: "MSW0301")
            #expect(try server.request("HEAD", "/app/x.do").text.isEmpty)
            try server.expectLog(containing: "MSW0301")
        }
    }

    @Test func outputIsKeptUpToALimit() throws {
        let source = """
            func handler(_ req: Request) throws -> String {
                if req.main != nil {
                    for _ in 0..<1000 { req.write("0123456789") }
                    try req.flush()
                    return "end"
                }
                req.write("before ")
                let text = String(decoding: try req.lookUp(uri: "a.txt").output(), as: UTF8.self)
                let big = try req.lookUp(uri: "big.bin")
                let size = try big.output(limit: 3_000_000).count
                let part = try req.lookUp(uri: "y.do").output(limit: 10_003).count
                var errors: [Bool] = []
                for (uri, limit) in [("big.bin", 2_999_999), ("y.do", 10_002), ("a.txt", 0)] {
                    let sub = try req.lookUp(uri: uri)
                    do { _ = try sub.output(limit: limit) } catch let error as SubrequestError {
                        errors.append(error.isTooLarge)
                        sub.request.write("nowhere")
                    }
                }
                let refused = try req.lookUp(uri: "/private/a.txt")
                return "\\(text)\\(size) \\(part) \\(errors) \\(try refused.output()) \\(refused.status) "
                    + "\\(try req.lookUp(uri: "none.txt").output())"
            }
            """
        try withFiles(source) { server throws in
            server.allowLog(containing: "AH01630")
            try server.write("app/big.bin", String(repeating: "x", count: 3_000_000))
            for _ in 0..<3 {
                #expect(
                    try server.app().text
                        == "before static\n3000000 10003 [true, true, true] [] 403 []")
            }
        }
    }

    @Test func asyncHandlersRunEachOther() throws {
        let source = """
            func handler(_ req: Request) async throws -> Status {
                try await Task.sleep(for: .milliseconds(5))
                req.write("\\(req.main == nil ? "main" : "part") ")
                if req.main == nil {
                    try req.lookUp(uri: "y.do").run()
                    try await Task.sleep(for: .milliseconds(5))
                    let part = try req.lookUp(uri: "y.do").output()
                    req.write(String(decoding: part, as: UTF8.self))
                }
                return .ok
            }
            """
        try withFiles(source) { server throws in
            #expect(try server.app().text == "main part part ")
        }
    }

    @Test func theBodyIsTheMainRequests() throws {
        let source = """
            func handler(_ req: Request) throws -> String {
                if req.main != nil { return "\\(try req.read().count)" }
                let part = try req.lookUp(uri: "y.do").output()
                return "\\(String(decoding: part, as: UTF8.self)) \\(try req.read().count)"
            }
            """
        try withFiles(source) { server throws in
            #expect(try server.post("/app/x.do", .text("abc")).text == "0 3")
        }
    }

    @Test func subrequestsWithinEachOtherEndAtHttpdsLimit() throws {
        let source = """
            func handler(_ req: Request) throws -> Status {
                let deeper = try req.lookUp(uri: "x.do")
                req.write("\\(deeper.status) ")
                try deeper.run()
                req.write("back ")
                return .ok
            }
            """
        try withFiles(source, global: "LimitInternalRecursion 10 3") { server throws in
            server.allowLog(containing: "AH00120")
            #expect(try server.app().text == "200 200 200 500 back back back back ")
            try server.expectLog(containing: "AH00125")
        }
    }

    @Test(.bug(id: "N4-10")) func relatedRequestsAreTheSameObjects() throws {
        let source = """
            enum Mark: RequestStorageKey { typealias Value = String }
            func handler(_ req: Request) throws -> Status {
                if let main = req.main {
                    req.write("\\(main[Mark.self] ?? "-") ")
                    main[Mark.self] = "by the subrequest"
                    return .ok
                }
                if let first = req.prev {
                    req.write("\\(first[Mark.self] ?? "-"), \\(first.next === req), \\(req.next == nil), ")
                    req.write("\\(req.subprocessEnv["REDIRECT_X_WORD"] ?? "-"), ")
                    req.write("\\(req.subprocessEnv["REDIRECT_STATUS"] ?? "-"), \\(req.isInitial), ")
                    if req.args == "twice" { try req.internalRedirect("/app/x.do"); return .ok }
                    first[Mark.self] = "by the last"
                    return .ok
                }
                req[Mark.self] = "by the caller"
                let text = String(decoding: try req.lookUp(uri: "y.do").output(), as: UTF8.self)
                req.write("\\(req[Mark.self] ?? "-"), ")
                req.subprocessEnv["X_WORD"] = text + "1"
                try req.internalRedirect("/app/z.do?\\(req.args ?? "")")
                if req[Mark.self] != (req.args == "twice" ? "by the subrequest" : "by the last") {
                    req.log("lost: \\(req[Mark.self] ?? "-")")
                }
                return .ok
            }
            """
        try withFiles(source) { server throws in
            #expect(
                try server.app().text
                    == "by the subrequest, true, true, by the caller 1, 200, false, "
            )
            let twice = try server.app("twice").text
            // What each has written, and not flushed, goes with its redirect.
            #expect(twice == "-, true, true, -, 200, false, ")
        }
    }

    @Test func anAnswerThatIsCompleteIsLeftAlone() throws {
        let source = """
            func handler(_ req: Request) -> String { req.addHandler(.log, "app::after"); return "all" }
            func after(_ req: Request) throws {
                do { try req.lookUp(uri: "a.txt").run() } catch { req.log("\\(error)", level: .notice) }
                let kept = try req.lookUp(uri: "a.txt").output()
                req.log("still \\(kept.count) bytes", level: .notice)
            }
            """
        try withFiles(source) { server throws in
            #expect(try server.app().text == "all")
            try server.expectLog(
                containing: "/app/a.txt was run after the response was complete")
            try server.expectLog(containing: "still 7 bytes")
        }
    }

    @Test(arguments: ["status", "run", "request"])
    func aSubrequestUsedAfterTheEndOfItsRequestStopsWithASentence(use: String) throws {
        let source = """
            nonisolated(unsafe) var kept: Subrequest?
            func handler(_ req: Request) throws -> String {
                guard let found = kept else {
                    kept = try req.lookUp(uri: "/app/a.txt")
                    return "kept"
                }
                switch req.args {
                case "status": return "\\(found.status)"
                case "run": try found.run()
                default: return found.request.uri
                }
                return "used"
            }
            """
        try withFiles(source, children: 1) { server throws in
            #expect(try server.app().text == "kept")
            #expect(try server.app(use).status == 500)
            server.allowLog(containing: "MSW0401")
            try server.expectLog(containing: "A request was used after it had ended")
        }
    }

    /// A static file, one to which access is denied, and Swift for .do.
    private func withFiles(
        _ source: String, global: String = "", children: Int = 2, _ body: (HTTPD) throws -> Void
    ) throws {
        let section = """
            \(global)
            <Directory "${HTDOCS}/private">
                Require all denied
            </Directory>
            """
        try SwiftSite.with(source, global: section, children: children) { server throws in
            try server.write("app/a.txt", "static\n")
            try server.write("private/a.txt", "secret\n")
            try body(server)
        }
    }
}
