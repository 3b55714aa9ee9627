// SPDX-License-Identifier: Apache-2.0
//
// Functions of the C library that end a process or a thread, or that change its signals, called by
// a handler; and the lock of the standard output.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct AuthorCallTests {
    private static let source = """
        import Dispatch
        import Glibc

        @inline(never) func broken() -> Int { let none: [Int] = []; return none[Int(getpid())] }
        struct Bad: CustomStringConvertible { var description: String { "\\(broken())" } }

        func handler(_ req: Request) -> String {
            switch req.args {
            case "exit": exit(3)
            case "quick_exit": quick_exit(3)
            case "pthread_exit": pthread_exit(nil)
            case "print": print(Bad())
            case "dump": dump(Bad())
            case "say": print("said")
            case "block", "blockProcess":
                var all = sigset_t()
                sigfillset(&all)
                if req.args == "block" {
                    pthread_sigmask(SIG_SETMASK, &all, nil)
                } else {
                    sigprocmask(SIG_BLOCK, &all, nil)
                }
                return "\\(broken())"
            case "ignore":
                for number in [SIGILL, SIGTRAP, SIGSEGV] { signal(number, SIG_IGN) }
                return "\\(broken())"
            case "default":
                var action = sigaction()
                for number in [SIGILL, SIGTRAP] { sigaction(number, &action, nil) }
                return "\\(broken())"
            case "handle":
                for number in [SIGILL, SIGTRAP] { signal(number) { _ in _exit(7) } }
                return "\\(broken())"
            case "own":
                // A signal that is not the guard's reaches the handler.
                signal(SIGUSR2) { _ in _ = write(2, "reached\\n", 8) }
                raise(SIGUSR2)
            default: break
            }
            return "\\(getpid())"
        }
        """

    private static func with(_ mpm: MPM, _ global: String = "", _ body: (HTTPD) throws -> Void)
        throws
    {
        try SwiftSite.with(source, mpm: mpm, global: global, children: 1) { server throws in
            DrainTests.allowStories(server)
            for text in ["Fatal error", "MSW0403", "MSW0755"] { server.allowLog(containing: text) }
            _ = try server.app()
            try body(server)
            #expect(!server.errorLog().contains("exit signal"))
        }
    }

    @Test(arguments: ["exit", "quick_exit", "pthread_exit"], MPM.allCases)
    func whatEndsAProcessIsATrap(_ function: String, _ mpm: MPM) throws {
        try Self.with(mpm) { server throws in
            #expect(try server.app(function).status == 500)
            try server.expectLog(containing: "trapped: a fatal error: \(function)(")
            #expect(try server.app().status == 200)
        }
    }

    @Test(
        arguments: ["block", "blockProcess", "ignore", "default", "handle"], [MPM.event, .prefork])
    func signalsOfHandlersDoNotDisableTheGuard(_ kind: String, _ mpm: MPM) throws {
        // The same process, and therefore the same signals.
        try Self.with(mpm, "SwiftTrapDrain 0") { server throws in
            for _ in 1...3 {
                #expect(try server.app(kind).status == 500)
                try server.expectLog(containing: "trapped: ")
            }
        }
    }

    /// The threads of event and worker block such signals.
    @Test func otherSignalsAreTheHandlers() throws {
        try Self.with(.prefork) { server throws in
            #expect(try server.app("own").status == 200)
            try server.expectLog(containing: "reached")
        }
    }

    /// print() holds the lock of the standard output while it calls the value's description.
    @Test(arguments: ["print", "dump"], [MPM.event, .prefork])
    func aTrapInADescriptionDoesNotLockTheOutput(_ function: String, _ mpm: MPM) throws {
        try Self.with(mpm, "SwiftTrapDrain 0") { server throws in
            server.allowLog(containing: "said")
            for _ in 1...2 { #expect(try server.app(function).status == 500) }
            for _ in 1...20 { #expect(try server.app("say").status == 200) }
        }
    }
}
