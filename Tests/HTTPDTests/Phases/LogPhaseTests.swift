// SPDX-License-Identifier: Apache-2.0
//
// What comes after the answer: the log phase and the cleanup phase, and what code adds to them.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct LogPhaseTests {
    private static let source = """
        struct Broken: Error {}
        nonisolated(unsafe) var three = 3

        func tell(_ req: Request, _ word: String) {
            req.log("told: \\(word) \\(req.uri) \\(req.status.rawValue) \\(req.bytesSent) \\(req.phase)", level: .notice)
        }
        func handler(_ req: Request) throws -> String {
            switch req.args {
            case "large":
                for _ in 1...40_000 { req.write(String(repeating: "0123456789", count: 10)) }
            case "redirect":
                try req.internalRedirect("/app/target.do")
                return ""
            case "gone": throw Status.notFound
            case "cleanup":
                req.registerCleanup { tell(req, "registered first") }
                req.registerCleanup { _ = [1][three] }
            default: break
            }
            if req.uri.hasSuffix("target.do") { req.addHandler(.log, "app::added") }
            return "fine"
        }
        func first(_ req: Request) throws -> Status {
            tell(req, "first")
            req.write("nobody reads this")
            do { try req.flush() } catch { req.log("told: flush \\(error)", level: .notice) }
            do { try req.internalRedirect("/app/x.do") } catch { tell(req, "redirect") }
            switch req.args {
            case "error": throw Broken()
            case "trap": return Status(rawValue: [1][three])
            case "end": return .forbidden
            default: return .declined
            }
        }
        func second(_ req: Request) { tell(req, "second") }
        func added(_ req: Request) { tell(req, "added") }
        func cleanUp(_ req: Request) throws -> Status {
            tell(req, "cleanUp")
            req.registerCleanup { tell(req, "registered late") }
            switch req.args {
            case "error": throw Broken()
            case "trap": return Status(rawValue: [1][three])
            default: return .forbidden
            }
        }
        func cleanUp2(_ req: Request) { tell(req, "cleanUp2") }
        """

    private static let directives = """
        SwiftLogHandler app::first app::second
        SwiftCleanupHandler app::cleanUp app::cleanUp2
        """

    /// The words that handlers have told of a request.
    private static func told(_ server: HTTPD, since mark: HTTPD.LogMark) -> [String] {
        server.errorLog(since: mark).matches(of: /told: (\w+(?: late)?)\s/).map { String($0.1) }
    }

    /// After the request's connection has closed, its last handler has run.
    private static func ask(
        _ server: HTTPD, _ query: String, expecting last: String = "registered late"
    ) throws -> [String] {
        let mark = server.logMark()
        _ = try server.app(query)
        try server.expectLog(containing: "told: \(last)")
        return told(server, since: mark)
    }

    @Test(arguments: [MPM.event, .worker, .prefork])
    func theyRunAfterTheAnswerWhateverItWas(mpm: MPM) throws {
        try SwiftSite.with(
            Self.source, mpm: mpm, directives: Self.directives, global: "SwiftTrapDrain 0"
        ) { server throws in
            let all = [
                "first", "flush", "redirect", "second", "cleanUp", "cleanUp2", "registered late",
            ]
            #expect(try server.app().text == "fine")
            #expect(try Self.ask(server, "") == all)
            #expect(try Self.ask(server, "gone") == all)
            // A result that is none ends the log phase, and no cleanup.
            #expect(try Self.ask(server, "end") == all.filter { $0 != "second" })
            // Errors are told, and are nobody's answer.
            for (query, id) in [("error", "MSW0301"), ("trap", "MSW0401")] {
                #expect(try Self.ask(server, query) == all, "\(query)")
                try server.expectLog(containing: "\(id): SwiftLogHandler app::first: t")
                try server.expectLog(containing: "\(id): SwiftCleanupHandler app::cleanUp: t")
            }
            #expect(try Self.ask(server, "cleanup").contains("registered"))
            try server.expectLog(containing: "MSW0401: registerCleanup: t")
            for words in ["trap ", "Fatal ", "]     "] { server.allowLog(containing: words) }
            // Nothing that they write goes anywhere.
            let connection = try server.connect()
            for _ in 1...3 { #expect(try connection.request("GET", "/app/x.do").text == "fine") }
        }
    }

    @Test(.bug(id: "N5-02")) func aCleanupHandlerNeedsNoOther() throws {
        let directives = "SwiftCleanupHandler app::cleanUp2"
        try SwiftSite.with(Self.source, directives: directives) { server throws in
            try server.write("app/page.txt", "static")
            let mark = server.logMark()
            #expect(try server.get("/app/page.txt").text == "static")
            try server.expectLog(containing: "told: cleanUp2 /app/page.txt")
            #expect(Self.told(server, since: mark) == ["cleanUp2"])
        }
    }

    /// Another thread may send the rest and run them.
    @Test(arguments: [MPM.event, .worker])
    func theyRunWhenASlowReaderHasEverything(mpm: MPM) throws {
        try SwiftSite.with(Self.source, mpm: mpm, directives: Self.directives) { server throws in
            _ = try server.app()
            try server.expectLog(containing: "told: registered late")
            let mark = server.logMark()
            let connection = try server.connect()
            try connection.write("GET /app/x.do?large HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try connection.read(1000)
            // What is left does not fit into the buffers of the sockets.
            #expect(Self.told(server, since: mark).isEmpty)
            var rest = try connection.read(4_000_004 - 1000)
            while rest.suffix(4) != Array("fine".utf8) {
                rest = Array(rest.suffix(4)) + (try connection.read(1))
            }
            try server.expectLog(containing: "told: registered late")
            #expect(Self.told(server, since: mark).first == "first")
        }
    }

    /// The connection of a stream ends with its answer; a client that reads slowly has the rest in
    /// httpd's hands.
    @Test func theyRunForStreamsOfHTTP2() throws {
        try SwiftSite.with(
            Self.source, modules: ["http2"], directives: Self.directives,
            global: "SwiftTrapDrain 0\nProtocols h2c"
        ) { server throws in
            let all = [
                "first", "flush", "redirect", "second", "cleanUp", "cleanUp2", "registered late",
            ]
            for query in ["", "gone", "error", "trap", "large"] {
                let mark = server.logMark()
                let answer = try server.curl(
                    "/app/x.do?\(query)", "--http2-prior-knowledge")
                #expect(answer.status == (query == "gone" ? 404 : 200), "\(query)")
                if query == "large" { #expect(answer.body.count == 4_000_004) }
                try server.expectLog(containing: "told: registered late")
                #expect(Self.told(server, since: mark) == all, "\(query)")
            }
            for (id, times) in [("MSW0301", 2), ("MSW0401", 2)] {
                try server.expectLog(containing: "\(id): Swift", times: times)
            }
            for words in ["trap ", "Fatal ", "]     "] { server.allowLog(containing: words) }
        }
    }

    @Test func handlersThatARedirectedRequestHasAddedAreCalled() throws {
        try SwiftSite.with(
            Self.source, directives: Self.directives + "\nErrorDocument 404 /app/target.do"
        ) { server throws in
            _ = try server.app()
            try server.expectLog(containing: "told: registered late")
            for query in ["redirect", "gone"] {
                let told = try Self.ask(server, query)
                #expect(told.filter { $0 == "first" }.count == 1)
                #expect(told.filter { $0 == "added" }.count == 1)
                try server.expectLog(containing: "told: added /app/target.do")
            }
        }
    }
}
