// SPDX-License-Identifier: Apache-2.0
//
// Traps that no jump may lead out of: what libdispatch has called, and what the C library has found to
// be broken.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct UncontainedTrapTests {
    private static let source = """
        import Dispatch
        import Glibc

        @inline(never) func broken() -> Int { let none: [Int] = []; return none[Int(getpid())] }
        nonisolated(unsafe) var memory: UnsafeMutableRawPointer?
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
            case "free":
                memory = malloc(1_000)
                for _ in 1...3 { free(memory) }
            case "abort": abort()
            default: break
            }
            return "\\(getpid())"
        }
        """

    @Test(arguments: ["perform", "sync"], [MPM.event, .prefork])
    func aTrapBelowLibdispatchKeepsItsThread(_ kind: String, _ mpm: MPM) throws {
        try SwiftSite.with(
            Self.source, mpm: mpm, global: "GracefulShutdownTimeout 2", children: 1
        ) { server throws in
            DrainTests.allowStories(server)
            for text in ["MSW0403", "MSW0407"] { server.allowLog(containing: text) }
            let pid = try server.app().text
            #expect(throws: (any Error).self) { try server.app(kind) }
            try server.expectLog(containing: "MSW0750: a handler trapped: ")
            #expect(eventually { (try? server.app().text) != pid })
            #expect(try server.app().status == 200)
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
