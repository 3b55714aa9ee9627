// SPDX-License-Identifier: Apache-2.0
//
// SwiftTimeout outside of the content phase: in filters, in other phases, in functions of httpd's
// access control; and where it does not hold.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct TimeoutPlaceTests {
    /// The query says where to take long, and how: "log-sleep".
    private static let source = """
        import Glibc

        @inline(never) func stay() { while true { usleep(10_000) } }

        func act(_ req: Request, _ place: String) async throws {
            switch req.args {
            case "\\(place)-sleep": try await Task.sleep(for: .seconds(20))
            case "\\(place)-stuck": stay()
            default: break
            }
        }

        func access(_ req: Request) -> Status {
            if req.args == "access-stuck" { stay() }
            if req.args == "access-slow" { usleep(1_300_000) }
            return .declined
        }

        func accessLater(_ req: Request) async throws -> Status {
            if req.args != "access-stuck" { try await act(req, "access") }
            return .declined
        }

        func logging(_ req: Request) async throws { try await act(req, "log") }

        func decide(_ req: Request, arguments: String) async throws -> AuthzResult {
            try await act(req, "provider")
            return .granted
        }

        func outgoing(_ filter: Filter) async throws {
            while let bytes = try filter.read() {
                try await act(filter.req, "out")
                filter.write(bytes)
                if filter.req.args == "out-late" {
                    try filter.flush()
                    try await Task.sleep(for: .seconds(20))
                }
            }
        }

        func incoming(_ filter: Filter) async throws {
            try await act(filter.req, "in")
            try filter.passOn()
        }

        func handler(_ req: Request) throws -> String {
            let body = try req.read()
            return "\\(getpid()) \\(body.count)"
        }
        """

    private static func with(_ mpm: MPM, _ body: (HTTPD) throws -> Void) throws {
        let directives = """
            SwiftTimeout 1
            SwiftAccessHandler app::access app::accessLater
            SwiftLogHandler app::logging
            SetOutputFilter OUT
            SetInputFilter IN
            Require decision
            """
        let global = """
            GracefulShutdownTimeout 1
            SwiftPath "${HTDOCS}/app"
            SwiftAuthzProvider decision app::decide
            SwiftOutputFilter app::outgoing OUT
            SwiftInputFilter app::incoming IN
            <Location "/server-status">
                SetHandler server-status
            </Location>
            """
        try SwiftSite.with(
            source, mpm: mpm, modules: ["status"], directives: directives, global: global
        ) { server throws in
            // The parent tells what the child was at.
            server.allowLog(containing: "MSW0422")
            try server.write("app/a.txt", String(repeating: "x", count: 200_000))
            #expect(try server.app().status == 200)
            try body(server)
        }
    }

    @Test(arguments: MPM.allCases)
    func anAsyncFunctionIsCancelledAtItsLimitWhereverItStands(_ mpm: MPM) throws {
        try Self.with(mpm) { server throws in
            let story = "took longer than 1 seconds (SwiftTimeout)"
            for (path, status, place) in [
                ("a.txt?out-sleep", 504, "SwiftOutputFilter app::outgoing"),
                ("x.do?access-sleep", 504, "SwiftAccessHandler app::accessLater"),
                // No answer of a provider's is an error, of which httpd makes 500.
                ("a.txt?provider-sleep", 500, "SwiftAuthzProvider decision"),
                // The answer is out by then.
                ("a.txt?log-sleep", 200, "SwiftLogHandler app::logging"),
            ] {
                let start = ContinuousClock.now
                let answer = try server.get("/app/\(path)")
                #expect(answer.status == status, "\(path)")
                #expect(status != 200 || answer.body.count == 200_000)
                #expect(ContinuousClock.now - start < .seconds(15), "\(path)")
                try server.expectLog(containing: "MSW0409: \(place): \(story)")
            }
            // A complete answer would look otherwise.
            #expect(throws: HTTPClientError.self) {
                try server.get("/app/a.txt?out-late")
            }
            try server.expectLog(containing: "MSW0409: SwiftOutputFilter app::outgoing: \(story)")
            // Within the handler's own time, as is the filter of the answer: it is over for that, too.
            let answer = try server.request(
                "POST", "/app/x.do?in-sleep", body: "abc")
            #expect(answer.status == 504)
            try server.expectLog(containing: "MSW0409: SwiftInputFilter app::incoming: \(story)")
            try server.expectLog(containing: "MSW0409: SwiftOutputFilter app::outgoing: \(story)")
            #expect(try server.app("access-slow").status == 200, "the grace is for it, too")

            #expect(try Self.sum("SwiftTimeouts", server) == 7)
            #expect(try Self.sum("SwiftStuck", server) == 0)
            #expect(!server.errorLog().contains("MSW0403"))
        }
    }

    @Test(arguments: MPM.allCases)
    func aThreadIsToldToBeStuckWhereverItStands(_ mpm: MPM) throws {
        try Self.with(mpm) { server throws in
            for (path, place) in [
                ("a.txt?out-stuck", "SwiftOutputFilter app::outgoing"),
                ("x.do?access-stuck", "SwiftAccessHandler app::access"),
                ("a.txt?provider-stuck", "SwiftAuthzProvider decision"),
            ] {
                #expect(throws: HTTPClientError.self, "\(path)") {
                    try server.get("/app/\(path)")
                }
                try server.expectLog(containing: "MSW0411: \(place): does not end: it is at work")
            }
            let answer = try server.get("/app/a.txt?log-stuck")
            #expect(answer.body.count == 200_000)
            try server.expectLog(containing: "MSW0411: SwiftLogHandler app::logging: does not end")
            #expect(try Self.sum("SwiftStuck", server) == 4)

            // Each thread goes with its child.
            let stuck = Self.children(in: server.errorLog())
            #expect(!stuck.isEmpty)
            #expect(
                eventually { stuck.isDisjoint(with: server.childPIDs) })
            for words in ["MSW0407", "127.0.0.1: GET /app/"] { server.allowLog(containing: words) }
            #expect(server.errorLog().contains("has a handler that does not end (SwiftTimeout)"))
            #expect(try server.app().status == 200)
        }
    }

    /// A conversation lasts as long as it lasts.
    @Test(arguments: MPM.allCases)
    func whatBelongsToAConnectionHasNoLimit(_ mpm: MPM) throws {
        let source = """
            import Glibc

            func admit(_ conn: Connection) -> Status {
                usleep(500_000)
                return .ok
            }

            func speak(_ conn: Connection) throws -> Status {
                guard try conn.readLine(5) == Array("sync\\n".utf8) else { return .declined }
                conn.addOutputFilter { filter in
                    usleep(500_000)
                    try filter.passOn()
                }
                usleep(500_000)
                conn.write("fine")
                return .ok
            }

            func later(_ conn: Connection) async throws {
                try await Task.sleep(for: .milliseconds(500))
                conn.write("late")
            }
            """
        let global = """
            SwiftTimeout 100ms
            SwiftPath "${HTDOCS}/app"
            SwiftPreConnectionHandler app::admit
            SwiftConnectionHandler app::speak app::later
            """
        try SwiftSite.with(source, mpm: mpm, global: global) { server throws in
            #expect(try server.rawExchange("sync\n") == "fine")
            #expect(try server.rawExchange("other\n") == "late")
        }
    }

    /// The processes that have told of a thread.
    private static func children(in log: String) -> Set<pid_t> {
        let lines = log.split(separator: "\n").filter { $0.contains("MSW0411") }
        return Set(
            lines.compactMap { $0.firstMatch(of: /\[pid (\d+)/).flatMap { pid_t($0.1) } })
    }

    private static func sum(_ name: String, _ server: HTTPD) throws -> Int? {
        let lines = try server.get("/server-status?auto").text
            .split(separator: "\n")
        return lines.first { $0.hasPrefix("\(name): ") }.flatMap {
            Int($0.dropFirst(name.count + 2))
        }
    }
}
