// SPDX-License-Identifier: Apache-2.0
//
// An error's description, status and deinit are also an author's code: a trap in them ends only the
// call that threw the error, wherever that was.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ThrownErrorTests {
    private static let source = """
        import Glibc

        @inline(never) func broken() -> Int { let none: [Int] = []; return none[Int(getpid())] }

        struct Described: Error, CustomStringConvertible {
            var description: String { "error \\(broken())" }
        }
        struct Judged: StatusError {
            var status: Status { broken() == 0 ? .notFound : .forbidden }
        }
        final class Ended: Error, CustomStringConvertible {
            var description: String { "an error with an end" }
            deinit { _ = broken() }
        }

        func fail(_ kind: String) throws {
            switch kind {
            case "described": throw Described()
            case "judged": throw Judged()
            case "ended": throw Ended()
            default: break
            }
        }

        func handler(_ req: Request) throws -> String {
            switch (req.args ?? "").split(separator: "-").map(String.init) {
            case let words where words.first == "filter":
                req.addOutputFilter { filter in
                    filter.disable()
                    try fail(words[1])
                }
            case let words where words.first == "log": req.addHandler(.log, "app::\\(words[1])")
            case let words where words.first == "handler": try fail(words[1])
            default: break
            }
            return "\\(getpid())"
        }

        func waiting(_ req: Request) async throws -> String {
            await Task.yield()
            try fail(req.args ?? "")
            return "unbroken"
        }

        func described(_ req: Request) throws { try fail("described") }
        func judged(_ req: Request) throws { try fail("judged") }
        func ended(_ req: Request) throws { try fail("ended") }

        func imported(_ server: Server) throws { try fail("described") }

        func check(_ req: Request, user: String, password: String) throws -> AuthnResult {
            try fail(user)
            return .granted
        }

        func connectionHandler(_ conn: Connection) throws -> Status {
            if try conn.peek(9).starts(with: Array("GET".utf8)) { return .declined }
            let kind = String(decoding: try conn.readLine() ?? [], as: UTF8.self)
            try fail(kind.filter { $0.isLetter })
            return .declined
        }

        func asyncConnection(_ conn: Connection) async throws -> Status {
            _ = try await conn.waitForInput()
            if try conn.peek(9).starts(with: Array("GET".utf8)) { return .declined }
            let kind = String(decoding: try conn.readLine() ?? [], as: UTF8.self)
            try fail(kind.filter { $0.isLetter })
            return .declined
        }
        """

    private static let kinds = ["described", "judged", "ended"]

    private static func with(
        directives: String = "", global: String = "", modules: [String] = [],
        _ body: (HTTPD) throws -> Void
    ) throws {
        try SwiftSite.with(
            source, modules: modules, directives: directives,
            global: "SwiftTrapDrain 0\n\(global)", children: 1
        ) { server throws in
            DrainTests.allowStories(server)
            let pid = try server.app().text
            try body(server)
            #expect(try server.app().text == pid)
            #expect(!server.errorLog().contains("exit signal"))
        }
    }

    @Test func aTrapInAnErrorOfAHandlerCostsItsRequest() throws {
        try Self.with { server throws in
            for kind in Self.kinds {
                #expect(try server.app("handler-\(kind)").status == 500, "\(kind)")
                try server.expectLog(containing: "MSW0401: SwiftHandler app: trapped: ")
            }
        }
    }

    @Test func soDoesOneOfAnAsyncHandler() throws {
        let directives = """
            AddHandler mod_swift .waiting
            SwiftHandler app::waiting | .waiting
            """
        try Self.with(directives: directives) { server throws in
            for kind in Self.kinds {
                #expect(try server.get("/app/x.waiting?\(kind)").status == 500, "\(kind)")
                try server.expectLog(containing: "MSW0401: SwiftHandler app::waiting: trapped: ")
            }
        }
    }

    @Test func oneOfALogHandlerCostsNothing() throws {
        try Self.with { server throws in
            for kind in Self.kinds {
                #expect(try server.app("log-\(kind)").status == 200, "\(kind)")
                try server.expectLog(containing: "MSW0401: SwiftLogHandler app::\(kind): trapped: ")
            }
        }
    }

    @Test func oneOfAFilterEndsItsResponse() throws {
        try Self.with { server throws in
            for kind in Self.kinds {
                #expect((try? server.app("filter-\(kind)").status) != 200, "\(kind)")
                try server.expectLog(
                    containing: "MSW0401: SwiftOutputFilter (a closure): trapped: ")
            }
        }
    }

    @Test func oneOfAProviderLetsNobodyIn() throws {
        let global = """
            SwiftPath "${HTDOCS}/app"
            SwiftAuthnProvider mine app::check
            <Location "/secret">
                AuthType Basic
                AuthName "secret"
                AuthBasicProvider mine
                Require valid-user
            </Location>
            """
        try Self.with(
            global: global, modules: ["auth_basic", "authn_core", "authz_user"]
        ) { server throws in
            for kind in Self.kinds {
                let response = try server.curl("/secret/x", "-u", "\(kind):x")
                #expect(response.status == 500, "\(kind)")
                try server.expectLog(containing: "MSW0401: SwiftAuthnProvider mine: trapped: ")
            }
            #expect(try server.curl("/secret/x", "-u", "anybody:x").status == 404)
        }
    }

    @Test(arguments: ["app", "app::asyncConnection"])
    func oneOfAConnectionHandlerCostsItsConnection(_ handler: String) throws {
        let global = """
            SwiftPath "${HTDOCS}/app"
            SwiftConnectionHandler \(handler)
            """
        try Self.with(global: global) { server throws in
            for kind in Self.kinds {
                #expect((try? server.rawExchange("\(kind)\n"))?.isEmpty ?? true, "\(kind)")
                try server.expectLog(
                    containing: "MSW0401: SwiftConnectionHandler \(handler): trapped: ")
            }
        }
    }

    /// Before, it caused a crash loop in which no request was served.
    @Test func oneOfAnImportedFunctionKeepsNobodyFromBeingServed() throws {
        let text = """
            SwiftTrapDrain 0
            SwiftPath "${HTDOCS}/app"
            SwiftImport app::imported
            <Location "/app">
            SetHandler mod_swift
            SwiftHandler app
            </Location>
            """
        var configuration = try HTTPDConfiguration.modSwift(text: text)
        configuration.children = 1
        let server = try HTTPD(configuration)
        defer { server.close() }
        DrainTests.allowStories(server)
        try server.writeApp(Self.source)
        try server.start()
        #expect(try server.app().status == 200)
        try server.expectLog(containing: "MSW0530: SwiftImport app::imported")
        try server.stop()
        try server.checkLog()
    }
}
