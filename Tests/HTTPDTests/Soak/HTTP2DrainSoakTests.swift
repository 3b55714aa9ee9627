// SPDX-License-Identifier: Apache-2.0
//
// Requests over HTTP/2 while children are replaced after traps, against children that end in httpd's own
// graceful way, without the module: make soak.

import Foundation
import ModSwiftTesting
import Testing

@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK"] != nil), .serialized,
    .timeLimit(.minutes(30)))
struct HTTP2DrainSoakTests {
    private static let ends = 24

    private static let source = """
        import Glibc

        @inline(never) func broken() -> Int { let none: [Int] = []; return none[Int(getpid())] }
        func handler(_ req: Request) -> String {
            usleep(2_000)
            return req.args == "trap" ? "\\(broken())" : "fine"
        }
        """

    /// Takes as long as the handler.
    private static let module = """
        #include <unistd.h>
        #include "httpd.h"
        #include "http_config.h"
        #include "http_protocol.h"
        static int content(request_rec *r)
        {
            if (strcmp(r->handler, "fine") != 0) return DECLINED;
            usleep(2000);
            ap_set_content_type(r, "text/plain");
            ap_rputs("fine", r);
            return OK;
        }
        static void hooks(apr_pool_t *p)
        {
            ap_hook_handler(content, NULL, NULL, APR_HOOK_MIDDLE);
        }
        module AP_MODULE_DECLARE_DATA fine_module = {
            STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, hooks
        };
        """

    private static let protocols = "Protocols h2c http/1.1"

    @Test(arguments: [MPM.event, .worker])
    func drainsLoseNoMoreThanHTTPDsOwnGracefulEnds(_ mpm: MPM) throws {
        let drains = try Self.drains(mpm)
        print("\(mpm), \(Self.ends) drains after traps: \(drains.text)")
        let own = try Self.gracefulEnds(mpm)
        print("\(mpm), \(Self.ends) children's ends without the module: \(own.text)")
        #expect(drains.answers > 10_000)
        #expect(own.answers > 10_000)
        // As many ends, and as many streams under way at each: the rest is chance.
        #expect(drains.losses <= own.losses * 3 / 2 + 10)
    }

    private static func drains(_ mpm: MPM) throws -> HTTP2Load.Report {
        try SwiftSite.with(
            source, mpm: mpm, modules: ["http2"], directives: "SwiftTrapLimit 0",
            global: protocols, children: 2
        ) { server throws in
            DrainTests.allowStories(server)
            #expect(try server.app().text == "fine")
            return try HTTP2Load.run(server, "/app/x.do", connections: 6, streams: 5) { () throws in
                for _ in 0..<ends {
                    #expect(try server.app("trap").status == 500)
                    try server.expectLog(containing: "MSW0403")
                }
                Thread.sleep(forTimeInterval: 3)
            }
        }
    }

    /// One child after the other is asked to end, as at a graceful restart.
    private static func gracefulEnds(_ mpm: MPM) throws -> HTTP2Load.Report {
        try withTemporaryDirectory { folder in
            let text = """
                \(try CModule.make("fine", module, in: folder))
                \(protocols)
                <Location "/fine">
                    SetHandler fine
                </Location>
                """
            var configuration = HTTPDConfiguration(mpm: mpm, modules: ["http2"], text: text)
            configuration.children = 2
            return try HTTPD.with(configuration) { server throws in
                return try HTTP2Load.run(server, "/fine", connections: 6, streams: 5) { () throws in
                    // A graceful restart ends two.
                    for _ in 0..<ends / 2 {
                        Thread.sleep(forTimeInterval: 2)
                        try server.restart(graceful: true)
                    }
                    Thread.sleep(forTimeInterval: 3)
                }
            }
        }
    }
}
