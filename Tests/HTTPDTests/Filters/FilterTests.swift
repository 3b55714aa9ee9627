// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct FilterTests {
    /// Filters of all kinds, selected by the query.
    static let source = """
        enum Calls: RequestStorageKey { typealias Value = Int }

        func handler(_ req: Request) throws -> Status {
            req.contentType = "text/plain"
            req.headersOut["ETag"] = "\\"a\\""
            req.headersOut["Content-Length"] = "3"
            switch req.args {
            case "closure":
                var calls = 0
                req.addOutputFilter { filter in
                    calls += 1
                    try filter.forEachChunk { bytes in filter.write(bytes) }
                    if filter.isClosed { filter.write("!") }
                }
            case "upper", "lines", "stop", "idle", "fails", "forbids", "late", "parts", "none", "after":
                req.registerOutputFilter("UPPER", "app::\\(req.args ?? "")")
                try req.addOutputFilter("upper")
            case "deflate": try req.addOutputFilter("DEFLATE")
            case "unknown":
                do { try req.addOutputFilter("NO_SUCH") } catch { return req.say("\\(error)") }
            case "order":
                req.addOutputFilter { filter in
                    while let text = try filter.read() { filter.write("<"); filter.write(text) }
                }
                req.addOutputFilter { filter in
                    while let text = try filter.read() { filter.write("("); filter.write(text) }
                }
            case "self":
                req.addOutputFilter { filter in
                    while let text = try filter.read() {
                        filter.req.write("own ")
                        filter.write(text)
                    }
                }
            case "file":
                req.addOutputFilter { filter in try filter.passOn() }
                try req.sendFile(req.filename!.replacing("x.do", with: "app.swift"), length: 3)
                return .ok
            default: break
            }
            if req.args == "lines" {
                for part in ["on", "e\\ntw", "o\\n", "three"] { req.write(part); try req.flush() }
                return .ok
            }
            if req.args == "late" {
                for _ in 1...20_000 { req.write("0123456789") }
                try req.flush()
                return .ok
            }
            req.write("abc")
            if req.args == "deflate" { req.headersOut["Content-Length"] = nil; req.write(String(repeating: "a", count: 4000)) }
            if req.args == "parts" { try req.flush(); req.write("def") }
            return .ok
        }

        extension Request {
            func say(_ text: String) -> Status { write(text); return .ok }
        }

        func upper(_ filter: Filter) throws {
            while let bytes = try filter.read(2) {
                filter.write(bytes.map { (97...122).contains($0) ? $0 - 32 : $0 })
            }
        }

        func lines(_ filter: Filter) async throws {
            while let line = try filter.readLine() {
                filter.write("[")
                filter.write(line)
                filter.write("]")
            }
        }

        func parts(_ filter: Filter) throws {
            filter[Calls.self] = (filter[Calls.self] ?? 0) + 1
            let isLast = try filter.forEachChunk { filter.write("\\(filter[Calls.self] ?? 0):"); filter.write($0) }
            if isLast { filter.write(" of \\(filter.name) \\(filter.handler) \\(filter.isInput)") }
        }

        func stop(_ filter: Filter) throws {
            guard let bytes = try filter.read(1) else { return }
            filter.write(bytes)
            filter.close()
        }

        func none(_ filter: Filter) {}

        func after(_ filter: Filter) throws {
            filter.close()
            filter.write("more")
        }

        struct Broken: Error {}
        func fails(_ filter: Filter) throws { throw Broken() }
        func forbids(_ filter: Filter) throws { throw Status.forbidden }
        func late(_ filter: Filter) throws {
            filter[Calls.self] = (filter[Calls.self] ?? 0) + 1
            if filter[Calls.self] == 5 { throw Broken() }
            try filter.passOn()
        }
        func idle(_ req: Request) -> Status { .ok }

        func input(_ req: Request) throws -> Status {
            req.contentType = "text/plain"
            switch req.args {
            case "upper":
                req.registerInputFilter("IN", "app::upper")
                try req.addInputFilter("in")
            case "double":
                req.addInputFilter { filter in
                    try filter.forEachChunk { filter.write($0); filter.write($0) }
                }
            case "pass": req.addInputFilter { try $0.passOn() }
            case "lines":
                req.addInputFilter { filter in
                    while let line = try filter.readLine() { filter.write("> "); filter.write(line) }
                }
            case "some":
                req.addInputFilter { filter in
                    filter.write(try filter.read(3) ?? [])
                    filter.close()
                }
            case "idle": req.addInputFilter { _ in }
            case "fails": req.addInputFilter { _ in throw Broken() }
            case "forbids": req.addInputFilter { _ in throw Status.forbidden }
            default: break
            }
            let body = try req.read()
            req.write("\\(body.count) ")
            req.write(body.prefix(100))
            return .ok
        }
        """

    @Test func outputFiltersChangeTheAnswer() throws {
        try SwiftSite.with(Self.source, modules: ["deflate"]) { server throws in
            // Its handler sets a Content-Length that is correct for only one of its responses.
            server.allowLog(containing: "MSW0761")
            for (query, text) in [
                "": "abc", "closure": "abc", "upper": "ABC", "lines": "[one\n][two\n][three]",
                "parts": "1:abc2:def of upper app::parts false", "stop": "a", "none": "",
                "order": "(<abc", "self": "abc", "file": "imp",
                "unknown":
                    "there is no filter \"NO_SUCH\"; load the module that has it, or register it "
                    + "with the request",
            ] {
                let answer = try server.app(query)
                #expect(answer.text == text, "\(query)")
                #expect(answer.status == 200)
                #expect(
                    (answer.headers["ETag"] == nil) == !["", "unknown", "file"].contains(query),
                    "\(query)")
            }
            let small = try server.get("/app/x.do?deflate", headers: ["Accept-Encoding": "gzip"])
            #expect(small.headers["Content-Encoding"] == "gzip")
        }
    }

    @Test func aFilterThatFailsEndsTheAnswer() throws {
        try SwiftSite.with(Self.source) { server throws in
            // Its handler sets a Content-Length that is correct for only one of its responses.
            server.allowLog(containing: "MSW0761")
            let failed = try server.app("fails")
            #expect(failed.status == 500)
            #expect(!failed.text.contains("abc"))
            try server.expectLog(containing: "MSW0301: SwiftOutputFilter app::fails: threw Broken")
            #expect(try server.app("forbids").status == 403)
            #expect(try server.app("idle").status == 500)
            try server.expectLog(
                containing: "MSW0102: SwiftOutputFilter app::idle: the function takes a Request")
            #expect(throws: (any Error).self) { try server.app("late") }
            try server.expectLog(containing: "SwiftOutputFilter app::late: threw Broken")
            #expect(try server.app("after").text.isEmpty)
            try server.expectLog(containing: "wrote after it had closed its stream")
            #expect(try server.app("upper").text == "ABC")
        }
    }

    @Test func aFilterThatFailsShowsItsPageUnderSwiftDebug() throws {
        try SwiftSite.with(Self.source, directives: "SwiftDebug On") { server throws in
            let failed = try server.app("fails")
            #expect(failed.status == 500)
            #expect(failed.text.contains("MSW0301"))
            #expect(failed.headers["Content-Type"] == "text/html; charset=utf-8")
            try server.expectLog(containing: "MSW0301")
        }
    }

    @Test func inputFiltersChangeTheBody() throws {
        try SwiftSite.with(Self.source, handler: "app::input") { server throws in
            for (query, text) in [
                "": "7 abc\ndef", "upper": "7 ABC\nDEF", "double": "14 abc\ndefabc\ndef",
                "pass": "7 abc\ndef", "lines": "11 > abc\n> def", "some": "3 abc",
            ] {
                let answer = try server.post("/app/x.do?\(query)", .text("abc\ndef"))
                #expect(answer.text == text, "\(query)")
            }
            let long = try server.post(
                "/app/x.do?double", .text(String(repeating: "x", count: 300_000)))
            #expect(long.text.hasPrefix("600000 xxx"))
            #expect(try server.post("/app/x.do?forbids", .text("a")).status == 403)
            for query in ["idle", "fails"] {
                #expect(try server.post("/app/x.do?\(query)", .text("a")).status == 500)
            }
            try server.expectLog(containing: "MSW0306")
            try server.expectLog(containing: "MSW0301: SwiftInputFilter (a closure): threw Broken")
        }
    }
}
