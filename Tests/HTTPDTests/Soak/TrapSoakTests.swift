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
    @Test func twentyMinutesOfTrapsHangNothingAndLoseNothing() throws {
        let report = try TrapLoad.keepUp(for: .seconds(20 * 60))
        print("traps for 20 minutes: \(report.text)")
        report.check()
        #expect(report.answers > 200_000)
        #expect(report.late > 100)
        #expect(report.longest < .seconds(20))
        // What a trap leaves behind goes with its child.
        #expect(report.peaks[3] <= report.peaks[0] * 5 / 4)
        let (first, last) = (report.samples[report.samples.count / 4], report.samples.last)
        #expect((last?.parent ?? 0) <= first.parent + 256)
        #expect(report.samples.suffix(100).allSatisfy { $0.descriptors <= first.descriptors + 8 })
    }
}
