// SPDX-License-Identifier: Apache-2.0
//
// Stacks that end in the allocator, for ten minutes, beside an unrelated handler: make soak.

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
        #expect(load.traps > load.load.answers / 150)
        // The children that trapped have been replaced, one per second.
        #expect(load.load.percentile(0.99) < .seconds(1))
    }

    private static func text(_ load: LoadReport) -> String {
        let p = [0.5, 0.99, 0.999].map { load.percentile($0) }
        return """
            \(load.answers) answers of the other handler, median \(p[0]), p99 \(p[1]), p99.9 \(p[2]), slowest \
            \(load.longest), \(load.retries) kept connections closed
            """
    }

    /// One percent of the requests trap.
    private final class Share: Sendable {
        let others = Atomic(0)
        let traps = Atomic(0)

        /// - Returns: Whether the next trap is due; if so, it is counted.
        func takeTurn() -> Bool {
            let count = traps.load(ordering: .relaxed)
            guard others.load(ordering: .relaxed) / 99 > count else { return false }
            return traps.compareExchange(
                expected: count, desired: count + 1, ordering: .relaxed
            ).exchanged
        }
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
            let share = Share()
            let load = try server.hammer(
                "/app/x.other", connections: 8, timeout: .seconds(60), limit: .seconds(7200)
            ) {
                share.others.add(1, ordering: .relaxed)
                guard $0.text == text else { throw Unexpected(text: $0.text) }
            } while: {
                let end = ContinuousClock.now + time
                // One client would not be enough: each of its requests takes a tenth of a second.
                let clients = Eventual.all(traps ? 8 : 0) { () throws -> Int in
                    var wrong = 0
                    while ContinuousClock.now < end {
                        guard share.takeTurn() else {
                            Thread.sleep(forTimeInterval: 0.01)
                            continue
                        }
                        let response = try server.post(
                            "/app/x.do?json", .bytes(body), timeout: .seconds(60))
                        if response.status != 500 { wrong += 1 }
                    }
                    return wrong
                }
                Thread.sleep(until: Date(timeIntervalSinceNow: Double(time.components.seconds)))
                let wrong = try clients.reduce(0) { $0 + (try $1.get()) }
                #expect(wrong == 0)
            }
            #expect(load.errors == [:])
            #expect(load.statuses == [200: load.answers])
            #expect(!server.errorLog().contains("exit signal"), "a child was lost")
            #expect(!server.errorLog().contains("MSW0407"), "a thread was stuck")
            return (load, share.traps.load(ordering: .relaxed))
        }
    }
}
