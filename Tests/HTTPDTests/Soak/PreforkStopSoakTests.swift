// SPDX-License-Identifier: Apache-2.0
//
// Prefork ends its children in a signal handler, at any point of their code: 300 times, compared
// with a handler in C. make soak.

import Foundation
import ModSwiftTesting
import Testing

@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK"] != nil), .serialized,
    .timeLimit(.minutes(40)))
struct PreforkStopSoakTests {
    private static let rounds = 300

    /// Allocates continuously, and has cleanups that do so, too.
    private static let module = """
        #include <stdlib.h>
        #include <time.h>
        #include "httpd.h"
        #include "http_config.h"
        #include "http_protocol.h"
        static apr_status_t clean(void *kept)
        {
            free(kept);
            free(malloc(100));
            return APR_SUCCESS;
        }
        static int content(request_rec *r)
        {
            time_t end = time(NULL) + 60;
            if (strcmp(r->handler, "work") != 0) return DECLINED;
            apr_pool_cleanup_register(r->pool, malloc(100), clean, apr_pool_cleanup_null);
            apr_pool_cleanup_register(r->server->process->pool, malloc(100), clean, clean);
            while (r->args != NULL && time(NULL) < end) {
                void *values[200];
                int i;
                for (i = 0; i < 200; i++) values[i] = malloc(100 + i);
                for (i = 0; i < 200; i++) free(values[i]);
            }
            ap_rputs("done", r);
            return OK;
        }
        static void hooks(apr_pool_t *p)
        {
            ap_hook_handler(content, NULL, NULL, APR_HOOK_MIDDLE);
        }
        module AP_MODULE_DECLARE_DATA work_module = {
            STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, hooks
        };
        """

    private struct Times {
        var all: [Duration] = []
        /// Children to which httpd had to send another signal, or which it had to kill.
        var late = 0

        var slowest: Duration { all.max() ?? .zero }
        var text: String {
            let sorted = all.sorted()
            return
                "\(all.count) restarts and stops, median \(sorted[sorted.count / 2]), slowest \(slowest), "
                + "\(late) of httpd's lines on children that did not end"
        }
    }

    @Test func restartsAndStopsAreNoSlowerThanWithAHandlerInC() throws {
        let swift = try SwiftSite.with(
            PreforkStopTests.source, mpm: .prefork, global: "SwiftTrapDrain 0", children: 2
        ) { server throws in
            _ = try server.app()
            return try Self.measure(server, "/app/x.do?work")
        }
        print("Swift: \(swift.text)")
        let c = try withTemporaryDirectory { folder in
            let text = """
                \(try CModule.make("work", Self.module, in: folder))
                <Location "/work">
                    SetHandler work
                </Location>
                """
            var configuration = HTTPDConfiguration(mpm: .prefork, text: text)
            configuration.children = 2
            return try HTTPD.with(configuration) { try Self.measure($0, "/work?work") }
        }
        print("C: \(c.text)")
        #expect(swift.late <= c.late)
        // The machine's load may differ between the two.
        #expect(swift.slowest <= c.slowest + .seconds(1))
    }

    private static func measure(_ server: HTTPD, _ path: String) throws -> Times {
        server.allowLog(containing: "AH0004")
        var times = Times()
        for round in 0..<rounds {
            let clients = try (0..<6).map { _ in
                let client = try server.connect()
                try client.write("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                return client
            }
            Thread.sleep(forTimeInterval: 0.1 + Double(round % 10) / 100)
            let start = ContinuousClock.now
            if round % 2 == 0 {
                try server.restart(graceful: false)
                times.all.append(ContinuousClock.now - start)
            } else {
                try server.stop()
                times.all.append(ContinuousClock.now - start)
                try server.start()
            }
            _ = clients
        }
        let log = server.errorLog()
        times.late = ["AH00045", "AH00046"].reduce(0) { count, code in
            count + log.components(separatedBy: code).count - 1
        }
        return times
    }
}
