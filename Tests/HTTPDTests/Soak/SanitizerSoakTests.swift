// SPDX-License-Identifier: Apache-2.0
//
// The load of many traps, and that of every feature, against a library that scripts/sanitize has
// compiled. A sanitizer's report fails that script, not these tests.

import Foundation
import ModSwiftTesting
import Testing

@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["MOD_SWIFT_SANITIZER"] != nil), .serialized,
    .timeLimit(.minutes(20)))
struct SanitizerSoakTests {
    /// With children that are replaced, and with children that stay.
    @Test(arguments: ["1", "1000"])
    func manyTrapsAreBorneUnderASanitizer(_ drain: String) throws {
        let report = try TrapLoad.keepUp(for: .seconds(60), drain: drain)
        print("SwiftTrapDrain \(drain): \(report.text)")
        report.check()
        #expect(report.late > 0)
    }

    /// One store for each kind of access: files, this process, a file of httpd's library, a cache
    /// of httpd's, a database.
    @Test(arguments: [SessionBackend.file, .memory, .dbm, .shmcb, .dbd])
    func everyFeatureIsUsedUnderASanitizer(_ store: SessionBackend) throws {
        let counts = try FeatureLoad.keepUp(for: .seconds(30), store: store)
        print(
            "\(store): \(counts.values.reduce(0, +)) responses, \(counts.sorted { $0.key < $1.key })"
        )
        #expect(counts.count == FeatureLoad.targetCount)
    }
}
