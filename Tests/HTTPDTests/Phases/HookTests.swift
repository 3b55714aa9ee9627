// SPDX-License-Identifier: Apache-2.0
//
// The hooks that few servers need, the order of all hooks, and the manual's page that lists every
// hook.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct HookTests {
    /// The page names exactly the hooks that the headers declare.
    @Test func everyHookOfTheHeadersIsOnThePage() throws {
        let folder = try Shell.run(["sh", "-c", "\(SourceTree.configured("APXS")) -q includedir"])
            .trimmingCharacters(in: .whitespacesAndNewlines)
        var declared: Set<String> = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            guard name.hasSuffix(".h"), name != "ap_hooks.h" else { continue }
            let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            for hook in text.matches(of: /[^R]AP_DECLARE_HOOK\([^,()]+,\s*(\w+)\s*,/) {
                declared.insert("\(hook.1)")
            }
            let external = /APR_DECLARE_EXTERNAL_HOOK\(\s*(\w+)\s*,\s*\w+\s*,[^,]+,\s*(\w+)/
            for hook in text.matches(of: external) { declared.insert("\(hook.1)/\(hook.2)") }
        }
        #expect(declared.count > 60)
        var named: [String] = []
        let page = try Manual.text("docs/manual/hooks.md")
        let tables = page[..<(page.firstRange(of: "## Order")?.lowerBound ?? page.endIndex)]
        for row in tables.split(separator: "\n") where row.hasPrefix("| `") {
            let cell = row.dropFirst(2).prefix { $0 != "|" }
            named += cell.matches(of: /`([\w\/]+)`/).map { "\($0.1)" }
        }
        #expect(Set(named).count == named.count)
        #expect(Set(named).symmetricDifference(declared).sorted() == [])
    }

    private static let source = """
        struct Broken: Error {}
        func quickHandler(_ req: Request) throws -> Status {
            switch req.args {
            case "quick":
                req.contentType = "text/plain"
                req.write("\\(req.phase) \\(req.filename == nil)")
                return .ok
            case "done": return .done
            case "created": req.write("made"); return .created
            case "forbidden": throw Status.forbidden
            case "broken": throw Broken()
            case "add": req.addHandler(.mapToStorage, "app"); return .declined
            default: return .declined
            }
        }
        func mapToStorageHandler(_ req: Request) -> Status {
            req.uri.hasPrefix("/app/virtual") ? .ok : req.args == "moved" ? .gone : .declined
        }
        func handler(_ req: Request) throws -> String {
            let page = req.args == "look" ? try req.lookUp(uri: "/app/x.do?quick").status.rawValue : 0
            return "\\(req.config["SwiftDebug"] ?? "-") \\(page)"
        }
        """

    @Test func quickHandlersAnswerBeforeAnythingElse() throws {
        let global = """
            SwiftPath "${HTDOCS}/app"
            SwiftQuickHandler app
            SwiftHookOrder quick early
            """
        let directives = "SwiftDebug On\nRequire all denied"
        try SwiftSite.with(Self.source, directives: directives, global: global) { server throws in
            #expect(try server.app("quick").text == "SwiftQuickHandler true")
            #expect(try server.app("done").status == 200)
            #expect(try server.app("created").status == 201)
            #expect(try server.app("forbidden").status == 403)
            #expect(try server.app("broken").status == 500)
            try server.expectLog(containing: "MSW0301: SwiftQuickHandler app: ")
            // A request that the handler declines is processed as usual.
            #expect(try server.app().status == 403)
            // Code cannot add such a handler.
            #expect(try server.app("add").status == 500)
            try server.expectLog(containing: "a request has no such phase")
            server.allowLog(containing: "AH01630")
        }
    }

    @Test func mapToStorageHandlersSaveTheSectionsOfDirectories_n_L10() throws {
        let global = """
            SwiftPath "${HTDOCS}/app"
            SwiftMapToStorageHandler app
            <Location "/app/virtual">
            SetHandler mod_swift
            SwiftHandler app
            </Location>
            """
        try SwiftSite.with(Self.source, directives: "SwiftDebug On", global: global) {
            server throws in
            // No <Directory> applies, unlike when the handler declines.
            #expect(try server.get("/app/virtual/a").text == "- 0")
            #expect(try server.app().text == "On 0")
            #expect(try server.app("look").text == "On 200")
            #expect(try server.app("moved").status == 410)
        }
    }

    /// The hooks that httpd calls in mod_swift before the response, by mod_info's names.
    private static let early: Set = [
        "Post-Read Request", "Header Parse", "Translate Name", "Check Access (legacy)",
        "Verify User ID", "Verify User Access", "Check Type", "Fixups",
    ]

    /// If the configuration has handlers only for responses and later phases, httpd does not call
    /// mod_swift in the earlier phases. Any other directive that runs code registers all of them,
    /// as that code may add handlers to each.
    @Test(arguments: [
        ("SwiftLogHandler app\nSwiftCleanupHandler app", "", false),
        ("SwiftOutputFilter app NAME", "SwiftHookOrder Log late", false),
        ("SwiftFixupHandler app", "", true), ("SwiftHandlerModule app", "", true),
        ("Require swift app::allow", "", true), ("SwiftInputFilter app NAME", "", true),
        ("AllowOverride FileInfo", "", true), ("AllowOverrideList SetHandler", "", true),
        ("", "SwiftQuickHandler app", true), ("", "SwiftHookOrder Fixup middle", true),
        ("", "SwiftAuthzProvider name app", true), ("", "SwiftAuthnProvider name app", true),
    ])
    func requestsPassByWhereNothingRunsBeforeTheResponse(
        directives: String, global: String, passBy: Bool
    ) throws {
        let info = "<Location \"/info\">\nSetHandler server-info\n</Location>"
        let source = "func quickHandler(_ req: Request) -> Status { .declined }"
        try SwiftSite.with(
            source, modules: ["info"], directives: directives,
            global: "SwiftPath \"${HTDOCS}/app\"\n\(global)\n\(info)"
        ) { server throws in
            // No line uses the providers.
            server.allowLog(containing: "MSW0572")
            let page = try server.get("/info?hooks").text
            var ours: Set<String> = []
            for part in page.components(separatedBy: "<strong>").dropFirst() {
                let part = part.components(separatedBy: "</dl>")[0]
                guard part.contains("mod_swift.c") else { continue }
                ours.insert("\(part.prefix { $0 != ":" })")
            }
            #expect(ours.contains("Content Handlers"), "\(ours)")
            #expect(ours.contains("Transaction Logging"), "\(ours)")
            #expect(ours.intersection(Self.early) == (passBy ? Self.early : []))
        }
    }

    @Test(arguments: ["middle", "early", "late"])
    func theOrderOfHooksIsChosen(order: String) throws {
        let global = "SwiftHookOrder Fixup \(order)"
        let source = """
            func first(_ req: Request) -> Status { req.notes["seen"] = req.headersIn["X-Set"] ?? "-"; return .declined }
            func handler(_ req: Request) -> String { req.notes["seen"] ?? "" }
            """
        let directives = "SwiftFixupHandler app::first\nRequestHeader set X-Set yes"
        try SwiftSite.with(
            source, modules: ["headers"], directives: directives, global: global
        ) { server throws in
            // mod_headers sets request headers in its fixup, which runs after APR_HOOK_MIDDLE.
            #expect(try server.app().text == (order == "late" ? "yes" : "-"), "\(order)")
        }
    }

    @Test func clientsAreKeptOutBeforeTheySayAnything() throws {
        let source = """
            import Synchronization
            let mood = Mutex("ok")
            struct Broken: Error {}
            enum Seen: ConnectionStorageKey { typealias Value = String }
            nonisolated(unsafe) var three = 3
            func preConnectionHandler(_ conn: Connection) throws -> Status {
                conn[Seen.self] = conn.remoteIP
                switch mood.withLock({ $0 }) {
                case "forbidden": mood.withLock { $0 = "ok" }; return .forbidden
                case "broken": mood.withLock { $0 = "ok" }; throw Broken()
                case "trap": mood.withLock { $0 = "ok" }; return Status(rawValue: [1][three])
                default: return .declined
                }
            }
            func handler(_ req: Request) -> String {
                mood.withLock { $0 = req.args ?? "ok" }
                req.headersOut["Connection"] = "close"
                return req.connection[Seen.self] ?? "-"
            }
            """
        let global = """
            SwiftPath "${HTDOCS}/app"
            SwiftPreConnectionHandler app
            SwiftTrapDrain 0
            """
        // The harness requests a page when it has started the server.
        var configuration = try HTTPDConfiguration.modSwift(
            text: """
                \(global)
                <Directory "${HTDOCS}/app">
                SetHandler mod_swift
                SwiftHandler app
                </Directory>
                """)
        configuration.children = 1
        let server = try HTTPD(configuration)
        defer { server.close() }
        try server.writeApp(source)
        try server.start()
        #expect(try server.app("ok").text == "127.0.0.1")
        for mood in ["forbidden", "broken", "trap"] {
            #expect(try server.app(mood).text == "127.0.0.1")
            #expect(throws: (any Error).self, "\(mood)") { try server.app("ok") }
            #expect(try server.app("ok").text == "127.0.0.1")
        }
        try server.expectLog(containing: "SwiftPreConnectionHandler app: ")
        try server.expectLog(containing: "MSW0401")
        server.allowLog(containing: "MSW")
        server.allowLog(containing: "Fatal error")
        try server.stop()
        try server.checkLog()
    }

    @Test(arguments: [
        ("<Directory /srv>\nSwiftQuickHandler a\n</Directory>", "put it into the server"),
        ("<Location /srv>\nSwiftMapToStorageHandler a\n</Location>", "put it into the server"),
        ("SwiftQuickHandler a | .do", "does not accept \"| .ext\""),
        ("SwiftPreConnectionHandler", "SwiftPreConnectionHandler names no handler"),
        ("<Location /srv>\nSwiftPreConnectionHandler a\n</Location>", "not allowed"),
        ("SwiftHookOrder Content late", "there are PreConnection, PostReadRequest"),
        ("SwiftHookOrder Fixup first", "write early, middle or late"),
        ("SwiftHookOrder Fixup", "write early, middle or late"),
        ("<Directory /srv>\nSwiftHookOrder Fixup late\n</Directory>", "holds for the whole server"),
    ])
    func aBadValueIsRefusedWithASentence(line: String, sentence: String) throws {
        try expectRefusal(of: line, with: sentence)
    }
}
