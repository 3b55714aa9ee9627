// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ServerTests {
    private static let host = """
        LogLevel swift:debug
        SwiftOption Outer 1
        SwiftOption Shared main
        <VirtualHost 127.0.0.1:${PORT}>
            ServerName one.example
        </VirtualHost>
        <VirtualHost 127.0.0.1:${PORT}>
            ServerName two.example:8443
            ServerAlias a.example *.w.example b.example w?.example
            ServerAdmin ann@example
            ServerPath /two
            Timeout 7
            KeepAlive Off
            KeepAliveTimeout 250ms
            MaxKeepAliveRequests 9
            LimitRequestLine 4000
            LimitRequestFieldSize 4001
            LimitRequestFields 50
            LogLevel info swift:debug
            ErrorLog "${LOGS}/error.log"
            SwiftOption Shared two
            SwiftOption Own 2
            SwiftAutoReload On
        </VirtualHost>
        """

    @Test(.bug(id: "N4-10")) func eachServerIsOneObject() throws {
        let source = #"""
            final class Keeper { static let first = Apache.mainServer }
            func handler(_ req: Request) -> String {
                let main = Apache.mainServer
                let all = sequence(first: main, next: \.next).map { $0 }
                return "\(req.server === req.server) \(req.server === main) "
                    + "\(req.connection.baseServer === main) \(Keeper.first === main) "
                    + "\(all.firstIndex { $0 === req.server } ?? -1) "
                    + "\(all.firstIndex { $0 === req.connection.baseServer } ?? -1) "
                    + "\(all.map(\.isVirtual)) \(req.server.serverHostname ?? "-")"
            }
            """#
        try SwiftSite.with(source) { server throws in
            #expect(try server.app().text == "true true true true 0 0 [false] 127.0.0.1")
        }
        try SwiftSite.with(source, global: Self.host) { server throws in
            func ask(_ host: String) throws -> String {
                try server.get("/app/x.do", headers: ["Host": host]).text
            }
            let list = "[false, true, true]"
            #expect(try ask("one.example") == "true false false true 2 2 \(list) one.example")
            // A name chooses the virtual host after the connection has come to the first of them.
            #expect(try ask("two.example") == "true false false true 1 2 \(list) two.example")
        }
    }

    @Test func membersSayWhatTheConfigurationSays() throws {
        let source = #"""
            func handler(_ req: Request) -> String {
                let s = req.server
                s.log("told by a server", level: .debug)
                return [
                    "\(s.defnName?.split(separator: "/").last ?? "-"):\(s.defnLineNumber)",
                    s.serverHostname ?? "-", s.serverAdmin ?? "-", "\(s.names)", "\(s.wildNames)",
                    "\(s.port)", "\(s.path ?? "-")", "\(s.isVirtual)", "\(s.timeout)",
                    "\(s.keepAlive)", "\(s.keepAliveTimeout)", "\(s.keepAliveMax)",
                    "\(s.limitReqLine)", "\(s.limitReqFieldsize)", "\(s.limitReqFields)",
                    "\(s.logLevel == .info)", "\(s.errorFname?.hasSuffix("/error.log") ?? false)",
                    "\(s.documentRoot == Apache.mainServer.documentRoot)",
                    "\(s.documentRoot?.isEmpty == false)", "\(s.next == nil)",
                    "\(s.myGeneration ?? -1)", "\(s.restartTime > 1.7e9)",
                ].joined(separator: "|")
            }
            """#
        try SwiftSite.with(source, global: Self.host) { server throws in
            func ask(_ host: String) throws -> String {
                try server.get("/app/x.do", headers: ["Host": host]).text
            }
            let two = try ask("two.example")
            #expect(two.contains(".conf:7|"))
            #expect(
                two.hasSuffix(
                    "|two.example|ann@example|[\"a.example\", \"b.example\"]|"
                        + "[\"*.w.example\", \"w?.example\"]|8443|/two|true|7.0|false|0.25|9|"
                        + "4000|4001|50|true|true|true|true|false|0|true"))
            let one = try ask("one.example")
            #expect(one.contains("|[]|[]|0|-|true|20.0|true|5.0|100|8190|8190|100|"))
            #expect(one.hasSuffix("|true|false|true|true|true|0|true"))
            try server.expectLog(containing: "told by a server", times: 2)
            try server.restart(graceful: true)
            #expect(try ask("one.example").hasSuffix("|1|true"))
        }
    }

    @Test(.bug(id: "N4-05")) func aServersOptionsAndDirectivesAreThoseOutsideOfSections() throws {
        let source = #"""
            func handler(_ req: Request) -> String {
                let all: [(Options, Configuration)] = [
                    (req.options, req.config), (req.server.options, req.server.config),
                    (Apache.mainServer.options, Apache.mainServer.config),
                ]
                return all.map { options, config in
                    ["Outer", "Shared", "Own", "Inner"].map { options[$0] ?? "-" }.joined()
                        + " \(config["SwiftDebug"] ?? "-") \(config["SwiftAutoReload"] ?? "-")"
                }.joined(separator: "|")
            }
            """#
        try SwiftSite.with(
            source, directives: "SwiftOption Inner 3\nSwiftDebug Off", global: Self.host
        ) { server throws in
            let two = try server.get(
                "/app/x.do", headers: ["Host": "two.example"])
            #expect(two.text == "1two23 Off On|1two2- - On|1main-- - -")
        }
    }

    @Test(arguments: [MPM.event, .worker, .prefork])
    func cleanupsRunOnceWhenAChildEnds(mpm: MPM) throws {
        let source = #"""
            struct Late: Error {}
            let isRegistered: Bool = {
                let server = Apache.mainServer
                Apache.registerCleanup { server.log("cleanup: first registered", level: .notice) }
                Apache.registerCleanup { throw Late() }
                Apache.registerCleanup {
                    server.log("cleanup: last registered", level: .notice)
                    Apache.registerCleanup { server.log("cleanup: late", level: .notice) }
                }
                return true
            }()
            final class Farewell { deinit { Apache.log("connection over", level: .notice) } }
            enum End: ConnectionStorageKey { typealias Value = Farewell }
            func handler(_ req: Request) -> String {
                req.connection[End.self] = Farewell()
                return "\(isRegistered)"
            }
            """#
        try SwiftSite.with(source, mpm: mpm) { server throws in
            func ends(_ end: () throws -> Void) throws {
                let mark = server.logMark()
                #expect(try server.app().text == "true")
                // A child of prefork that is not idle is ended without cleanups.
                try server.expectLog(containing: "connection over")
                Thread.sleep(forTimeInterval: 0.3)
                try end()
                try server.expectLog(containing: "cleanup: first registered")
                try server.expectLog(containing: "MSW0320: a cleanup at the end of the child threw")
                let words = server.errorLog(since: mark).matches(of: /cleanup: [a-z]+|MSW0320/)
                #expect(
                    words.map { String($0.0) }
                        == ["cleanup: last", "cleanup: late", "MSW0320", "cleanup: first"])
            }
            try ends { try server.restart(graceful: true) }
            try ends { try server.restart(graceful: false) }
            try ends { try server.stop() }
        }
    }

    @Test func aStopInTheMiddleOfARequestRunsNoCleanupUnderPrefork() throws {
        let source = #"""
            import Glibc
            func handler(_ req: Request) -> String {
                let server = req.server
                server.registerCleanup { server.log("cleaned up", level: .notice) }
                server.log("at work", level: .notice)
                if req.args == "slow" { for _ in 0..<300 { usleep(100_000) } }
                return "done"
            }
            """#
        try SwiftSite.with(source, mpm: .prefork) { server throws in
            let connection = try server.connect()
            try connection.write("GET /app/x.do?slow HTTP/1.1\r\nHost: a\r\n\r\n")
            try server.expectLog(containing: "at work")
            try server.stop()
            #expect(!server.errorLog().contains("cleaned up"))
            // A client that only keeps its connection open does not stand in the way.
            try server.start()
            let idle = try server.connect()
            #expect(try idle.request("GET", "/app/x.do").text == "done")
            // The answer is there before the child waits for the next request.
            Thread.sleep(forTimeInterval: 0.5)
            try server.stop()
            try server.expectLog(containing: "cleaned up")
        }
    }
}
