// SPDX-License-Identifier: Apache-2.0
//
// The consequences of a trap beyond its request: children that are replaced without losing a
// request, handlers in quarantine, and the same under load.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct DrainTests {
    /// Traps if the query says so, and reports its process.
    static let source = """
        import Glibc
        import Synchronization

        let held = Mutex(0)
        let made: Int = broken()

        @inline(never) func broken() -> Int { [1][Int(getpid())] }

        func handler(_ req: Request) throws -> String {
            switch req.args {
            case "trap": return "\\(broken())"
            case "mutex": return "\\(held.withLock { _ in broken() })"
            case "locked": return "\\(held.withLock { $0 })"
            case "lazy": return "\\(made)"
            case "slow": usleep(1_500_000)
            case "stuck":
                req.log("stuck from now on", level: .info)
                while true { sleep(1) }
            default: break
            }
            return "\\(getpid())"
        }
        """

    @Test(arguments: MPM.allCases)
    func aChildThatTrappedIsReplacedAndNoRequestIsLost(_ mpm: MPM) throws {
        try Self.withSite(mpm: mpm) { server throws in
            let load = try server.hammer("/app/x.do?slow", connections: 2) {
                guard pid_t($0.text) != nil else { throw Unexpected(text: $0.text) }
            } while: {
                let load = try server.hammer("/app/x.do", connections: 4) {
                    guard pid_t($0.text) != nil else { throw Unexpected(text: $0.text) }
                } while: {
                    for _ in 1...3 { try Self.trap(server) }
                }
                #expect(load.errors == [:])
                #expect(Set(load.statuses.keys) == [200])
                print("\(mpm): \(load.answers) answers, \(load.retries) kept connections closed")
            }
            #expect(load.errors == [:])
            #expect(Set(load.statuses.keys) == [200])
        }
    }

    /// Without the exit code, httpd would give up after the end of such a child. (Prefork has as
    /// many children as it needs.)
    @Test(arguments: [MPM.event, .worker])
    func theOnlyChildIsReplacedEvenInItsFirstSecond(_ mpm: MPM) throws {
        try Self.withSite(mpm: mpm, children: 1) { server throws in
            let old = try server.app().text
            try Self.trap(server)
            let start = ContinuousClock.now
            while try server.app().text == old {}
            print("\(mpm): \(ContinuousClock.now - start) until a new child answered")
            #expect(eventually { !server.childPIDs.contains { "\($0)" == old } })
        }
    }

    @Test(arguments: [0, 1, 3])
    func aChildIsReplacedAfterAsManyTrapsAsConfigured(_ count: Int) throws {
        try Self.withSite(global: "SwiftTrapDrain \(count)", children: 1) { server throws in
            let old = try server.app().text
            for number in 1...4 {
                #expect(try server.app("trap").status == 500)
                if number == count {
                    try server.expectLog(containing: "MSW0403: child \(old) has contained \(count)")
                }
                let isReplaced = count > 0 && number >= count
                if isReplaced { #expect(eventually { (try? server.app().text) != old }) }
                #expect(try (server.app().text == old) == !isReplaced, "after \(number)")
            }
            let rows = try server.get("/status?auto").text.split(separator: "\n")
            #expect(rows.contains("Traps.Traps: 4"))
            #expect(rows.contains("Traps.Drains: \(count == 0 ? 0 : 1)"))
            let short = try server.get("/server-status?auto").text.split(separator: "\n")
            #expect(short.contains("SwiftTraps: 4"))
            #expect(short.contains("SwiftDrains: \(count == 0 ? 0 : 1)"))
        }
    }

    /// Prefork's children have one request each.
    @Test(arguments: [MPM.event, .worker])
    func aChildThatIsStuckInUserCodeIsCutOff(_ mpm: MPM) throws {
        let global = "GracefulShutdownTimeout 2"
        try Self.withSite(mpm: mpm, global: global, children: 1) { server throws in
            // The parent also reports it if the request is still in its records.
            server.allowLog(containing: "MSW0422")
            let stuck = try HTTPConnection(port: server.port)
            try stuck.write("GET /app/x.do?stuck HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try server.expectLog(containing: "stuck from now on")
            let start = ContinuousClock.now
            try Self.trap(server)
            #expect(pid_t(try server.app().text) != nil, "answered meanwhile")
            try server.expectLog(containing: "MSW0407")
            #expect(ContinuousClock.now - start > .seconds(1.5))
            try server.expectLog(containing: "GET /app/x.do?stuck HTTP/1.1")
        }
    }

    @Test(arguments: ["mutex", "lazy"])
    func whatATrapHoldsForEverGoesWithItsChild(_ kind: String) throws {
        // Otherwise a global is in quarantine immediately.
        let directives = "GracefulShutdownTimeout 1\nSwiftTrapLimit 0"
        try Self.withSite(global: directives, children: 1) { server throws in
            let old = try server.app().text
            try Self.trap(server, kind)
            #expect(server.errorLog().contains("may be holding a lock") == (kind == "lazy"))
            #expect(eventually { (try? server.app().text) != old })
            if kind == "mutex" { #expect(try server.app("locked").text == "0") }
            // The next access traps again and does not hang.
            if kind == "lazy" { try Self.trap(server, kind) }
        }
    }

    @Test func aHandlerThatTrapsTooOftenIsInQuarantineForAWhile() throws {
        try Self.withSite(
            directives: "SwiftTrapLimit 2 10", global: "SwiftTrapDrain 0"
        ) { server throws in
            // Counted over all children.
            for _ in 1...3 { #expect(try server.app("trap").status == 500) }
            try server.expectLog(containing: "MSW0405: handler of \(server.htdocs)/app/app.swift")
            for _ in 1...4 {
                let answer = try server.app()
                #expect(answer.status == 503)
                let wait = try #require(Int(answer.headers["Retry-After"] ?? ""))
                #expect((1...10).contains(wait))
            }
            // Each child only knows about its own modules.
            #expect(
                eventually {
                    (try? server.get("/status?auto").text)?
                        .contains("Module.1.Quarantine: handler: 3 traps, ") == true
                })
            #expect(try server.get("/other/x.do").status == 200, "another function")
            #expect(eventually { (try? server.app().status) == 200 })
            try server.expectLog(containing: "MSW0406")
            // The count starts again; a changed source ends the next quarantine immediately.
            for _ in 1...3 { #expect(try server.app("trap").status == 500) }
            try server.expectLog(containing: "MSW0405")
            #expect(try server.app().status == 503)
            try server.writeApp(Self.source + "\n// better")
            #expect(eventually { (try? server.app().status) == 200 })
            let rows = try server.get("/status?auto").text.split(separator: "\n")
            #expect(rows.contains("Traps.Quarantines: 2"))
        }
    }

    @Test(arguments: ["0", "3 60"])
    func theTrapLimitOfADirectoryOverridesThatOfTheServer(_ inner: String) throws {
        try Self.withSite(
            directives: "SwiftTrapLimit \(inner)", global: "SwiftTrapLimit 1 60\nSwiftTrapDrain 0"
        ) { server throws in
            for _ in 1...3 { #expect(try server.app("trap").status == 500) }
            #expect(try server.app().status == 200)
        }
    }

    @Test func theLoadOfManyTrapsIsBorne() throws {
        try TrapLoad.run(requests: 4_000, drain: "1")
        try TrapLoad.run(requests: 4_000, drain: "1000")
    }

    // MARK: Helpers

    /// Permits the log messages about the traps themselves.
    static func allowStories(_ server: HTTPD) {
        for words in ["MSW0401", "]     "] { server.allowLog(containing: words) }
    }

    /// Causes a trap and waits for the replacement that follows.
    private static func trap(_ server: HTTPD, _ kind: String = "trap") throws {
        #expect(try server.app(kind).status == 500)
        try server.expectLog(containing: "MSW0403")
    }

    private static func withSite(
        mpm: MPM = .event, directives: String = "", global: String = "", children: Int = 2,
        _ body: (HTTPD) throws -> Void
    ) throws {
        let status = """
            \(global)
            <Location "/status">
                SetHandler mod_swift
                SwiftHandler mod_swift::status
            </Location>
            <Location "/server-status">
                SetHandler server-status
            </Location>
            <Directory "${HTDOCS}/other">
                AddHandler mod_swift .do
                SwiftHandler other
            </Directory>
            """
        try SwiftSite.with(
            source, mpm: mpm, modules: ["status"], directives: directives, global: status,
            children: children
        ) { server in
            try server.write(
                "other/other.swift",
                "import ModSwift\nfunc handler(_ req: Request) -> String { \"other\" }\n")
            Self.allowStories(server)
            // Compiles the module before anything is measured.
            _ = try server.app()
            _ = try server.get("/other/x.do")
            try body(server)
        }
    }
}
