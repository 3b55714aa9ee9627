// SPDX-License-Identifier: Apache-2.0
//
// SwiftHandlerModule, SwiftInitHandler, and what the defects of mod_python's chapter 5 were about.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct HandlerModuleTests {
    private static let trail = """
        enum Trail: RequestStorageKey { typealias Value = [String] }
        extension Request {
            func leave() { self[Trail.self] = (self[Trail.self] ?? []) + [String(phase.directive.dropFirst(5).dropLast(7))] }
            var trail: String { (self[Trail.self] ?? []).joined(separator: " ") }
        }
        """

    /// A module that has all functions of default names.
    private static let whole = """
        \(trail)
        func postReadRequestHandler(_ req: Request) { req.leave() }
        func transHandler(_ req: Request) -> Status { req.leave(); return .declined }
        func initHandler(_ req: Request) { req.leave() }
        func headerParserHandler(_ req: Request) { req.leave() }
        func accessHandler(_ req: Request) { req.leave() }
        func authenHandler(_ req: Request) { req.leave(); req.user = "ann" }
        func authzHandler(_ req: Request) { req.leave() }
        func typeHandler(_ req: Request) -> Status { req.leave(); return .declined }
        func fixupHandler(_ req: Request) { req.leave() }
        func handler(_ req: Request) { req.leave(); req.write(req.trail) }
        func logHandler(_ req: Request) { req.log("told: log", level: .notice) }
        func cleanupHandler(_ req: Request) { req.log("told: cleanup", level: .notice) }
        """

    private static let section = """
        <Directory "${HTDOCS}/app">
        AddHandler mod_swift .do
        AuthType Basic
        AuthName a
        Require valid-user
        </Directory>
        """

    @Test(.bug(id: "N5-07")) func aModuleStandsForAllPhases() throws {
        let modules = ["authn_core", "authz_user"]
        let text = """
            SwiftPath "${HTDOCS}/app"
            SwiftHandlerModule app
            \(Self.section)
            """
        try HTTPD.with(.modSwift(modules: modules, text: text)) { server throws in
            try server.writeApp(Self.whole)
            #expect(
                try server.app().text
                    == "Init PostReadRequest Trans HeaderParser Access Authen Authz Type Fixup ")
            try server.expectLog(containing: "told: log")
            try server.expectLog(containing: "told: cleanup")
        }
    }

    @Test func phasesThatAModuleDoesNotHaveAreLeftOut_n_L04() throws {
        let source = { (more: String) in
            """
            \(Self.trail)
            func accessHandler(_ req: Request) { req.leave() }
            func fixupHandler(_ req: Request) { req.leave() }
            func handler(_ req: Request) { req.write(req.trail) }
            \(more)
            """
        }
        let global = """
            <Directory "${HTDOCS}/app">
            SwiftHandlerModule app other | .x .y
            SetHandler mod_swift
            SwiftLogNotes On
            SwiftDebug On
            </Directory>
            LogFormat "%{swift_handler}n" handlers
            CustomLog "${LOGS}/handlers.log" handlers
            """
        try SwiftSite.with(source(""), global: global) { server throws in
            try server.write(
                "app/other.swift",
                "import ModSwift\n\(Self.trail)\nfunc fixupHandler(_ req: Request) { req.errHeadersOut[\"X-Other\"] = \"yes\" }"
            )
            let answer = try server.get("/app/a.x")
            #expect(answer.text == "Access Fixup")
            #expect(answer.headers["X-Other"] == "yes")
            #expect(try server.get("/app/a.z").text == "")
            // Notes name those that were called.
            let log = try String(contentsOfFile: "\(server.logs)/handlers.log", encoding: .utf8)
            #expect(log.contains("app,app,other,app\n"))
            // A function that is there and cannot be called is not left out: it could be the one
            // that denies access.
            try server.writeApp(
                source("func headerParserHandler(_ req: Request) -> Bool { false }"))
            #expect(try server.get("/app/a.x").status == 500)
            try server.expectLog(
                containing: "MSW0102: SwiftHeaderParserHandler app: headerParserHandler")
            // Nor is a module.
            server.configuration.text +=
                "\n<Directory \"${HTDOCS}/app\">\nSwiftHandlerModule none\n</Directory>"
            try server.restart(graceful: false)
            #expect(try server.get("/app/a.z").status == 500)
            try server.expectLog(
                containing: "MSW0101: SwiftInitHandler none: there is no module \"none\"")
            server.allowLog(containing: "Handler none: there is no module")
        }
    }

    @Test(.bug(id: "N5-01")) func initialHandlersOfDirectoriesRunAndEachOnce() throws {
        let source = """
            \(Self.trail)
            func a(_ req: Request) { req.leave(); req.notes["a"] = "\\(req.filename == nil)" }
            func b(_ req: Request) { req.leave(); req.leave() }
            func mark(_ req: Request) { req.leave() }
            func handler(_ req: Request) -> String { "\\(req.notes["a"] ?? "-") \\(req.trail)" }
            """
        let global = """
            SwiftPath "${HTDOCS}/app"
            SwiftInitHandler app::a
            SwiftPostReadRequestHandler app::mark
            SwiftHeaderParserHandler app::mark
            <Directory "${HTDOCS}/app/in">
            SetHandler mod_swift
            SwiftHandler app
            SwiftInitHandler app::b
            SwiftInitHandler app::b app::a | .x
            </Directory>
            <Directory "${HTDOCS}/app">
            SwiftInitHandler app::b | .y
            </Directory>
            """
        try SwiftSite.with(source, directives: "AddHandler mod_swift .y", global: global) {
            server throws in
            try server.write("app/in/some.txt", "")
            func ask(_ path: String) throws -> String {
                try server.get(path).text
            }
            #expect(try ask("/app/x.do") == "true Init PostReadRequest HeaderParser")
            #expect(try ask("/app/x.y") == "true Init PostReadRequest Init Init HeaderParser")
            #expect(try ask("/app/in/x") == "true Init PostReadRequest Init Init HeaderParser")
            // Another line's word is another handler, though of the same name.
            #expect(
                try ask("/app/in/x.x")
                    == "false Init PostReadRequest Init Init Init HeaderParser")
        }
    }

    @Test(.bug(id: "N5-05"), .bug(id: "N5-08"), .bug(id: "N5-15"))
    func valuesOfDirectoriesStayThere() throws {
        let source = """
            func handler(_ req: Request) -> String {
                let path = req.config["SwiftPath"]?.split(separator: "/").last ?? "-"
                return "\\(path) \\(req.options["key"] ?? "nil") \\(req.server.config["SwiftDebug"] ?? "nil") \\(req.server.options["key"] ?? "nil")"
            }
            """
        let directives = """
            SwiftDebug On
            SwiftOption key "a b"
            SwiftPath one two
            <Files "empty.do">
            SwiftOption key ""
            SwiftPath three
            </Files>
            <Files "gone.do">
            SwiftOption key
            </Files>
            """
        let global = "SwiftOption key outer\nSwiftPath zero"
        try SwiftSite.with(source, directives: directives, global: global) { server throws in
            for _ in 1...2 {
                #expect(try server.app().text == "two a b nil outer")
                #expect(try server.get("/app/empty.do").text == "three  nil outer")
                #expect(try server.get("/app/gone.do").text == "two nil nil outer")
            }
        }
    }

    @Test(.bug(id: "N5-12")) func whatCannotBeCalledIsToldInEveryPhase() throws {
        let source = """
            let nothing: (@Sendable (Request) -> Status)? = nil
            func text(_ req: Request) -> String { "text" }
            func connected(_ connection: Connection) {}
            func handler(_ req: Request) -> String { "" }
            """
        for (phase, function, sentence) in [
            ("Access", "nothing", "MSW0102: SwiftAccessHandler app::nothing: "),
            ("Fixup", "text", "MSW0502: SwiftFixupHandler app::text: returns String"),
            (
                "Type", "connected",
                "MSW0102: SwiftTypeHandler app::connected: the function takes a Connection"
            ),
        ] {
            try SwiftSite.with(source, directives: "Swift\(phase)Handler app::\(function)") {
                server throws in
                #expect(try server.app().status == 500)
                try server.expectLog(containing: sentence)
            }
        }
    }
}
