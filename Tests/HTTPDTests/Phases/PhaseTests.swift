// SPDX-License-Identifier: Apache-2.0
//
// What a handler's result means in each phase before content.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PhaseTests {
    /// What a first handler does, and what comes of it in every phase.
    private static let endings: [(order: String, status: Int, body: String?)] = [
        ("done", 200, "done"), ("created", 201, "made"), ("forbidden", 403, nil),
        ("teapot", 418, nil), ("error", 500, nil), ("trap", 500, nil),
    ]

    @Test(arguments: [MPM.event, .worker, .prefork])
    func everyPhaseDoesWhatItsHandlersSay(mpm: MPM) throws {
        try PhaseSite.with(mpm: mpm) { server throws in
            try Self.expectRules(server) { try server.app($0) }
            for phase in PhaseSite.phases {
                for ending in Self.endings {
                    let answer = try server.app("\(phase)=\(ending.order)")
                    #expect(answer.status == ending.status, "\(phase)=\(ending.order)")
                    if let body = ending.body { #expect(answer.text == body, "\(phase)") }
                }
                try server.expectLog(
                    containing: "MSW0301: Swift\(phase)Handler app::act: threw Broken")
                try server.expectLog(
                    containing: "MSW0401: Swift\(phase)Handler app::act: trapped: ")
            }
            server.allowLog(containing: "app::act: trap ")
            server.allowLog(containing: "Fatal ")
            server.allowLog(containing: "]     ")
            #expect(try server.app().text == PhaseSite.trail())
        }
    }

    @Test func asyncHandlersRunInEveryPhase() throws {
        try PhaseSite.with(first: "app::later") { server throws in
            try Self.expectRules(server) { try server.app($0) }
            #expect(try server.app("Access=trap").status == 500)
            try server.expectLog(containing: "MSW0401: SwiftAccessHandler app::later: trapped: ")
            server.allowLog(containing: "app::later: trap ")
            server.allowLog(containing: "Fatal ")
            server.allowLog(containing: "]     ")
        }
    }

    @Test func theStoryIsShownInEveryPhase() throws {
        try PhaseSite.with(directives: "", global: "SwiftDebug On") { server throws in
            for phase in PhaseSite.phases {
                let answer = try server.app("\(phase)=error")
                #expect(answer.status == 500)
                #expect(answer.text.contains("threw Broken"), "\(phase)")
                try server.expectLog(
                    containing: "MSW0301: Swift\(phase)Handler app::act: threw Broken")
            }
        }
    }

    /// mod_proxy answers what a handler hands over to it in the last phase before content.
    @Test func aFixupHandlerHandsARequestToAProxy() throws {
        let source = """
            func fixup(_ req: Request) {
                guard req.uri.hasSuffix("/front") else { return }
                req.proxyreq = .reverse
                req.filename = "proxy:http://127.0.0.1:\\(req.connection.localAddr?.port ?? 0)/app/back.do?\\(req.args ?? "")"
                req.handler = "proxy-server"
            }
            func handler(_ req: Request) -> String { "back \\(req.args ?? "-") \\(req.headersIn["X-Forwarded-For"] ?? "-")" }
            """
        try SwiftSite.with(
            source, modules: ["proxy", "proxy_http"], directives: "SwiftFixupHandler app::fixup"
        ) { server throws in
            #expect(
                try server.get("/app/front?a=1").text == "back a=1 127.0.0.1"
            )
        }
    }

    @Test func streamsOfHTTP2HaveAllPhases() throws {
        try PhaseSite.with(
            modules: ["http2"], directives: "</Directory>\nProtocols h2c\n<Directory />"
        ) {
            server throws in
            let ask = { (query: String) in
                try server.curl("/app/x.do?\(query)", "--http2-prior-knowledge")
            }
            try Self.expectRules(server, ask)
            for phase in PhaseSite.phases {
                #expect(try ask("\(phase)=forbidden").status == 403, "\(phase)")
                #expect(try ask("\(phase)=done").text == "done", "\(phase)")
            }
        }
    }

    /// Declined goes on everywhere; ok where httpd asks all modules (N5-13).
    private static func expectRules(
        _ server: HTTPD, _ ask: (String) throws -> Response
    ) throws {
        #expect(try ask("").text == PhaseSite.trail())
        for phase in PhaseSite.phases {
            let answer = try ask("\(phase)=ok")
            let end = PhaseSite.endingWithOk.contains(phase) ? phase : nil
            #expect(answer.text == PhaseSite.trail(endingAt: end), "\(phase)")
        }
    }
}
