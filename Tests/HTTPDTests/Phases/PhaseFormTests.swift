// SPDX-License-Identifier: Apache-2.0
//
// The phases that PhaseSite has not: content, log and cleanup; and "| .ext" in every phase that takes
// it.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PhaseFormTests {
    private static let content =
        PhaseSite.source + """

            func handler(_ req: Request) throws -> Status {
                req.contentType = "text/plain"
                let status = try act(req)
                if status == .ok { req.write("ok ") }
                return status
            }

            func after(_ req: Request) -> Status {
                if req.args == "=declined" { return .declined }
                req.write("after")
                return .ok
            }
            """

    /// The row of the content phase. SwiftHandler's word begins with "Swift" and has no phase
    /// between: the query says "=ok".
    private static func expectContent(_ ask: (String) throws -> Response) throws {
        for (order, status, body) in [
            ("ok", 200, "ok after"), ("none", 200, "after"), ("done", 200, "done"),
            ("created", 201, "made"), ("forbidden", 403, nil), ("teapot", 418, nil),
            ("error", 500, nil), ("trap", 500, nil),
            // All decline: httpd's own handler answers, which finds no file.
            ("declined", 404, nil),
        ] as [(String, Int, String?)] {
            let answer = try ask("=\(order)")
            #expect(answer.status == status, "\(order)")
            if let body { #expect(answer.text == body, "\(order)") }
        }
    }

    @Test(arguments: MPM.allCases)
    func contentHandlersDoWhatTheySay(mpm: MPM) throws {
        try Self.with(mpm: mpm) { server throws in
            try Self.expectContent { try server.app($0) }
        }
    }

    @Test func contentHandlersDoWhatTheySayOverHTTP2() throws {
        try Self.with(modules: ["http2"], global: "Protocols h2c") { server throws in
            try Self.expectContent {
                try server.curl("/app/x.do?\($0)", "--http2-prior-knowledge")
            }
        }
    }

    private static func with(
        mpm: MPM = .event, modules: [String] = [], global: String = "",
        _ body: (HTTPD) throws -> Void
    ) throws {
        try SwiftSite.with(
            content, mpm: mpm, modules: modules, handler: "app app::after",
            global: "SwiftTrapDrain 0\nSwiftTrapLimit 0\n\(global)", children: 1
        ) { server throws in
            try body(server)
            try server.expectLog(containing: "MSW0301: SwiftHandler app: threw Broken")
            try server.expectLog(containing: "MSW0401: SwiftHandler app: trapped: ")
            for text in ["app: trap ", "Fatal ", "]     "] { server.allowLog(containing: text) }
        }
    }

    /// In the order in which httpd comes to them; all that know the file.
    private static let selecting = [
        "Init", "HeaderParser", "Access", "Authen", "Authz", "Type", "Fixup", "", "Log", "Cleanup",
    ]

    private static let extensions = """
        enum Trail: RequestStorageKey { typealias Value = [String] }

        extension Request {
            func leave(_ word: String) -> Status {
                let name = phase.directive.dropFirst(5).dropLast(7)
                self[Trail.self] = (self[Trail.self] ?? []) + ["\\(name)-\\(word)\\(self.extension ?? "")"]
                if phase == .authen { user = "ann"; return .ok }
                if phase == .cleanup { log("told: " + (self[Trail.self] ?? []).joined(separator: " "), level: .notice) }
                return phase == .content ? .ok : .declined
            }
        }

        func any(_ req: Request) -> Status { req.leave("any") }
        func one(_ req: Request) -> Status { req.leave("one") }
        func two(_ req: Request) -> Status { req.leave("two") }
        """

    /// Handlers for an extension are called in place of those for any file, in every phase.
    @Test(arguments: [MPM.event, .prefork])
    func everyPhaseThatKnowsTheFileSelectsByExtension(mpm: MPM) throws {
        // The site has the line for any file's content.
        let lines = Self.selecting.flatMap { phase in
            (phase.isEmpty ? [] : ["Swift\(phase)Handler app::any"])
                + ["Swift\(phase)Handler app::one app::two | .x .y"]
        }
        let directives = """
            SetHandler mod_swift
            \(lines.joined(separator: "\n"))
            AuthType Basic
            AuthName a
            Require valid-user
            """
        try SwiftSite.with(
            Self.extensions, mpm: mpm, modules: ["authn_core", "authz_user"],
            handler: "app::any", directives: directives
        ) { server throws in
            func expected(_ extension: String) -> String {
                Self.selecting.flatMap { phase -> [String] in
                    if `extension`.isEmpty { return ["\(phase)-any"] }
                    // Authentication ends with the first ok.
                    let words = phase == "Authen" ? ["one"] : ["one", "two"]
                    return words.map { "\(phase)-\($0)\(`extension`)" }
                }.joined(separator: " ")
            }
            for (path, ending) in [("a.x", ".x"), ("a.y", ".y"), ("a.z", ""), ("a", "")] {
                _ = try server.get("/app/\(path)")
                try server.expectLog(containing: "told: \(expected(ending))")
            }
        }
    }
}
