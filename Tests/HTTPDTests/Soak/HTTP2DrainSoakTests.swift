// SPDX-License-Identifier: Apache-2.0
//
// Requests over HTTP/2 while children are replaced after traps, compared with children that end by
// httpd's own graceful stop, without the module: make soak.

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

    private static let protocols = "Protocols h2c http/1.1"

    @Test(arguments: [MPM.event, .worker])
    func drainsLoseNoMoreThanHTTPDsOwnGracefulEnds(_ mpm: MPM) throws {
        let drains = try Self.drains(mpm)
        print("\(mpm), \(Self.ends) drains after traps: \(drains.text)")
        let own = try Self.gracefulEnds(mpm)
        print("\(mpm), \(Self.ends) children's ends without the module: \(own.text)")
        #expect(drains.answers > 10_000)
        #expect(own.answers > 10_000)
        // The number of ends is the same, and so is the number of open streams at each; the rest is
        // chance.
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

    /// Ends one child after the other as in a graceful restart.
    private static func gracefulEnds(_ mpm: MPM) throws -> HTTP2Load.Report {
        try withTemporaryDirectory { folder in
            let text = """
                \(try FineModule.make(in: folder))
                \(protocols)
                """
            var configuration = HTTPDConfiguration(mpm: mpm, modules: ["http2"], text: text)
            configuration.children = 2
            return try HTTPD.with(configuration) { server throws in
                return try HTTP2Load.run(server, "/fine", connections: 6, streams: 5) { () throws in
                    // A graceful restart ends two children.
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
