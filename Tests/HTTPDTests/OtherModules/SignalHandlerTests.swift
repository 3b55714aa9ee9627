// SPDX-License-Identifier: Apache-2.0
//
// Modules that install signal handlers without the guard's knowledge, as Python's fault handler
// does: for every signal of a trap, when a child starts or later.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct SignalHandlerTests {
    /// Does what faulthandler.enable() does: a handler that prints something, restores the previous
    /// one, and raises the signal again; with an alternate stack that is too small for others. It
    /// also sets a mask, as POSIX::sigprocmask does.
    private static let rival = """
        #include <signal.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>
        #include "httpd.h"
        #include "http_config.h"
        #include "http_protocol.h"
        static const int signals[] = { SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT };
        static struct sigaction before[6];
        static void handle(int signal)
        {
            char text[] = "rival: signal 00\\n";
            int i;
            text[14] = '0' + signal / 10;
            text[15] = '0' + signal % 10;
            if (write(2, text, strlen(text)) < 0) _exit(1);
            for (i = 0; i < 6; i++) {
                if (signals[i] == signal) sigaction(signal, &before[i], NULL);
            }
            raise(signal);
        }
        static void install(void)
        {
            struct sigaction action = { .sa_handler = handle, .sa_flags = SA_NODEFER | SA_ONSTACK };
            stack_t stack = { .ss_size = 8192 };
            sigset_t set;
            int i;
            for (i = 0; i < 6; i++) {
                struct sigaction present;
                sigaction(signals[i], &action, &present);
                if (present.sa_handler != handle) before[i] = present;
            }
            stack.ss_sp = malloc(stack.ss_size);
            sigaltstack(&stack, NULL);
            sigemptyset(&set);
            for (i = 0; i < 6; i++) sigaddset(&set, signals[i]);
            pthread_sigmask(SIG_BLOCK, &set, NULL);
        }
        static void child_init(apr_pool_t *p, server_rec *s)
        {
            if (getenv("RIVAL_AT_START")) install();
        }
        static int content(request_rec *r)
        {
            if (strcmp(r->handler, "rival") != 0) return DECLINED;
            if (strcmp(r->args ? r->args : "", "ending") == 0) {
                signal(SIGUSR1, SIG_IGN);
                signal(SIGHUP, SIG_DFL);
            }
            else if (strcmp(r->args ? r->args : "", "default") == 0) {
                int i;
                for (i = 0; i < 6; i++) signal(signals[i], SIG_DFL);
            }
            else {
                install();
            }
            ap_rputs("installed", r);
            return OK;
        }
        static void hooks(apr_pool_t *p)
        {
            ap_hook_child_init(child_init, NULL, NULL, APR_HOOK_REALLY_LAST);
            ap_hook_handler(content, NULL, NULL, APR_HOOK_MIDDLE);
        }
        module AP_MODULE_DECLARE_DATA rival_module = {
            STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, hooks
        };
        """

    /// Traps of each kind, and a fault that is not a trap.
    static let source = """
        import Glibc

        nonisolated(unsafe) var nowhere: UnsafeMutablePointer<Int>?
        @inline(never) func depth(_ n: Int) -> Int { n < 0 ? 0 : depth(n + 1) &+ depth(n + 2) }
        @inline(never) func fault() { nowhere = .init(bitPattern: 64); nowhere?.pointee = 1 }

        func handler(_ req: Request) -> String {
            let zero = Int(req.bytesSent)
            switch req.args {
            case "check": return "\\([1, 2][zero + 2])"
            case "stack": return "\\(depth(zero))"
            case "cast":
                let any: Any = zero
                return any as! String
            case "fault": fault()
            default: break
            }
            return "\\(getpid())"
        }
        """

    static let traps = ["check", "stack", "cast"]

    /// A site with the rival module, and a library that is named like Python's.
    private static func withRival(
        _ mpm: MPM, atStart: Bool, drain: Int = 0, _ body: (HTTPD) throws -> Void
    ) throws {
        try withTemporaryDirectory { folder in
            let module = try CModule.make("rival", rival, in: folder)
            let library = "\(folder)/libpython0.so"
            try Shell.run(["sh", "-c", "echo 'int none;' | gcc -shared -o \(library) -x c -"])
            let global = """
                \(module)
                LoadFile "\(library)"
                <Location "/rival">
                    SetHandler rival
                </Location>
                """
            try withTraps(
                mpm, drain: drain, global: global, children: 1,
                environment: atStart ? ["RIVAL_AT_START": "1"] : [:]
            ) { server in
                server.allowLog(containing: "rival: ")
                try body(server)
            }
        }
    }

    /// Runs a body with a site whose handler traps whenever the query says so.
    ///
    /// - Parameters:
    ///   - drain: The number of traps after which a child is replaced; 0: never.
    ///   - global: Lines at server level.
    static func withTraps(
        _ mpm: MPM, drain: Int = 0, global: String, children: Int = 2,
        environment: [String: String] = [:], files: [String: String] = [:],
        _ body: (HTTPD) throws -> Void
    ) throws {
        try SwiftSite.with(
            source, mpm: mpm, directives: "SwiftTrapLimit 0",
            global: "SwiftTrapDrain \(drain)\n\(global)", children: children,
            environment: environment, files: files
        ) { server in
            for text in ["MSW0401", "Could not cast"] { server.allowLog(containing: text) }
            try body(server)
        }
    }

    @Test(arguments: MPM.allCases)
    func handlersThatAreInstalledWhenAChildStartsComeSecond(_ mpm: MPM) throws {
        try Self.withRival(mpm, atStart: true) { server throws in
            for kind in Self.traps { #expect(try server.app(kind).status == 500) }
            try server.expectLog(
                containing: "MSW0755: for SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE")
            #expect(server.errorLog().contains("mod_rival.so came in front of mod_swift's"))
            #expect(!server.errorLog().contains("exit signal"))
            #expect(!server.errorLog().contains("rival: signal"))
        }
    }

    @Test(arguments: MPM.allCases)
    func handlersThatAreInstalledByARequestComeSecond(_ mpm: MPM) throws {
        try Self.withRival(mpm, atStart: false) { server throws in
            // The process that has the rival's handlers is the one that traps.
            func trap(_ kind: String, behind rival: String) throws {
                let connection = try server.connect()
                #expect(try connection.request("GET", "/app/x.do").status == 200)
                #expect(try connection.request("GET", rival).text == "installed")
                #expect(try connection.request("GET", "/app/x.do?\(kind)").status == 500, "\(kind)")
            }
            for kind in Self.traps + Self.traps {
                try trap(kind, behind: "/rival")
                try trap(kind, behind: "/rival?default")
            }
            try server.expectLog(containing: "mod_rival.so came in front of mod_swift's")
            try server.expectLog(containing: "the system's default action came in front of")
            #expect(!server.errorLog().contains("exit signal"))
            #expect(!server.errorLog().contains("rival: signal"))
        }
    }

    /// A library with an abort() of its own, like a sanitizer's: the guard recognizes the runtime's
    /// aborts by the caller of libc's abort().
    @Test func abortsAreContainedWhereALibraryHasOneOfItsOwn() throws {
        let source = """
            #include <dlfcn.h>
            static void (*real)(void);
            static void __attribute__((constructor)) find(void)
            {
                real = dlsym(dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD), "abort");
            }
            void leave(void) __asm__("abort");
            void leave(void) { real(); }
            """
        try withTemporaryDirectory { folder in
            let library = "\(folder)/abort.so"
            try source.write(toFile: "\(folder)/abort.c", atomically: true, encoding: .utf8)
            try Shell.run(["gcc", "-shared", "-fPIC", "-O2", "-o", library, "\(folder)/abort.c"])
            try Self.withTraps(
                .event, global: "", children: 1, environment: ["LD_PRELOAD": library]
            ) { server throws in
                for _ in 0..<3 { #expect(try server.app("cast").status == 500) }
                #expect(!server.errorLog().contains("exit signal"))
            }
        }
    }

    /// A signal that is not a trap reaches the displaced handler, and then httpd, once each.
    @Test(arguments: MPM.allCases, [true, false])
    func whatIsNoTrapIsHandedOn(_ mpm: MPM, atStart: Bool) throws {
        try Self.withRival(mpm, atStart: atStart) { server throws in
            let connection = try server.connect()
            let pid = try connection.request("GET", "/app/x.do").text
            if !atStart { #expect(try connection.request("GET", "/rival").text == "installed") }
            #expect(throws: (any Error).self) { try connection.request("GET", "/app/x.do?fault") }
            try server.expectLog(
                containing: "MSW0421: signal 11, address 0x40")
            try server.expectLog(containing: "exit signal Segmentation fault")
            server.allowLog(containing: "MSW0422")
            server.allowLog(containing: "GET /app")
            let log = server.errorLog()
            #expect(log.contains("[pid \(pid)] MSW0421"))
            #expect(log.components(separatedBy: "MSW0421").count == 2)
            #expect(log.components(separatedBy: "rival: signal 11").count == 2)
            #expect(try server.app().status == 200)
        }
    }

    /// A script may have changed the signals by which httpd ends children.
    @Test(arguments: MPM.allCases)
    func aChildIsReplacedThatIgnoresTheSignalForIt(_ mpm: MPM) throws {
        try Self.withRival(mpm, atStart: false, drain: 1) { server throws in
            let connection = try server.connect()
            let pid = try connection.request("GET", "/app/x.do").text
            #expect(try connection.request("GET", "/rival?ending").text == "installed")
            #expect(try connection.request("GET", "/app/x.do?check").status == 500)
            try server.expectLog(containing: "MSW0403: child \(pid) ")
            let process = try #require(pid_t(pid))
            #expect(eventually { kill(process, 0) != 0 })
            #expect(try server.app().status == 200)
            #expect(!server.errorLog().contains("exit signal"))
        }
    }
}
