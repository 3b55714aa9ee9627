// SPDX-License-Identifier: Apache-2.0
//
// Special cases of the guard: globals that trap when they are initialized, cancellation handlers,
// values of connections that end on httpd's listener, threads that the system cannot create, large
// frames.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ContainmentTests {
    private static let source = """
        import Glibc
        import Synchronization

        let isReleased = Atomic(false)

        @inline(never) func broken() -> Int { [1][Int(getpid())] }
        @inline(never) func stay(_ milliseconds: UInt32) { usleep(milliseconds * 1_000) }

        @inline(never) func down(_ depth: Int) -> Int { depth == 0 ? broken() : down(depth - 1) &+ depth }

        // Deeper than the stack that is recorded.
        let made: Int = down(200)

        final class Slow {
            deinit {
                print("the slow value ends")
                for _ in 0..<6_000 where !isReleased.load(ordering: .relaxed) { stay(10) }
                print("the slow value has ended")
            }
        }
        enum Kept: ConnectionStorageKey { typealias Value = Slow }

        func global(_ req: Request) -> String { "\\(made)" }

        func handler(_ req: Request) async throws -> String {
            switch req.args {
            case "trap": return "\\(broken())"
            case "cancel":
                await withTaskCancellationHandler {
                    // At work: nobody looks after it but a thread of the child's.
                    for _ in 0..<150 { stay(10) }
                } onCancel: {
                    _ = broken()
                }
                return "not reached in time"
            case "value": req.connection[Kept.self] = Slow(); return "kept"
            case "release": isReleased.store(true, ordering: .relaxed)
            case "words": fatalError("out of beer")
            case "cast":
                let value: Any = getpid()
                return value as! String
            case "nothreads", "threads":
                // RLIMIT_NPROC, which counts threads.
                var limit = rlimit()
                getrlimit(__rlimit_resource_t(6), &limit)
                limit.rlim_cur = req.args == "threads" ? limit.rlim_max : 1
                setrlimit(__rlimit_resource_t(6), &limit)
            default: break
            }
            return "\\(getpid())"
        }
        """

    private static func with(
        mpm: MPM = .event, handler: String = "app", directives: String = "", global: String,
        children: Int = 1, modules: [String] = [], _ body: (HTTPD) throws -> Void
    ) throws {
        try SwiftSite.with(
            source, mpm: mpm, modules: modules, handler: handler, directives: directives,
            global: global, children: children
        ) { server throws in
            DrainTests.allowStories(server)
            for text in ["Fatal error", "Could not cast"] { server.allowLog(containing: text) }
            try body(server)
            #expect(!server.errorLog().contains("exit signal"))
        }
    }

    /// Otherwise each child would trap again and have to be replaced.
    @Test(arguments: MPM.allCases)
    func aGlobalThatTrapsIsInQuarantineAtOnce(_ mpm: MPM) throws {
        try Self.with(
            mpm: mpm,
            directives: "AddHandler mod_swift .global\nSwiftHandler app::global | .global",
            global: "SwiftTrapLimit 100 15",
            children: mpm == .prefork ? 1 : 3
        ) { server throws in
            _ = try server.app()
            #expect(try server.get("/app/x.global").status == 500)
            try server.expectLog(containing: "has trapped in the initialiser of a global")
            try server.expectLog(containing: "MSW0403")
            for _ in 0..<20 { #expect(try server.get("/app/x.global").status == 503) }
            #expect(try server.app().status == 200)
            // One child per quarantine period.
            #expect(server.errorLog().ranges(of: "MSW0403").count == 1)
            // Then it is tried once more.
            #expect(
                eventually {
                    (try? server.get("/app/x.global").status) == 500
                })
            try server.expectLog(containing: "has trapped in the initialiser of a global")
            server.allowLog(containing: "MSW0406")
            try server.expectLog(containing: "MSW0403")
        }
    }

    @Test(arguments: [MPM.event, .worker])
    func aTrapWhileTheHandlerIsAtWorkIsTold(_ mpm: MPM) throws {
        try Self.with(
            mpm: mpm, global: "SwiftTimeout 500ms\nGracefulShutdownTimeout 2"
        ) { server throws in
            let old = try server.app().text
            _ = try? server.app("cancel")
            try server.expectLog(containing: "MSW0401: a cancellation handler: ")
            // The task's record stays locked for ever.
            try server.expectLog(containing: "may be holding a lock")
            #expect(
                eventually { (try? server.app().text) ?? old != old })
            for text in ["MSW0403", "MSW0407", "MSW0409", "MSW0411", "127.0.0.1: GET"] {
                server.allowLog(containing: text)
            }
        }
    }

    /// Connections kept alive end on the listener's thread when their time-out has passed.
    @Test func aValueThatTakesLongToEndDoesNotStopTheChild() throws {
        try Self.with(global: "KeepAliveTimeout 1\nSwiftTrapDrain 0") { server throws in
            _ = try server.app()
            let client = try server.connect()
            try client.write("GET /app/x.do?value HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.readResponse().text == "kept")
            #expect(try client.readToEnd().isEmpty)
            try server.expectLog(containing: "the slow value ends")
            for _ in 0..<20 { #expect(try server.app().status == 200) }
            #expect(!server.errorLog().contains("the slow value has ended"))
            #expect(try server.app("release").status == 200)
            try server.expectLog(containing: "the slow value has ended")
        }
    }

    /// Work for a thread that could not be started is done at the next opportunity.
    @Test func threadsThatCannotBeStartedAreToldAndTriedAgain() throws {
        try Self.with(global: "") { server throws in
            let old = try server.app().text
            _ = try server.app("nothreads")
            #expect(try server.app("trap").status == 500)
            try server.expectLog(containing: "MSW0742: child \(old) could not start a thread")
            #expect(try server.app("threads").text == old)
            #expect(!server.errorLog().contains("MSW0403"))
            #expect(try server.app("trap").status == 500)
            try server.expectLog(containing: "MSW0403: child \(old)")
            try server.expectLog(
                containing: "trap 1: Index out of range")
            #expect(
                eventually { (try? server.app().text) ?? old != old })
        }
    }

    /// Code that the dynamic linker calls while it holds its lock: other modules can be loaded
    /// nevertheless.
    @Test(arguments: MPM.allCases)
    func aConstructorThatTrapsIsAModuleThatCannotBeLoaded(_ mpm: MPM) throws {
        let constructor = """
            import ModSwift
            import Glibc
            @inline(never) func broken() -> Int { [1][Int(getpid())] }
            @used @section(".init_array") let starter: @convention(c) () -> Void = { _ = broken() }
            func handler(_ req: Request) -> String { "half made" }
            func importing(_ server: Server) {}

            """
        try Self.with(
            mpm: mpm,
            directives: """
                AddHandler mod_swift .bad .late
                SwiftHandler bad | .bad
                SwiftHandler late | .late
                """,
            global: "SwiftPath \"${HTDOCS}/app\"\nSwiftImport bad::importing"
        ) { server throws in
            for text in ["MSW0530", "MSW0108"] { server.allowLog(containing: text) }
            try server.write("app/bad.swift", constructor)
            try server.write(
                "app/late.swift",
                "import ModSwift\nfunc handler(_ req: Request) -> String { \"late\" }\n")
            let child = try server.app().text
            for _ in 1...3 {
                #expect(try server.get("/app/x.bad").status == 500)
                #expect(server.errorLog().contains("cannot be loaded: a constructor in it"))
            }
            #expect(try server.app().text == child || mpm == .prefork)
            try server.expectLog(containing: "a constructor of ")
            // On the thread that starts a child, before it serves; other modules are loaded on
            // other threads.
            try server.restart(graceful: true)
            #expect(try server.get("/app/x.late").text == "late")
            #expect(
                server.errorLog().contains("MSW0530: SwiftImport bad::importing"),
                "\(server.errorLog())")
            #expect(!server.errorLog().contains("MSW0403"))
        }
    }

    /// They are in the log to which the report goes, that of a virtual host.
    @Test func theLastWordsAreInTheReport() throws {
        try Self.with(
            directives: "SwiftDebug On",
            global:
                "SwiftTrapDrain 0\n<VirtualHost *:${PORT}>\nErrorLog \"${LOGS}/host.log\"\n</VirtualHost>"
        ) { server throws in
            _ = try server.app()
            #expect(try server.app("words").text.contains("a fatal error: out of beer at "))
            #expect(
                try server.app("cast").text.contains(
                    "a value is not of the type it was cast to: Could not cast value of type"))
            let log = try String(contentsOfFile: "\(server.logs)/host.log", encoding: .utf8)
            #expect(log.contains("trapped: a fatal error: out of beer at "))
            #expect(log.contains("Could not cast value of type 'Swift.Int32'"))
        }
    }
}
