// SPDX-License-Identifier: Apache-2.0

import ServerRules
import SystemCalls
import Testing

@Suite
struct RememberedFailureTests {
    private let now = MonotonicTime.now

    private func fingerprint(of text: String) throws -> FileFingerprint {
        try #require(FileSystem.fingerprint(of: text))
    }

    @Test func aLastingFailureHoldsAsLongAsItsSource() throws {
        let (source, other) = (try fingerprint(of: "/etc/passwd"), try fingerprint(of: "/etc"))
        let failure = RememberedFailure(source, "no", isLasting: true, now: now)
        #expect(failure.failure == "no")
        #expect(failure.holds(for: source, now: now.advanced(bySeconds: 1e6)))
        #expect(!failure.holds(for: other, now: now) && !failure.holds(for: nil, now: now))
    }

    @Test func anyOtherHoldsForTwoSeconds() throws {
        let source = try fingerprint(of: "/etc/passwd")
        let failure = RememberedFailure(source, "no", isLasting: false, now: now)
        #expect(failure.holds(for: source, now: now.advanced(bySeconds: 1.9)))
        #expect(!failure.holds(for: source, now: now.advanced(bySeconds: 2)))
        #expect(!failure.holds(for: nil, now: now))
    }
}
