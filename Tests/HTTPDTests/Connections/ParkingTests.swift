// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

/// Async connection handlers, and how few threads they need.
@Suite(.timeLimit(.minutes(10)))
struct ParkingTests {
    static let source = """
        import Synchronization

        /// Those who are to be told, with what.
        let waiting = Mutex<[(waker: ConnectionWaker, text: String)]>([])
        let told = Mutex<[String]>([])

        func connectionHandler(_ conn: Connection) async throws {
            conn.write("hello\\n")
            while let line = try await conn.nextLineString(1_000) {
                switch line {
                case "sleep":
                    try await Task.sleep(for: .milliseconds(30))
                    conn.write("slept\\n")
                case "time":
                    let event = try await conn.waitForInput(timeout: .milliseconds(80))
                    conn.write("\\(event)\\n")
                case "listen":
                    waiting.withLock { $0.append((conn.waker, "")) }
                    let event = try await conn.waitForInput()
                    conn.write("\\(event)\\n")
                case "waiting": conn.write("\\(waiting.withLock { $0.count } % 10)\\n")
                case "call": for other in waiting.withLock({ $0 }) { other.waker.wake() }
                case "peek": conn.write("<\\(String(decoding: try conn.peek(3), as: UTF8.self))>")
                case "bytes":
                    while let bytes = try await conn.nextBytes(3) { conn.write(bytes, flush: false) }
                case "child":
                    // Work of its own while it waits for the client.
                    async let later: Int = { try await Task.sleep(for: .milliseconds(60)); return 7 }()
                    let line = try await conn.nextLineString() ?? "-"
                    conn.write("\\(line) \\(try await later)\\n")
                case "trap": let empty: [Int] = []; _ = empty[line.utf8.count]
                case "trap later":
                    waiting.withLock { $0.append((conn.waker, "")) }
                    _ = try await conn.waitForInput()
                    let empty: [Int] = []; _ = empty[line.utf8.count]
                case "gone":
                    do { _ = try await conn.nextBytes() } catch { told.withLock { $0.append("\\(error)") } }
                    conn.write("into the void")
                case "trap gone":
                    do { _ = try await conn.nextBytes() } catch {
                        let empty: [Int] = []; _ = empty[line.utf8.count]
                    }
                case "told": conn.write("\\(told.withLock { $0 })\\n")
                case "quit": return
                default: conn.write("\\(line)\\n")
                }
            }
            conn.write("bye\\n")
        }

        func looksFirst(_ conn: Connection) async throws -> Status {
            try await conn.waitForInput()
            if try conn.peek(4) == Array("GET ".utf8) { return .declined }
            return try await later(conn)
        }

        func later(_ conn: Connection) async throws -> Status {
            try await connectionHandler(conn)
            return .ok
        }
        """

    private static func with(
        mpm: MPM = .event, handlers: String = "app", threads: Int = 4, global: String = "",
        children: Int = 1, modules: [String] = [], _ body: (HTTPD) throws -> Void
    ) throws {
        let global = """
            SwiftPath "${HTDOCS}/app"
            SwiftConnectionHandler \(handlers)
            SwiftTrapDrain 0
            AcceptFilter http none
            AcceptFilter https none
            \(mpm == .event ? "AsyncRequestWorkerFactor 100" : "")
            \(global)
            """
        var configuration = try HTTPDConfiguration.modSwift(
            mpm: mpm, modules: modules, text: global)
        configuration.children = children
        configuration.threadsPerChild = threads
        try HTTPD.with(configuration) { server in
            try server.writeApp(source)
            try body(server)
        }
    }

    /// Waits until a number of handlers have begun to wait; only the last digit is compared.
    private static func expect(_ count: Int, on client: HTTPConnection) throws {
        #expect(
            try eventually {
                try client.write("waiting\n")
                return try client.read(2) == Array("\(count % 10)\n".utf8)
            })
    }

    @Test(arguments: MPM.allCases) func aConversationWaitsForItsClient(mpm: MPM) throws {
        try Self.with(mpm: mpm, children: mpm == .prefork ? 3 : 1) { server throws in
            let client = try server.connect()
            #expect(try client.read(6) == Array("hello\n".utf8))
            for (sent, answer) in [
                "a\n": "a\n", "sleep\n": "slept\n", "time\n": "timedOut\n",
                "time\nb\n": "input\nb\n",
                "peek\nabcd\n": "<abc>abcd\n", "child\nx\n": "x 7\n",
            ] {
                try client.write(sent)
                #expect(try client.read(answer.utf8.count) == Array(answer.utf8), "\(sent)")
            }
            // In pieces, with pauses: the handler waits for each separately.
            for piece in ["in", " pieces", "\nand"] {
                try client.write(piece)
                usleep(20_000)
            }
            #expect(try client.read(10) == Array("in pieces\n".utf8))
            try client.write(" more\nbytes\n1234567")
            client.finishSending()
            #expect(try client.readToEnd() == Array("and more\n1234567bye\n".utf8))
        }
    }

    @Test func moreConversationsThanThreads() throws {
        try Self.with(threads: 4) { server throws in
            let clients = try (0..<40).map { _ in try server.connect() }
            for client in clients { #expect(try client.read(6) == Array("hello\n".utf8)) }
            for round in 1...3 {
                for (index, client) in clients.enumerated() {
                    try client.write("\(round) \(index)\n")
                }
                for (index, client) in clients.enumerated().reversed() {
                    let answer = Array("\(round) \(index)\n".utf8)
                    #expect(try client.read(answer.count) == answer)
                }
            }
            // All are in their last sleep at the same time; HTTP's own timers do not apply.
            for client in clients { try client.write("time\n") }
            for client in clients { #expect(try client.read(9) == Array("timedOut\n".utf8)) }
        }
    }

    @Test(arguments: [MPM.event, .worker]) func othersWakeAHandler(mpm: MPM) throws {
        try Self.with(mpm: mpm, threads: 4) { server throws in
            let (listener, caller) = (try server.connect(), try server.connect())
            for client in [listener, caller] {
                #expect(try client.read(6) == Array("hello\n".utf8))
            }
            var count = 0
            for _ in 1...20 {
                try listener.write("listen\na\n")
                #expect(try listener.read(8) == Array("input\na\n".utf8))
                count += 2
                try listener.write("listen\n")
                try Self.expect(count, on: caller)
                try caller.write("call\nb\n")
                #expect(try caller.read(2) == Array("b\n".utf8))
                #expect(try listener.read(6) == Array("woken\n".utf8))
            }
        }
    }

    @Test func aHandlerThatOnlyLookedMayDecline() throws {
        try Self.with(handlers: "app::looksFirst") { server throws in
            #expect(try server.get("/").status == 404)
            #expect(try server.rawExchange("a\n") == "hello\na\nbye\n")
        }
        try Self.with(mpm: .worker, handlers: "app::looksFirst") { server throws in
            #expect(try server.get("/").status == 404)
            #expect(try server.rawExchange("a\n") == "hello\na\nbye\n")
        }
    }

    @Test func aTrapEndsTheConversationAndNothingElse() throws {
        try Self.with { server throws in
            let other = try server.connect()
            #expect(try server.rawExchange("a\ntrap\n") == "hello\na\n")
            // The connection has no worker when its handler traps.
            let later = try server.connect()
            try later.write("trap later\na\ntrap later\n")
            #expect(try later.readToEnd() == Array("hello\n".utf8))
            #expect(try other.read(6) == Array("hello\n".utf8))
            let latest = try server.connect()
            try latest.write("trap later\n")
            try Self.expect(2, on: other)
            try other.write("call\nb\n")
            #expect(try other.read(2) == Array("b\n".utf8))
            #expect(try latest.readToEnd() == Array("hello\n".utf8))
            try server.expectLog(containing: "trap 3 of this process")
            server.allowLog(containing: "MSW0401")
        }
    }

    @Test func aClientThatGoesAwayEndsTheWait() throws {
        try Self.with(global: "Timeout 1") { server throws in
            // Half-closed, closed, and silent for Timeout.
            #expect(try server.rawExchange("gone\n") == "hello\ninto the voidbye\n")
            let silent = try server.connect()
            try silent.write("gone\n")
            #expect(try silent.readToEnd() == Array("hello\ninto the voidbye\n".utf8))
            #expect(try server.rawExchange("told\n").contains("wait connection: "))
            // A trap outside of every call of the hook is also reported.
            let broken = try server.connect()
            try broken.write("trap gone\n")
            #expect(try broken.readToEnd() == Array("hello\n".utf8))
            try server.expectLog(
                containing: "MSW0401: a connection handler, after its connection: trapped: ")
            server.allowLog(containing: "MSW0401")
            // Closed with an unread response, which resets it.
            var told = ""
            let isTold = try eventually {
                do {
                    let impatient = try server.connect()
                    _ = try impatient.read(6)
                    try impatient.write("x\ngone\n")
                    usleep(100_000)
                }
                told = try server.rawExchange("told\n")
                return told.contains("closed")
            }
            #expect(isTold, "\(told)")
        }
    }

    @Test func encryptedConversationsAreParkedToo() throws {
        try withTemporaryDirectory { directory in
            try Certificates.make(in: directory)
            let tls = Certificates.directives(in: directory)
            try Self.with(global: tls, modules: ["ssl", "socache_shmcb"]) { server throws in
                Certificates.allowWarnings(server)
                func ask(_ input: String) throws -> String {
                    try Shell.run([
                        "sh", "-c",
                        """
                        (\(input)) | timeout 110 openssl s_client -quiet -ign_eof \
                        -connect 127.0.0.1:\(server.port) 2>/dev/null
                        """,
                    ])
                }
                // Makes the server compile the handler.
                #expect(try ask("printf 'quit\\n'") == "hello\n")
                let input = """
                    printf 'a\\nb'; sleep 0.2; printf '\\nsleep\\n'; sleep 0.2; printf 'time\\n'; sleep 0.3
                    printf 'peek\\nabcd\\nquit\\n'
                    """
                #expect(try ask(input) == "hello\na\nb\nslept\ntimedOut\n<abc>abcd\n")
            }
        }
    }

    // MARK: End of the child, idle clients, too many clients

    /// A handler that waits for its client is notified that its child is about to end, whether or
    /// not it is parked.
    @Test(arguments: [
        (MPM.event, "restart"), (.event, "trap"), (.event, "requests"), (.worker, "restart"),
        (.worker, "trap"),
    ])
    func aHandlerIsToldThatItsChildEnds(mpm: MPM, by end: String) throws {
        let drain = end == "trap" ? "SwiftTrapDrain 1\n" : ""
        let limit = end == "requests" ? "MaxConnectionsPerChild 4\n" : ""
        try Self.with(
            mpm: mpm, threads: 4, global: drain + limit + "GracefulShutdownTimeout 20"
        ) { server throws in
            let (line, event) = (try server.connect(), try server.connect())
            for client in [line, event] { #expect(try client.read(6) == Array("hello\n".utf8)) }
            try event.write("listen\n")
            try Self.expect(1, on: line)
            switch end {
            case "restart": try server.restart(graceful: true)
            case "trap":
                #expect(try server.rawExchange("trap\n") == "hello\n")
                try server.expectLog(containing: "MSW0403")
                DrainTests.allowStories(server)
            default: for _ in 0..<4 { _ = try? server.rawExchange("quit\n") }
            }
            // It may still send text, and continue if it wants to.
            #expect(try event.read(9) == Array("stopping\n".utf8))
            try event.write("a\n")
            #expect(try event.read(2) == Array("a\n".utf8))
            try event.write("quit\n")
            #expect(try event.readToEnd().isEmpty)
            // A handler that waits for a line ends; that is not logged.
            #expect(try line.readToEnd().isEmpty)
            #expect(!server.errorLog().contains("ChildStoppingError"))
        }
    }

    /// conn.timeout, or the Timeout of the virtual host; it is not a failure for either kind of
    /// handler.
    @Test(arguments: MPM.allCases, ["app::patient", "app::impatient", "app::blocking"])
    func anIdleClientHasItsTime(mpm: MPM, handler: String) throws {
        let source = """
            func patient(_ conn: Connection) async throws { _ = try await conn.nextLine(); conn.write("x") }
            func impatient(_ conn: Connection) async throws {
                conn.timeout = 1
                _ = try await conn.nextLine()
                conn.write("x")
            }
            func blocking(_ conn: Connection) throws { conn.timeout = 1; _ = try conn.readLine(); conn.write("x") }
            """
        let timeout = handler == "app::patient" ? 1 : 30
        let configuration = try HTTPDConfiguration.modSwift(
            mpm: mpm,
            text: """
                SwiftPath "${HTDOCS}/app"
                AcceptFilter http none
                LogLevel swift:info
                <VirtualHost *:${PORT}>
                    Timeout \(timeout)
                    SwiftConnectionHandler \(handler)
                </VirtualHost>
                """)
        try HTTPD.with(configuration) { server in
            try server.writeApp(source)
            #expect(try server.rawExchange("line\n") == "x")
            for _ in 0..<2 {
                let client = try server.connect()
                let start = ContinuousClock.now
                #expect(try client.readToEnd().isEmpty)
                #expect(ContinuousClock.now - start > .seconds(0.9))
                #expect(ContinuousClock.now - start < .seconds(15))
                try server.expectLog(
                    containing:
                        "MSW0739: SwiftConnectionHandler \(handler): the client has sent nothing")
            }
        }
    }

    /// Parked connections leave room for others: otherwise event would accept none.
    @Test func parkedConnectionsLeaveRoomForOthers() throws {
        try Self.with(
            handlers: "app::looksFirst", threads: 4, global: "AsyncRequestWorkerFactor 2"
        ) { server throws in
            _ = try server.rawExchange("quit\n")
            try server.expectLog(containing: "MSW0741: a child holds up to 8 conversations")
            var open: [HTTPConnection] = []
            for _ in 0..<8 {
                let client = try server.connect()
                try client.write("a\n")
                #expect(try client.read(8) == Array("hello\na\n".utf8))
                open.append(client)
            }
            for _ in 0..<3 {
                #expect(try server.rawExchange("a\n").isEmpty)
            }
            try server.expectLog(containing: "MSW0740: this child has 8 conversations")
            // The existing ones continue, and make room when they end.
            for client in open {
                try client.write("b\n")
                #expect(try client.read(2) == Array("b\n".utf8))
            }
            try open[0].write("quit\n")
            #expect(try open[0].readToEnd() == [])
            #expect(eventually { (try? server.rawExchange("a\n")) == "hello\na\nbye\n" })
        }
    }
}
