// SPDX-License-Identifier: Apache-2.0
//
// The hooks at the edges of a request and of a connection, under each MPM and over HTTP/2.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct HookProtocolTests {
    private static let source = """
        import Foundation

        enum Met: ConnectionStorageKey { typealias Value = Int }
        enum Trail: RequestStorageKey { typealias Value = String }

        extension Request {
            func leave(_ word: String) { self[Trail.self] = (self[Trail.self] ?? "") + word + " " }
        }

        /// A file in the document root closes the door.
        func preConnectionHandler(_ conn: Connection) -> Status {
            let root = conn.baseServer.documentRoot ?? ""
            if access(root + "/closed", F_OK) == 0 { return .forbidden }
            conn[Met.self] = (conn[Met.self] ?? 0) + 1
            conn.notes["met"] = "yes"
            Apache.log("told: a client has connected, secondary \\(conn.isSecondary)", level: .notice)
            return .ok
        }

        func connectionHandler(_ conn: Connection) -> Status {
            Apache.log("told: a connection to handle, secondary \\(conn.isSecondary)", level: .notice)
            return .declined
        }

        func quickHandler(_ req: Request) -> Status {
            req.leave("quick")
            guard req.args == "quick" else { return .declined }
            req.contentType = "text/plain"
            req.write("quick \\(req.connection.isSecondary)")
            return .ok
        }

        func postReadRequestHandler(_ req: Request) { req.leave("read") }

        func mapToStorageHandler(_ req: Request) -> Status {
            req.leave("map")
            return req.uri.hasPrefix("/app/virtual") ? .ok : req.args == "moved" ? .gone : .declined
        }

        func handler(_ req: Request) -> String {
            let conn = req.connection
            return "\\(req[Trail.self] ?? "")\\(conn.isSecondary) \\(conn[Met.self] ?? 0) \\(conn.notes["met"] ?? "-") \\(req.config["SwiftDebug"] ?? "-")"
        }

        func logHandler(_ req: Request) {
            req.log("told: \\(req.uri) \\(req.status.rawValue) \\(req.bytesSent) \\(req.connection.isSecondary)", level: .notice)
        }
        """

    private static let global = """
        SwiftPath "${HTDOCS}/app"
        SwiftPreConnectionHandler app
        SwiftConnectionHandler app
        SwiftQuickHandler app
        SwiftPostReadRequestHandler app
        SwiftMapToStorageHandler app
        SwiftLogHandler app
        <Location "/app/virtual">
        SetHandler mod_swift
        SwiftHandler app
        </Location>
        """

    /// The same exchange under everything that can carry it.
    enum Carrier: String, CaseIterable {
        case event, worker, prefork, http2, upgraded

        var mpm: MPM { MPM(rawValue: rawValue) ?? .event }

        /// What curl needs to be told.
        var words: [String] {
            switch self {
            case .http2: ["--http2-prior-knowledge"]
            case .upgraded: ["--http2"]
            default: ["--http1.1"]
            }
        }

        var isSecondary: Bool { self == .http2 || self == .upgraded }
    }

    @Test(arguments: Carrier.allCases)
    func everyRequestComesByTheHooksAtItsEdges(carrier: Carrier) throws {
        let isSecondary = carrier.isSecondary
        // What was met with the client's connection is not that of a stream.
        let connection = isSecondary ? "true 0 -" : "false 1 yes"
        let global = Self.global + (isSecondary ? "\nProtocols h2c http/1.1" : "")
        try SwiftSite.with(
            Self.source, mpm: carrier.mpm, modules: isSecondary ? ["http2"] : [],
            directives: "SwiftDebug On", global: global
        ) { server throws in
            func ask(_ path: String) throws -> Response {
                try server.curl(path, carrier.words[0])
            }
            #expect(try ask("/app/x.do").text == "read quick map \(connection) On")
            #expect(try ask("/app/virtual/a").text == "read quick map \(connection) -")
            // httpd upgrades a connection where a handler would answer, which is later.
            #expect(
                try ask("/app/x.do?quick").text == "quick \(isSecondary && carrier != .upgraded)")
            #expect(try ask("/app/x.do?moved").status == 410)
            #expect(try ask("/none").status == 404)
            for told in [
                "/app/x.do 200 ", "/app/virtual/a 200 ", "/app/x.do 200 ", "/app/x.do 410 ",
                "/none 404 ",
            ] {
                try server.expectLog(containing: "told: \(told)")
            }
            try Self.expectOnce(carrier, connection, server)
            try server.write("closed", "")
            #expect(throws: (any Error).self) { try ask("/app/x.do") }
            try server.remove("closed")
            #expect(try ask("/app/x.do?quick").status == 200)
        }
    }

    /// Once for a client, however many requests it has.
    private static func expectOnce(
        _ carrier: Carrier, _ connection: String, _ server: HTTPD
    ) throws {
        let mark = server.logMark()
        let paths = ["/app/x.do", "/app/x.do"]
        let answers: [String]
        if carrier.isSecondary {
            answers = try HTTP2Exchange.get(paths, atOnce: carrier == .http2, on: server)
        } else {
            let client = try server.connect()
            answers = try paths.map { try client.request("GET", $0).text }
        }
        #expect(answers == Array(repeating: "read quick map \(connection) On", count: 2))
        try server.expectLog(containing: "told: /app/x.do 200 ", times: 2)
        let told = server.errorLog(since: mark)
        #expect(told.ranges(of: "a client has connected, secondary false").count == 1)
        #expect(!told.contains("secondary true"))
        #expect(told.contains("a connection to handle, secondary false"))
    }

    /// What a first handler does, and what comes of it.
    private static let endings: [(order: String, status: Int, body: String?)] = [
        ("done", 200, "done"), ("created", 201, "made"), ("forbidden", 403, nil),
        ("teapot", 418, nil), ("error", 500, nil), ("trap", 500, nil),
    ]

    /// The row of each of the two hooks that have no place in ``PhaseSite``.
    @Test(arguments: ["Quick", "MapToStorage"], [MPM.event, .prefork])
    func theyDoWhatTheirHandlersSay(phase: String, mpm: MPM) throws {
        let act = PhaseSite.source.replacing(
            "case \"ok\":",
            with:
                "case \"ok\" where req.phase == .quick: req.write(\"quick\"); return .ok\n    case \"ok\":"
        )
        let source =
            act
            + "\nfunc third(_ req: Request) -> Status { req.leave(\"third\"); return .declined }"
        let global = """
            SwiftTrapDrain 0
            SwiftTrapLimit 0
            SwiftPath "${HTDOCS}/app"
            Swift\(phase)Handler app::act app::third
            <Location "/app">
            SetHandler mod_swift
            SwiftHandler app::answer
            </Location>
            """
        try SwiftSite.with(source, mpm: mpm, global: global, children: 1) { server throws in
            #expect(try server.app().text == "\(phase) third")
            // RUN_FIRST: the first that says ok is the last.
            let ok = try server.app("\(phase)=ok")
            #expect(ok.status == 200)
            #expect(ok.text == (phase == "Quick" ? "quick" : phase))
            for ending in Self.endings {
                let answer = try server.app("\(phase)=\(ending.order)")
                #expect(answer.status == ending.status, "\(ending.order)")
                if let body = ending.body { #expect(answer.text == body, "\(ending.order)") }
            }
            try server.expectLog(containing: "MSW0301: Swift\(phase)Handler app::act: threw Broken")
            try server.expectLog(containing: "MSW0401: Swift\(phase)Handler app::act: trapped: ")
            for text in ["app::act: trap ", "Fatal ", "]     "] {
                server.allowLog(containing: text)
            }
        }
    }
}
