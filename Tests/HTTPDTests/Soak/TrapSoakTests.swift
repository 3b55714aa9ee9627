// SPDX-License-Identifier: Apache-2.0
//
// Traps for a long time: make soak.

import Foundation
import ModSwiftTesting
import Testing

@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK"] != nil), .serialized,
    .timeLimit(.minutes(40)))
struct TrapSoakTests {
    /// The duration, from MOD_SWIFT_SOAK_MINUTES.
    private static let minutes =
        ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK_MINUTES"].flatMap { Int($0) } ?? 20

    @Test func twentyMinutesOfTrapsHangNothingAndLoseNothing() throws {
        let report = try TrapLoad.keepUp(for: .seconds(Self.minutes * 60))
        print("traps for \(Self.minutes) minutes: \(report.text)")
        report.check()
        #expect(report.answers > 10_000 * Self.minutes)
        #expect(report.late > 5 * Self.minutes)
        #expect(report.longest < .seconds(20))
        // The memory that a trap leaves behind is freed when its child ends.
        #expect(report.peaks[3] <= report.peaks[0] * 5 / 4)
        let (first, last) = (report.samples[report.samples.count / 4], report.samples.last)
        #expect((last?.parent ?? 0) <= first.parent + 256)
        #expect(report.samples.suffix(100).allSatisfy { $0.descriptors <= first.descriptors + 8 })
    }

    /// Makes children end for two reasons at the same time.
    static let shortLives = "MaxConnectionsPerChild 100\nMaxKeepAliveRequests 20"

    @Test(arguments: [MPM.event, .worker, .prefork])
    func childrenOfAHundredConnectionsLoseNothing(_ mpm: MPM) throws {
        let report = try TrapLoad.keepUp(
            for: .seconds(3 * 60), mpm: mpm, global: Self.shortLives)
        print("\(mpm), MaxConnectionsPerChild 100, 3 minutes: \(report.text)")
        // Event itself loses some: findings/httpd-event-child-end.sh.
        report.check(resets: mpm == .event ? report.answers / 20_000 : 0)
        #expect(report.answers > 10_000)
    }

    @Test(arguments: [MPM.event, .worker])
    func trapsOverHTTP2LoseFewerThanOneStreamInAThousand(_ mpm: MPM) throws {
        let (load, sums, log) = try TrapLoad.keepUpHTTP2(
            for: .seconds(3 * 60), mpm: mpm, global: Self.shortLives)
        let drains = sums["SwiftDrains"] ?? 0
        let traps = load.statuses[500] ?? 0
        print(
            "\(mpm), HTTP/2, MaxConnectionsPerChild 100, 3 minutes: \(load.text), statuses "
                + "\(load.statuses), \(drains) drains, sums \(sums.filter { $0.key.hasPrefix("Swift") })"
        )
        #expect(load.answers > 10_000)
        #expect(load.wrong == [:])
        #expect(Set(load.statuses.keys).isSubset(of: [0, 200, 500]))
        #expect(traps >= load.answers / 400 && traps <= load.answers / 50)
        // httpd's own graceful ends lose streams, too: HTTP2DrainSoakTests.
        #expect(load.losses < load.answers / 1_000)
        #expect((sums["SwiftTraps"] ?? 0) >= traps)
        #expect(!log.contains("exit signal"), "a child was lost")
        #expect(!log.contains("MSW0422"), "a child was lost with its requests")
    }
}
