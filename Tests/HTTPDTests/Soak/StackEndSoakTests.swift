// SPDX-License-Identifier: Apache-2.0
//
// Stacks that end in the allocator, for ten minutes, beside a handler that has nothing to do with it: make soak.

import Foundation
import ModSwiftTesting
import Synchronization
import Testing

@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK"] != nil), .serialized,
    .timeLimit(.minutes(40)))
struct StackEndSoakTests {
    @Test func oneRequestInAHundredUsesUpItsStackForTenMinutes() throws {
        let quiet = try Self.load(for: .seconds(120), traps: false)
        let load = try Self.load(for: .seconds(600), traps: true)
        print("without traps: \(Self.text(quiet.load))")
        print("with \(load.traps) traps: \(Self.text(load.load))")
        #expect(load.traps > load.load.answers / 200)
        // The children that trapped have been replaced, one a second.
        #expect(load.load.percentile(0.99) < .seconds(1))
    }

    private static func text(_ load: LoadReport) -> String {
        let p = [0.5, 0.99, 0.999].map { load.percentile($0) }
        return """
            \(load.answers) answers of the other handler, median \(p[0]), p99 \(p[1]), p99.9 \(p[2]), slowest \
            \(load.longest), \(load.retries) kept connections closed
            """
    }

    private static func load(
        for time: Duration, traps: Bool
    ) throws -> (load: LoadReport, traps: Int) {
        try SwiftSite.with(
            StackEndTests.source,
            directives: "AddHandler mod_swift .other\nSwiftHandler app::other | .other",
            global: "SwiftTrapLimit 0"
        ) { server throws in
            DrainTests.allowStories(server)
            server.allowLog(containing: "MSW0403")
            _ = try server.app()
            let text = try server.get("/app/x.other").text
            let body = [UInt8](repeating: UInt8(ascii: "["), count: 300_000)
            let others = Atomic(0)
            var count = 0
            let load = try server.hammer(
                "/app/x.other", connections: 8, limit: .seconds(7200)
            ) {
                others.add(1, ordering: .relaxed)
                guard $0.text == text else { throw Unexpected(text: $0.text) }
            } while: {
                let end = ContinuousClock.now + time
                while ContinuousClock.now < end {
                    guard traps, others.load(ordering: .relaxed) / 99 > count else {
                        Thread.sleep(forTimeInterval: 0.01)
                        continue
                    }
                    let response = try server.post(
                        "/app/x.do?json", .bytes(body))
                    #expect(response.status == 500)
                    count += 1
                }
            }
            #expect(load.errors == [:])
            #expect(load.statuses == [200: load.answers])
            #expect(!server.errorLog().contains("exit signal"), "a child was lost")
            #expect(!server.errorLog().contains("MSW0407"), "a thread was stuck")
            return (load, count)
        }
    }
}
