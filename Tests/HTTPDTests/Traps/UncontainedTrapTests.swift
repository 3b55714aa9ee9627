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

    /// The search for the callers of a fault must not end the process without a message, however
    /// damaged the stack is.
    @Test func aFaultWithoutAStackIsReported() throws {
        let source = """
            #include <httpd.h>
            #include <http_config.h>

            static int lose_stack(request_rec *r)
            {
                if (r->handler == NULL || strcmp(r->handler, "lost") != 0) {
                    return DECLINED;
                }
            #ifdef __x86_64__
                __asm__ volatile("mov $4096, %rsp; pop %rax");
            #else
                __asm__ volatile("mov x1, #4096; mov sp, x1; ldr x0, [sp]");
            #endif
                return OK;
            }

            static void hooks(apr_pool_t *p)
            {
                ap_hook_handler(lose_stack, NULL, NULL, APR_HOOK_FIRST);
            }

            module AP_MODULE_DECLARE_DATA lost_module = {
                STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, hooks, 0
            };
            """
        try withTemporaryDirectory { folder in
            let global = """
                \(try CModule.make("lost", source, in: folder))
                <Location "/lost">
                    SetHandler lost
                </Location>
                """
            // The only thread has a second stack, for signals, since it has called a handler.
            try SwiftSite.with(Self.source, global: global, children: 1, threads: 1) {
                server throws in
                for text in ["MSW0422", "GET /lost"] { server.allowLog(containing: text) }
                let pid = try server.app().text
                #expect(throws: (any Error).self) { try server.get("/lost") }
                try server.expectLog(
                    containing:
                        "MSW0421: signal 11, address 0x1000, in no request of a Swift handler, "
                        + "at mod_lost.so+0x")
                try server.expectLog(containing: "exit signal Segmentation fault")
                #expect(eventually { (try? server.app().status) == 200 })
                #expect(try server.app().text != pid)
            }
        }
    }
}
