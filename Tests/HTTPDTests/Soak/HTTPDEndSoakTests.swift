// SPDX-License-Identifier: Apache-2.0
//
// What httpd without the module loses when its children end by MaxConnectionsPerChild, under the load of
// TrapSoakTests: what that loses is compared with this. make soak.

import Foundation
import ModSwiftTesting
import Testing

@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK"] != nil), .serialized,
    .timeLimit(.minutes(30)))
struct HTTPDEndSoakTests {
    private static let seconds = 180.0

    @Test(arguments: [MPM.event, .worker])
    func childrenOfAHundredConnectionsWithoutTheModule(_ mpm: MPM) throws {
        let load = try Self.with(mpm) { server throws in
            try server.hammer("/fine?quick", connections: 64, limit: .seconds(7200)) {
                guard $0.text == "fine" else { throw Unexpected(text: $0.text) }
            } while: {
                Thread.sleep(forTimeInterval: Self.seconds)
            }
        }
        print(
            "\(mpm), without the module, MaxConnectionsPerChild 100, 3 minutes: \(load.answers) answers on "
                + "\(load.connections) connections, \(load.retries) kept connections closed, "
                + "slowest \(load.longest), errors \(load.errors)")
        #expect(load.answers > 10_000)
        #expect(load.errors.values.reduce(0, +) < load.answers / 10_000)
    }

    @Test(arguments: [MPM.event, .worker])
    func childrenOfAHundredConnectionsOverHTTP2WithoutTheModule(_ mpm: MPM) throws {
        let load = try Self.with(mpm, modules: ["http2"], "Protocols h2c http/1.1") { server in
            HTTP2Load.run(server, "/fine?quick", connections: 12, streams: 5, text: "fine") {
                Thread.sleep(forTimeInterval: Self.seconds)
            }
        }
        print(
            "\(mpm), HTTP/2, without the module, MaxConnectionsPerChild 100, 3 minutes: \(load.text)"
        )
        #expect(load.answers > 10_000)
        #expect(load.wrong == [:])
    }

    private static func with<Result>(
        _ mpm: MPM, modules: [String] = [], _ global: String = "", _ body: (HTTPD) throws -> Result
    ) throws -> Result {
        try withTemporaryDirectory { folder in
            var configuration = HTTPDConfiguration(
                mpm: mpm, modules: modules,
                text: """
                    \(try FineModule.make(in: folder))
                    \(TrapSoakTests.shortLives)
                    \(global)
                    """)
            configuration.children = 4
            return try HTTPD.with(configuration) { server throws in
                // There are fewer children for a moment.
                for words in ["server reached MaxRequestWorkers", "AH00288", "AH00161"] {
                    server.allowLog(containing: words)
                }
                return try body(server)
            }
        }
    }
}
