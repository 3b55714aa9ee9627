// SPDX-License-Identifier: Apache-2.0
//
// SwiftTimeout: handlers that take too long, and handlers for whose response nobody waits.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct TimeoutTests {
    /// Handlers that take long in various ways, selected by the query.
    private static let source = """
        import Glibc

        func begin(_ req: Request) throws {
            guard req.args?.hasSuffix("-late") == true else { return }
            for _ in 1...20_000 { req.write("0123456789") }
            try req.flush()
        }

        func handler(_ req: Request) throws -> String {
            try begin(req)
            switch req.args?.split(separator: "-").first {
            case "slow": usleep(2_600_000)
            case "stuck": stay()
            case "inner":
                let page = try req.lookUp(uri: "/app/x.later?sleep")
                _ = try page.run()
                return "after \\(page.status)"
            case "config": return req.config["SwiftTimeout"] ?? "none"
            default: break
            }
            return "\\(getpid())"
        }

        @inline(never) func stay() { while true { usleep(10_000) } }

        func later(_ req: Request) async throws -> String {
            try begin(req)
            let log = req.errorLog
            switch req.args?.split(separator: "-").first {
            case "sleep": try await Task.sleep(for: .seconds(20))
            case "deaf": try? await Task.sleep(for: .seconds(20))
            case "busy": while !Task.isCancelled {}
            case "never": await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
            case "told":
                await withTaskCancellationHandler {
                    try? await Task.sleep(for: .seconds(20))
                } onCancel: {
                    log.write("it was told", level: .notice)
                }
            case "trap":
                try await withTaskCancellationHandler {
                    try await Task.sleep(for: .seconds(20))
                } onCancel: {
                    let none: [Int] = []
                    _ = none[Int(getpid())]
                }
            case "stuck": stay()
            default: try await Task.sleep(for: .milliseconds(20))
            }
            return "\\(getpid())"
        }
        """

    private static func with(
        _ directives: String, mpm: MPM = .event, global: String = "", children: Int = 1,
        modules: [String] = [], _ body: (HTTPD) throws -> Void
    ) throws {
        let directives = """
            AddHandler mod_swift .later
            SwiftHandler app::later | .later
            \(directives)
            """
        try SwiftSite.with(
            source, mpm: mpm, modules: modules, directives: directives, global: global,
            children: children
        ) { server throws in
            // The parent reports what the child was doing.
            server.allowLog(containing: "MSW0422")
            _ = try server.app()
            try body(server)
        }
    }

    private static func later(_ server: HTTPD, _ query: String) throws -> Response {
        try server.get("/app/x.later?\(query)")
    }

    private static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let duration = try ContinuousClock().measure(body)
        return Double(duration.components.seconds)
            + Double(duration.components.attoseconds) / 1e18
    }

    @Test(arguments: MPM.allCases)
    func anAsyncHandlerIsCancelledAtItsLimit(_ mpm: MPM) throws {
        try Self.with("SwiftTimeout 1", mpm: mpm) { server throws in
            for kind in ["sleep", "deaf", "busy", "told"] {
                let seconds = try Self.seconds { () throws in
                    #expect(try Self.later(server, kind).status == 504, "\(kind)")
                }
                #expect(seconds > 0.9 && seconds < 15, "\(kind): \(seconds)")
                try server.expectLog(
                    containing: "MSW0409: SwiftHandler app::later: took longer than 1 seconds")
            }
            #expect(server.errorLog().contains("it was told"))
            // A complete response would not throw.
            #expect(throws: HTTPClientError.self) { try Self.later(server, "sleep-late") }
            try server.expectLog(containing: "MSW0409")
            #expect(pid_t(try Self.later(server, "").text) != nil)
            #expect(!server.errorLog().contains("MSW0403"))
        }
    }

    @Test func cancellationOverHTTP2IsAnErrorOfTheStream() throws {
        try Self.with(
            "SwiftTimeout 500ms", global: "Protocols h2c http/1.1", modules: ["http2"]
        ) { server throws in
            let h2 = "--http2-prior-knowledge"
            #expect(try server.curl("/app/x.later?sleep", h2).status == 504)
            #expect(throws: HTTPClientError.self) { try server.curl("/app/x.later?sleep-late", h2) }
            try server.expectLog(containing: "MSW0409", times: 2)
            #expect(try server.curl("/app/x.later", h2).status == 200)
        }
    }

    @Test(arguments: MPM.allCases)
    func whatIgnoresItsCancellationIsLeftAndTheChildReplaced(_ mpm: MPM) throws {
        try Self.with("SwiftTimeout 500ms", mpm: mpm) { server throws in
            let old = try server.app().text
            let seconds = try Self.seconds { () throws in
                #expect(try Self.later(server, "never").status == 504)
            }
            #expect(seconds > 0.9 && seconds < 15, "\(seconds)")
            try server.expectLog(containing: "still waits for something 0.5 seconds after")
            try server.expectLog(
                containing: "MSW0403: child")
            #expect(server.errorLog().contains("has a handler that does not end"))
            // Prefork also has other children.
            let isGone =
                mpm == .prefork
                || eventually {
                    !server.childPIDs.contains { "\($0)" == old }
                }
            #expect(isGone)
            #expect(eventually { (try? server.app().status) == 200 })
        }
    }

    @Test(arguments: MPM.allCases, ["/app/x.do", "/app/x.later"])
    func aStuckThreadIsToldWithItsPlaceAndItsChildReplaced(_ mpm: MPM, _ path: String) throws {
        try Self.with(
            "SwiftTimeout 500ms", mpm: mpm, global: "GracefulShutdownTimeout 2"
        ) { server throws in
            let old = try server.app().text
            let seconds = Self.seconds {
                #expect(throws: HTTPClientError.self) {
                    try server.get("\(path)?stuck")
                }
            }
            #expect(seconds > 0.9 && seconds < 15, "\(seconds)")
            try server.expectLog(
                containing: "its limit of 0.5 (SwiftTimeout), at \(server.htdocs)/app/app.swift:25:"
            )
            let line = server.errorLog().split(separator: "\n").first { $0.contains("MSW0411") }
            #expect(line?.contains("[GET \(path)?stuck, client 127.0.0.1") == true)
            #expect(server.errorLog().contains("    stay() at "))
            server.allowLog(containing: "]     ")
            try server.expectLog(containing: "MSW0403")
            try server.expectLog(containing: "MSW0407")
            // Prefork also has other children.
            #expect(
                eventually {
                    guard let text = try? server.app().text else { return false }
                    return text != old || mpm == .prefork
                })
        }
    }

    @Test func aSynchronousHandlerMayTakeTheGraceAsWell() throws {
        try Self.with("SwiftTimeout 2") { server throws in
            #expect(try server.app("slow").status == 200)
            #expect(try server.app("inner").text == "after 504")
            try server.expectLog(containing: "MSW0409")
            #expect(!server.errorLog().contains("MSW0411"))
        }
    }

    /// A slow client delays its handler, but not after it has disconnected.
    @Test func aThreadThatWaitsForItsClientCostsNoChild() throws {
        let source = """
            func handler(_ req: Request) throws -> Status {
                for _ in 1...8_000 { req.write([UInt8](repeating: 65, count: 8_192)) }
                return .ok
            }
            """
        try SwiftSite.with(source, directives: "SwiftTimeout 500ms") { server throws in
            let client = try server.connect()
            try client.write("GET /app/x.do HTTP/1.1\r\nHost: a\r\n\r\n")
            try server.expectLog(containing: "MSW0411")
            server.allowLog(containing: "]     ")
            Thread.sleep(forTimeInterval: 1.5)
            #expect(!server.errorLog().contains("MSW0403"))
        }
    }

    @Test func aTrapInACancellationHandlerIsOneOfItsRequest() throws {
        try Self.with("SwiftTimeout 500ms", global: "SwiftTrapDrain 0") { server throws in
            DrainTests.allowStories(server)
            #expect(try Self.later(server, "trap").status == 500)
            #expect(try server.app().status == 200)
        }
    }

    @Test func anInnerLimitOverridesAnOuterOne() throws {
        let inner = """
            SwiftTimeout 500ms
            <Directory "${HTDOCS}/app">
                <If "%{QUERY_STRING} == 'config-none'">
                    SwiftTimeout none
                </If>
                <If "%{QUERY_STRING} == 'config-long'">
                    SwiftTimeout 2min
                </If>
                <If "%{QUERY_STRING} == 'free'">
                    SwiftTimeout 0
                </If>
            </Directory>
            """
        try Self.with("", global: inner) { server throws in
            for (query, value) in [("config", "0.5"), ("config-none", "0"), ("config-long", "120")]
            {
                #expect(try server.app(query).text == value)
            }
            #expect(try Self.later(server, "sleep").status == 504)
            try server.expectLog(containing: "MSW0409")
            #expect(try Self.later(server, "free").status == 200)
        }
    }

    // MARK: Clients that disconnect

    private static let waiting = """
        func handler(_ req: Request) async throws -> String {
            let log = req.errorLog
            if req.args == "warm" { return "warm" }
            log.write("it waits", level: .info)
            do {
                try await Task.sleep(for: .seconds(60))
            } catch {
                log.write("it was cancelled", level: .info)
                throw error
            }
            return "fine"
        }
        """

    @Test(arguments: MPM.allCases)
    func aClientThatGoesAwayCancelsAnAsyncHandler(_ mpm: MPM) throws {
        try SwiftSite.with(Self.waiting, mpm: mpm) { server throws in
            do {
                let client = try server.connect()
                try client.write("GET /app/x.do HTTP/1.1\r\nHost: a\r\n\r\n")
                try server.expectLog(containing: "it waits")
                _ = client
            }
            try server.expectLog(containing: "it was cancelled")
            try server.expectLog(containing: "MSW0304")
        }
    }

    @Test(arguments: MPM.allCases)
    func soDoesAStreamOfHTTP2(_ mpm: MPM) throws {
        try SwiftSite.with(
            Self.waiting, mpm: mpm, modules: ["http2"], global: "Protocols h2c http/1.1"
        ) { server throws in
            // It may log that it has few workers.
            server.allowLog(containing: "AH10034")
            #expect(try server.app("warm").text == "warm")
            try HTTP2Exchange.leave("/app/x.do", on: server) {
                try server.expectLog(containing: "it waits")
            }
            try server.expectLog(containing: "it was cancelled")
            try server.expectLog(containing: "MSW0304")
        }
    }
}
