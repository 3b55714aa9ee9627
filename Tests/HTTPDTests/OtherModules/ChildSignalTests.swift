// SPDX-License-Identifier: Apache-2.0
//
// Modules that prevent the system from reporting how a child process has ended, as scripts in
// mod_perl and PHP may do: `$SIG{CHLD} = 'IGNORE'`.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)), .coldCache)
struct ChildSignalTests {
    private static let ignoring = "signal(SIGCHLD, SIG_IGN);"

    private static let waiting = """
        pthread_t thread;
        pthread_create(&thread, NULL, wait_for_all, NULL);
        """

    private static func source(atStart: String) -> String {
        """
        #include <pthread.h>
        #include <signal.h>
        #include <sys/wait.h>
        #include <unistd.h>
        #include "httpd.h"
        #include "http_config.h"
        static void *wait_for_all(void *unused)
        {
            while (1) {
                while (waitpid(-1, NULL, 0) > 0) {}
                usleep(100);
            }
            return NULL;
        }
        static void child_init(apr_pool_t *p, server_rec *s)
        {
            \(atStart)
            (void)wait_for_all;
        }
        static void hooks(apr_pool_t *p)
        {
            ap_hook_child_init(child_init, NULL, NULL, APR_HOOK_REALLY_FIRST);
        }
        module AP_MODULE_DECLARE_DATA sigchld_module = {
            STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, hooks
        };
        """
    }

    private static let handler = """
        func handler(_ req: Request) -> String {
            if req.args == "trap" { fatalError("trapped here") }
            return "good"
        }
        """

    @Test(arguments: [("ignored", ignoring), ("taken", waiting)], MPM.allCases)
    func buildsAndReportsDoNotNeedIt(_ kind: (name: String, atStart: String), mpm: MPM) throws {
        try withTemporaryDirectory { folder in
            let module = try CModule.make(
                "sigchld", Self.source(atStart: kind.atStart), in: folder)
            try SwiftSite.with(
                Self.handler, mpm: mpm, directives: "SwiftDebug On", global: module
            ) { server throws in
                #expect(try server.app().text == "good")
                #expect(try server.app("trap").text.contains("in handler(_:)"))
                try server.expectLog(containing: "MSW0401: SwiftHandler app")
                try server.writeApp("func handler(_ req: Request) -> String { broken }")
                let page = try server.app()
                #expect(page.status == 500)
                #expect(page.text.contains("cannot find"), "\(page.text)")
                server.allowLog(containing: "swift:error")
                server.allowLog(containing: "Fatal error")
            }
        }
    }
}
