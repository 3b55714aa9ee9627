// SPDX-License-Identifier: Apache-2.0
//
// Traps that cannot be contained by a jump: in functions that libdispatch has called, and in
// corrupted memory that the C library has found.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct UncontainedTrapTests {
    private static let source = """
        import Dispatch
        import Glibc

        @inline(never) func broken() -> Int { let none: [Int] = []; return none[Int(getpid())] }
        nonisolated(unsafe) var memory: UnsafeMutableRawPointer?
        @inline(never) func down(_ depth: Int) -> Int { depth == 0 ? broken() : down(depth - 1) &+ depth }
        let queue = DispatchQueue(label: "mine")

        func handler(_ req: Request) -> String {
            switch req.args {
            case "perform":
                // Whichever of its threads is the caller's.
                let caller = pthread_self()
                DispatchQueue.concurrentPerform(iterations: 64) { _ in
                    usleep(2_000)
                    if pthread_self() == caller { _ = broken() }
                }
            case "sync": queue.sync { _ = broken() }
            // Deeper than the stack that is recorded.
            case "deepsync": queue.sync { _ = down(200) }
            case "async": queue.async { _ = down(200) }
            case "free":
                memory = malloc(1_000)
                for _ in 1...3 { free(memory) }
            case "abort": abort()
            default: break
            }
            return "\\(getpid())"
        }
        """

    @Test(arguments: ["perform", "sync", "deepsync"], [MPM.event, .prefork])
    func aTrapBelowLibdispatchKeepsItsThread(_ kind: String, _ mpm: MPM) throws {
        try SwiftSite.with(
            Self.source, mpm: mpm, global: "GracefulShutdownTimeout 600", children: 1
        ) { server throws in
            DrainTests.allowStories(server)
            server.allowLog(containing: "MSW0403")
            let pid = try server.app().text
            #expect(throws: (any Error).self) { try server.app(kind) }
            try server.expectLog(containing: "MSW0750: a handler trapped: ")
            // At once, whatever GracefulShutdownTimeout is.
            try server.expectLog(containing: "MSW0407")
            #expect(eventually { (try? server.app().text) != pid })
            #expect(try server.app().status == 200)
            #expect(!server.errorLog().contains("exit signal"))
        }
    }

    @Test(arguments: [MPM.event, .prefork])
    func aTrapInAClosureOfAQueueCostsItsThreadOnly(_ mpm: MPM) throws {
        try SwiftSite.with(Self.source, mpm: mpm, children: 1) { server throws in
            DrainTests.allowStories(server)
            server.allowLog(containing: "MSW0403")
            let pid = try server.app("async").text
            try server.expectLog(
                containing: "MSW0412: a closure on a thread of libdispatch trapped: ")
            #expect(eventually { (try? server.app().text) ?? pid != pid })
            #expect(!server.errorLog().contains("exit signal"))
        }
    }

    @Test(arguments: ["free", "abort"])
    func whatTheCLibraryStopsEndsTheProcess(_ kind: String) throws {
        try SwiftSite.with(Self.source, children: 1) { server throws in
            for text in ["free(): ", "MSW0422", "GET /app"] { server.allowLog(containing: text) }
            let pid = try server.app().text
            #expect(throws: (any Error).self) { try server.app(kind) }
            try server.expectLog(
                containing: "MSW0421: signal 6, address 0x0, in the request \"GET /app/x.do?\(kind)"
            )
            try server.expectLog(containing: "exit signal Abort")
            #expect(eventually { (try? server.app().status) == 200 })
            #expect(try server.app().text != pid)
        }
    }
}
