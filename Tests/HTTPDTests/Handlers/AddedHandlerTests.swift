// SPDX-License-Identifier: Apache-2.0
//
// Handlers that code adds to phases of a request.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct AddedHandlerTests {
    private static let phases = [
        "postReadRequest", "trans", "initial", "headerParser", "access", "authen", "authz", "type",
        "fixup", "content", "log", "cleanup",
    ]

    /// The first handler of a request adds one to every phase; each of them leaves its phase.
    private static let source = """
        enum Trail: RequestStorageKey { typealias Value = [String] }

        let phases: [Phase] = [\(phases.map { ".\($0)" }.joined(separator: ", "))]

        extension Request {
            func leave(_ word: String) { self[Trail.self] = (self[Trail.self] ?? []) + [word] }
        }

        func first(_ req: Request) {
            guard req.args == "all" else { return }
            for phase in phases { req.addHandler(phase, "app::leave") }
        }

        func leave(_ req: Request) -> Status {
            req.leave("\\(phases.firstIndex(of: req.phase) ?? -1)")
            switch req.phase {
            case .authen: req.user = "ann"; return .ok
            case .content: req.write((req[Trail.self] ?? []).joined(separator: " ")); return .ok
            case .log, .cleanup: req.log("told: \\(req.phase)", level: .notice); return .ok
            default: return .declined
            }
        }

        func deny(_ req: Request) -> Status { .forbidden }

        func fixup(_ req: Request) {
            switch req.args {
            case "over": req.addHandler(.access, "app::leave")
            case "connection": req.addHandler(.connection, "app::leave")
            case "running":
                req.addHandler(.fixup, "app::twice")
                req.leave("a")
            case "missing": req.addHandler(.content, "app::missing")
            case "handler":
                req.handler = "mod_swift"
                req.addHandler(.content, "app::leave")
            case "deny": req.addHandler(.fixup, "app::deny")
            default: break
            }
        }

        func twice(_ req: Request) {
            req.leave("b")
            if req[Trail.self]?.count ?? 9 < 4 { req.addHandler(.fixup, "app::twice") }
        }

        func handler(_ req: Request) { req.leave("c"); if req.args == "running" { req.write((req[Trail.self] ?? []).joined()) } }
        """

    private static let global = """
        SwiftPath "${HTDOCS}/app"
        SwiftPostReadRequestHandler app::first
        """

    private static let directives = """
        SwiftFixupHandler app::fixup
        AuthType Basic
        AuthName a
        <If "%{QUERY_STRING} == 'all'">
        Require valid-user
        </If>
        <Else>
        Require all granted
        </Else>
        """

    @Test(arguments: [MPM.event, .worker, .prefork])
    func theyRunInAnyPhaseThatIsNotOver(mpm: MPM) throws {
        try SwiftSite.with(
            Self.source, mpm: mpm, modules: ["authn_core", "authz_user"],
            directives: Self.directives, global: Self.global
        ) { server throws in
            // Type handlers do not say ok: mod_mime gives the request its handler.
            #expect(
                try server.app("all").text
                    == "0 1 2 3 4 5 6 7 8 c 9")
            try server.expectLog(containing: "told: SwiftLogHandler")
            try server.expectLog(containing: "told: SwiftCleanupHandler")
            #expect(try server.app("running").text == "abbbc")
            #expect(try server.app("deny").status == 403)
            #expect(try server.app("handler").text == "c 9")
            #expect(try server.get("/app/none?handler").status == 200)
            for (query, sentence) in [
                (
                    "over",
                    "no SwiftAccessHandler was added: the phase is over, SwiftFixupHandler is running"
                ),
                (
                    "connection",
                    "no SwiftConnectionHandler was added: a request has no"
                ),
            ] {
                #expect(try server.app(query).status == 500)
                try server.expectLog(containing: sentence)
            }
            #expect(try server.app("missing").status == 500)
            try server.expectLog(containing: "MSW0102: SwiftHandler app::missing")
        }
    }

    /// One directory is one place, however it is written: one namespace, one build.
    @Test func aDirectoryIsTheSameHoweverItIsWritten() throws {
        let source = """
            import Synchronization
            func handler(_ req: Request) throws -> Status {
                let directory = (req.documentRoot ?? "") + "/other"
                switch req.args ?? "" {
                case "relative": req.addHandler(.content, "other", directory: "other")
                case "empty": req.addHandler(.content, "")
                case "slash": req.addHandler(.content, "dir/", directory: directory)
                case "function": req.addHandler(.content, "other::", directory: directory)
                case "null": req.addHandler(.content, "oth\\0er", directory: directory)
                case "filter": req.registerOutputFilter("a", "other::filter", directory: "other")
                case let end: req.addHandler(.content, "other", directory: directory + end)
                }
                return .declined
            }
            """
        try SwiftSite.with(
            source, directives: "SwiftInterpPerDirective On", children: 1
        ) { server throws in
            try server.write(
                "other/other.swift",
                """
                import ModSwift
                import Synchronization
                let calls = Mutex(0)
                func handler(_ req: Request) -> String {
                    let count = calls.withLock { $0 += 1; return $0 }
                    return "\\(count) \\(req.interpreter.hasSuffix("/other/"))"
                }
                """)
            for (index, end) in ["", "/", "//", "/.", "/./", "/../other"].enumerated() {
                #expect(try server.app(end).text == "\(index + 1) true", "\(end)")
            }
            for (query, sentence) in [
                "relative": "the directory \"other\" is relative", "empty": "\"\" names no handler",
                "slash": "\"dir/\" names no handler", "function": "\"other::\" names no handler",
                "null": "er\" names no handler",
                "filter": "the filter a was not registered: the directory",
            ] {
                #expect(try server.app(query).status == 500, "\(query)")
                try server.expectLog(containing: sentence)
            }
        }
    }

    @Test func theyRunForStreamsOfHTTP2() throws {
        try SwiftSite.with(
            Self.source, modules: ["authn_core", "authz_user", "http2"],
            directives: Self.directives, global: Self.global + "\nProtocols h2c"
        ) { server throws in
            func ask(_ query: String) throws -> String {
                try server.curl(
                    "/app/x.do?\(query)", "--http2-prior-knowledge"
                ).text
            }
            #expect(try ask("all") == "0 1 2 3 4 5 6 7 8 c 9")
            try server.expectLog(containing: "told: SwiftLogHandler")
            try server.expectLog(containing: "told: SwiftCleanupHandler")
            #expect(try ask("running") == "abbbc")
            #expect(try ask("deny").contains("403 Forbidden"))
        }
    }
}
