// SPDX-License-Identifier: Apache-2.0
//
// Traps outside of a handler's call: in code that runs at the end of a request, a connection or a
// child, and on Swift's own threads.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct EndingTests {
    private static let source = """
        import Dispatch
        import Glibc
        import Synchronization

        /// Traps when it ends.
        final class Bomb {
            let name: String
            init(_ name: String) { self.name = name }
            deinit { let none: [Int] = []; _ = none[name.utf8.count] }
        }
        final class Witness {
            let log: ErrorLog
            init(_ req: Request) { log = req.errorLog }
            deinit { log.write("the witness has ended", level: .notice) }
        }
        final class Sink: FormSink {
            let bomb = Bomb("sink")
            func write(_ bytes: Span<UInt8>) {}
            func finish() {}
            func abandon() {}
        }
        enum First: RequestStorageKey { typealias Value = Bomb }
        enum Second: RequestStorageKey { typealias Value = Witness }
        enum Third: RequestStorageKey { typealias Value = Bomb }
        enum Kept: ConnectionStorageKey { typealias Value = Bomb }

        @inline(never) func broken() -> Int { let none: [Int] = []; return none[Int(getpid())] }
        @inline(never) func deep(_ depth: Int) -> Int { depth &+ deep(depth &+ 1) &* 3 }
        @inline(never) func nodes(_ depth: Int) -> [Int] { [depth] + nodes(depth &+ 1) }

        func handler(_ req: Request) throws -> String {
            switch req.args {
            case "cleanup":
                req.registerCleanup { req.log("the first cleanup", level: .notice) }
                req.registerCleanup { _ = broken() }
                req.registerCleanup { req.log("the last cleanup", level: .notice) }
            case "captured":
                let bomb = Bomb("captured")
                req.registerCleanup { req.log("it has \\(bomb.name)", level: .notice) }
            case "storage":
                req[First.self] = Bomb("first")
                req[Second.self] = Witness(req)
                req[Third.self] = Bomb("third")
            case "connection": req.connection[Kept.self] = Bomb("kept")
            case "filter":
                let bomb = Bomb("filter")
                req.addOutputFilter { filter in
                    filter.req.log("it has \\(bomb.name)", level: .notice)
                    filter.disable()
                }
            case "form": return "\\(try req.form(fileSink: { _ in Sink() }).count) \\(getpid())"
            case "log": req.addHandler(.log, "app::logging")
            case "child": Apache.registerCleanup { _ = broken() }
            case "task": Task.detached { _ = broken() }
            case "fatal": Task.detached { if getpid() > 1 { fatalError("the Task's words") } }
            case "fall": Task { _ = deep(0) }
            case "nodes": Task { await Task.yield(); _ = nodes(0) }
            case "later": Task { try await Task.sleep(for: .milliseconds(50)); _ = deep(0) }
            case "dispatch": DispatchQueue.global().async { _ = broken() }
            case "many":
                for _ in 0..<1_000 { Task { done.add(1, ordering: .relaxed) } }
            case "blocked":
                // More than there are processors, each of which waits for the last one.
                let gate = DispatchSemaphore(value: 0)
                for _ in 0..<8 { Task { hold(gate); done.add(1, ordering: .relaxed) } }
                Task { for _ in 0..<8 { gate.signal() } }
            case "done": return "\\(done.load(ordering: .relaxed))"
            default: break
            }
            return "\\(getpid())"
        }

        let done = Atomic(0)
        func hold(_ gate: DispatchSemaphore) { gate.wait() }

        func logging(_ req: Request) { _ = broken() }

        func waiting(_ req: Request) async throws -> String {
            try await Task.detached { broken() }.value.description
        }
        """

    private static func with(
        mpm: MPM, global: String = "SwiftTrapDrain 0", directives: String = "",
        modules: [String] = [], _ body: (HTTPD) throws -> Void
    ) throws {
        let directives = """
            AddHandler mod_swift .waiting
            SwiftHandler app::waiting | .waiting
            \(directives)
            """
        try SwiftSite.with(
            source, mpm: mpm, modules: modules, directives: directives, global: global, children: 1
        ) { server throws in
            server.allowLog(containing: "]     ")
            server.allowLog(containing: "Fatal error: ")
            _ = try server.app()
            try body(server)
        }
    }

    @Test(arguments: MPM.allCases)
    func aTrapAtTheEndOfARequestCostsWhatTrapped(_ mpm: MPM) throws {
        try Self.with(mpm: mpm) { server throws in
            let pid = try server.app().text
            for (query, title, others, traps) in [
                ("cleanup", "registerCleanup", ["the last cleanup", "the first cleanup"], 1),
                ("captured", "registerCleanup", ["it has captured"], 1),
                ("storage", "the end of a kept value", ["the witness has ended"], 2),
                ("filter", "the end of a filter", ["it has filter"], 1),
                ("connection", "the end of a kept value", [], 1),
                ("log", "SwiftLogHandler app::logging", [], 1),
            ] {
                #expect(try server.app(query).status == 200, "\(query)")
                try server.expectLog(containing: "MSW0401: \(title): trapped: ", times: traps)
                for text in others {
                    #expect(eventually { server.errorLog().contains(text) }, "\(query): \(text)")
                }
                server.allowLog(containing: "MSW0401")
                // Prefork has as many children as it needs.
                #expect(try server.app().text == pid || mpm == .prefork)
            }
            #expect(eventually { server.errorLog().contains("htdocs/app/app.swift:") })
            #expect(!server.errorLog().contains("exit signal"))
        }
    }

    /// The request keeps the form.
    @Test(arguments: MPM.allCases)
    func aTrapAtTheEndOfASinkCostsNothing(_ mpm: MPM) throws {
        try Self.with(mpm: mpm) { server throws in
            var form = MultipartForm()
            form.addFile("f", Array("hello".utf8))
            let response = try server.post(
                "/app/x.do?form", form.body, headers: form.headers)
            #expect(response.status == 200)
            // The query is a field, too.
            #expect(response.text.hasPrefix("2 "))
            try server.expectLog(containing: "MSW0401: the end of a form: trapped: ")
            server.allowLog(containing: "MSW0401")
            #expect(try server.app().status == 200)
            #expect(!server.errorLog().contains("exit signal"))
        }
    }

    /// Event writes the last bytes of a response after the worker has finished.
    @Test(arguments: MPM.allCases)
    func aTrapInALogHandlerComesAfterTheWholeAnswer(_ mpm: MPM) throws {
        let source = """
            func handler(_ req: Request) {
                req.addHandler(.log, "app::logging")
                for _ in 1...2_000 { req.write([UInt8](repeating: 65, count: 1_000)) }
            }
            func logging(_ req: Request) { let none: [Int] = []; _ = none[Int(req.bytesSent)] }
            """
        try SwiftSite.with(source, mpm: mpm, global: "SwiftTrapDrain 0") { server throws in
            DrainTests.allowStories(server)
            for _ in 1...3 {
                let client = try server.connect()
                try client.write("GET /app/x.do HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                Thread.sleep(forTimeInterval: 0.3)
                #expect(try client.readToEnd().count > 2_000_000)
                try server.expectLog(containing: "MSW0401: SwiftLogHandler app::logging: trapped")
            }
        }
    }

    @Test(arguments: MPM.allCases)
    func aTrapInACleanupOfTheChildIsTold(_ mpm: MPM) throws {
        try Self.with(mpm: mpm) { server throws in
            #expect(try server.app("child").status == 200)
            try server.stop()
            try server.expectLog(containing: "MSW0401: a cleanup at the end of the child trapped")
        }
    }

    // MARK: Swift's own threads

    @Test(arguments: MPM.allCases)
    func aTrapInATaskOfNobodyDrainsTheChildOnly(_ mpm: MPM) throws {
        try Self.with(mpm: mpm, global: "") { server throws in
            // The line after it, as the site imports the library in the first.
            let lines = Self.source.split(separator: "\n", omittingEmptySubsequences: false)
            let line = try #require(lines.firstIndex { $0.contains("func broken()") }) + 2
            for (kind, title, story) in [
                (
                    "task", "a Task of no request",
                    "Index out of range at \(server.htdocs)/app/app.swift:\(line):"
                ),
                (
                    "fatal", "a Task of no request",
                    "a fatal error: the Task's words at \(server.htdocs)/app/"
                ),
                ("fall", "a Task of no request", "the stack is used up"),
                ("nodes", "a Task of no request", "the stack is used up"),
                ("later", "a Task of no request", "the stack is used up"),
                ("dispatch", "a closure on a thread of libdispatch", "Index out of range at "),
            ] {
                let old = try server.app(kind).text
                #expect(pid_t(old) != nil)
                try server.expectLog(containing: "MSW0412: \(title) trapped: ")
                try server.expectLog(containing: story)
                server.allowLog(containing: "MSW0401")
                try server.expectLog(containing: "MSW0403: child \(old)")
                #expect(
                    eventually {
                        !server.childPIDs.contains(pid_t(old) ?? 0)
                            && (try? server.app().status) == 200
                    }, "\(kind)")
            }
            #expect(!server.errorLog().contains("exit signal"))
        }
    }

    /// One thread per processor does not mean that a waiting handler delays the others.
    @Test(arguments: [("many", 1_000), ("blocked", 8)])
    func tasksOfNobodyComeToTheirEnd(_ kind: String, _ count: Int) throws {
        try Self.with(mpm: .event) { server throws in
            #expect(try server.app(kind).status == 200)
            #expect(
                eventually { (try? server.app("done").text) == "\(count)" })
        }
    }

    @Test func whoWaitsForSuchATaskHasATimeLimit() throws {
        try Self.with(mpm: .event, directives: "SwiftTimeout 500ms") { server throws in
            let answer = try server.get("/app/x.waiting")
            #expect(answer.status == 504)
            try server.expectLog(containing: "MSW0412")
            try server.expectLog(containing: "MSW0409")
            server.allowLog(containing: "MSW0401")
        }
    }
}
