// SPDX-License-Identifier: Apache-2.0
//
// Actors that requests share: each request gets its turn, a trap is attributed to the request whose
// job it was, and the main actor's jobs are run.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ActorTests {
    private static let source = """
        import Glibc
        import Synchronization

        @inline(never) func broken() -> Int { [1][Int(getpid())] }
        @inline(never) func stay(_ milliseconds: UInt32) { usleep(milliseconds * 1_000) }
        @inline(never) func deep(_ depth: Int) -> Int { depth &+ deep(depth &+ 1) &* 3 }

        actor Shared {
            var calls = 0
            func work(_ milliseconds: UInt32) -> Int { calls += 1; stay(milliseconds); return calls }
            /// Until "release" is asked for.
            func hold() { held.store(true, ordering: .relaxed); while held.load(ordering: .relaxed) { stay(5) } }
            func trap() -> Int { calls += broken(); return calls }
            func fall() -> Int { calls += deep(0); return calls }
        }
        let shared = Shared()
        let locked = Mutex(0)
        let held = Atomic(false)
        let asked = Atomic(0)
        @MainActor var hits = 0

        @MainActor func count() -> Int { MainActor.assertIsolated(); hits += 1; return hits }

        func milliseconds(_ start: ContinuousClock.Instant) -> Int {
            let parts = (ContinuousClock.now - start).components
            return Int(parts.seconds) * 1_000 + Int(parts.attoseconds / 1_000_000_000_000_000)
        }

        func handler(_ req: Request) async throws -> String {
            switch req.args {
            case "turns", "locks":
                // The slowest of a request's calls.
                var worst = 0
                for _ in 0..<40 {
                    let start = ContinuousClock.now
                    if req.args == "locks" { locked.withLock { _ in stay(2) } }
                    else { _ = await shared.work(2) }
                    worst = max(worst, milliseconds(start))
                }
                return "\\(worst)"
            case "work": asked.add(1, ordering: .relaxed); _ = await shared.work(400)
            case "hold": await shared.hold()
            case "held": return "\\(held.load(ordering: .relaxed))"
            case "release": held.store(false, ordering: .relaxed)
            case "asked": return "\\(asked.load(ordering: .relaxed))"
            case "long": _ = await shared.work(30_000)
            case "trap": asked.add(1, ordering: .relaxed); _ = await shared.trap()
            case "fall": asked.add(1, ordering: .relaxed); _ = await shared.fall()
            case "main": return "\\(await count())"
            case "main-trap": await MainActor.run { _ = broken() }
            case "main-fall": await MainActor.run { _ = deep(0) }
            case "main-cast": return await MainActor.run { let value: Any = hits; return value as! String }
            case "main-long", "main-longer":
                req.log("at work on the main actor", level: .info)
                let time: UInt32 = req.args == "main-long" ? 4_000 : 20_000
                await MainActor.run { stay(time) }
            case "main-nobody": Task { @MainActor in _ = broken() }
            case "nobody": Task { _ = await shared.work(200); _ = await shared.trap() }
            default: break
            }
            return "\\(getpid())"
        }
        """

    private static func with(
        mpm: MPM = .event, modules: [String] = [], global: String = "", children: Int = 1,
        threads: Int = 8, _ body: (HTTPD) throws -> Void
    ) throws {
        try SwiftSite.with(
            source, mpm: mpm, modules: modules, global: global, children: children, threads: threads
        ) { server throws in
            DrainTests.allowStories(server)
            server.allowLog(containing: "Could not cast")
            _ = try server.app()
            try body(server)
            #expect(!server.errorLog().contains("exit signal"))
        }
    }

    /// Sends a request from a separate thread.
    private static func ask(_ server: HTTPD, _ query: String) -> Eventual<Int> {
        Eventual { try server.get("/app/x.do?\(query)").status }
    }

    /// Sends a request that holds the actor, then `queries`, which wait for it in this order, then
    /// one that releases it.
    private static func inTurn(_ server: HTTPD, _ queries: String...) throws -> [Eventual<Int>] {
        let holder = ask(server, "hold")
        try #require(eventually { (try? server.app("held").text) == "true" })
        let asked = try #require(Int(try server.app("asked").text))
        let waiting = try queries.enumerated().map { index, query in
            let request = ask(server, query)
            try #require(
                eventually {
                    (try? server.app("asked").text) == "\(asked + index + 1)"
                })
            // From there it takes one step to the actor's queue.
            Thread.sleep(forTimeInterval: 0.5)
            return request
        }
        #expect(try server.app("release").status == 200)
        #expect(try holder.get() == 200)
        return waiting
    }

    /// The runtime runs an actor's jobs on the thread of the first task that waits: that request
    /// would not return until no task waits any more.
    @Test(arguments: [MPM.event, .worker])
    func eachRequestHasItsTurnOnAnActor(_ mpm: MPM) throws {
        try Self.with(mpm: mpm) { server throws in
            func slowest(_ query: String) throws -> Int {
                try Eventual.all(8) {
                    Int(try server.get("/app/x.do?\(query)").text) ?? .max
                }.map { try $0.get() }.max() ?? .max
            }
            let locks = try slowest("locks")
            let start = ContinuousClock.now
            let worst = try slowest("turns")
            let total = ContinuousClock.now - start
            print(
                "\(mpm): slowest call of an actor \(worst) ms of \(total), under a Mutex \(locks) ms"
            )
            // One of the eight would have waited for all 320 jobs.
            #expect(.milliseconds(worst) < total * 2 / 3)
        }
    }

    /// A request that waits for a busy actor is not treated as one that does not end.
    @Test func healthyChildrenStayWithALimit() throws {
        try Self.with(global: "SwiftTimeout 6s") { server throws in
            let old = try server.app().text
            let load = server.hammer(
                "/app/x.do?turns", connections: 8, requestsPerConnection: 12)
            #expect(load.statuses == [200: 96])
            #expect(load.errors == [:])
            #expect(try server.app().text == old)
        }
    }

    /// The trap is attributed to the request whose job it was, not to the one whose job came
    /// before.
    @Test(arguments: ["trap", "fall"])
    func aTrapOnAnActorIsThatOfItsRequest(_ kind: String) throws {
        try Self.with(global: "GracefulShutdownTimeout 3") { server throws in
            let old = try server.app().text
            let requests = try Self.inTurn(server, "work", kind)
            #expect(try requests.map { try $0.get() } == [200, 500])
            try server.expectLog(containing: "(trap 1 of this process) [GET /app/x.do?\(kind)]")
            // The actor is locked for ever.
            try server.expectLog(containing: "MSW0403")
            #expect(eventually { (try? server.app().text) ?? old != old })
            #expect(try server.app("work").status == 200)
            #expect(!server.errorLog().contains("[GET /app/x.do?work"))
        }
    }

    /// Requests that wait for the actor end with the child, like those that wait for a lock.
    @Test func whoWaitsForALostActorIsLetGo() throws {
        try Self.with(global: "GracefulShutdownTimeout 3") { server throws in
            let old = try server.app().text
            let requests = try Self.inTurn(server, "work", "trap", "work")
            #expect(try requests[0].get() == 200)
            #expect(try requests[1].get() == 500)
            #expect((try? requests[2].get()) == nil)
            #expect(eventually { (try? server.app().text) ?? old != old })
            for text in ["MSW0403", "MSW0407", "127.0.0.1: GET"] {
                server.allowLog(containing: text)
            }
        }
    }

    @Test(arguments: MPM.allCases)
    func theMainActorIsServed(_ mpm: MPM) throws {
        // Prefork has more processes than it starts with, unless one is all that there may be.
        try Self.with(
            mpm: mpm, global: "SwiftTrapDrain 0", threads: mpm == .prefork ? 1 : 8
        ) { server throws in
            let child = try server.app().text
            #expect(try server.app("main").text == "1")
            for kind in ["trap", "fall", "cast"] {
                #expect(try server.app("main-\(kind)").status == 500, "\(kind)")
            }
            // The same child continues.
            #expect(try server.app("main").text == "2")
            #expect(try server.app().text == child)
            let load = server.hammer("/app/x.do?main", connections: 4, requestsPerConnection: 50)
            #expect(load.errors == [:])
            #expect(try server.app("main").text == "203")
        }
    }

    @Test func aTaskOfNobodyOnAnActorIsTold() throws {
        try Self.with(global: "SwiftTrapDrain 0") { server throws in
            #expect(try server.app("main-nobody").status == 200)
            try server.expectLog(
                containing: "MSW0743: a Task on the main actor trapped: ")
            #expect(try server.app("main").text == "1")
        }
        try Self.with(global: "GracefulShutdownTimeout 3") { server throws in
            let old = try server.app().text
            // Its job is queued after that of a request, on a background thread.
            let before = Self.ask(server, "work")
            try #require(
                eventually { (try? server.app("asked").text) == "1" })
            #expect(try server.app("nobody").status == 200)
            #expect(try before.get() == 200)
            try server.expectLog(containing: "MSW0403")
            #expect(eventually { (try? server.app().text) ?? old != old })
            for text in ["MSW0743", "MSW0412"] { server.allowLog(containing: text) }
        }
    }

    /// A job that is running on the main actor delays the child's end no longer than any handler.
    @Test(arguments: MPM.allCases)
    func aServerEndsWhileTheMainActorIsAtWork(_ mpm: MPM) throws {
        try Self.with(mpm: mpm, children: mpm == .prefork ? 2 : 1) { server throws in
            // Four seconds of work are longer than the three after which httpd says so.
            server.allowLog(containing: "AH00045")
            for end in ["restart", "graceful", "stop"] {
                let request = Self.ask(server, "main-long")
                try server.expectLog(containing: "at work on the main actor")
                switch end {
                case "restart": try server.restart(graceful: false)
                case "graceful": try server.restart(graceful: true)
                default: try server.stop()
                }
                let status = try? request.get()
                if end == "graceful" { #expect(status == 200) }
                if end != "stop" { #expect(try server.app("main").text == "1") }
            }
        }
    }

    /// A time limit applies to a request that waits for the main actor, and to a job that is
    /// running there.
    @Test func theTimeLimitHoldsOnTheMainActor() throws {
        try Self.with(global: "SwiftTimeout 500ms\nGracefulShutdownTimeout 3") { server throws in
            let old = try server.app().text
            let start = ContinuousClock.now
            #expect(try server.app("main-longer").status == 504)
            #expect(ContinuousClock.now - start < .seconds(15))
            #expect(eventually { (try? server.app().text) ?? old != old })
            for text in ["MSW0403", "MSW0409"] { server.allowLog(containing: text) }
        }
    }
}
