// SPDX-License-Identifier: Apache-2.0

import ServerRules
import Testing

@Suite
struct TrapCountTests {
    @Test func trapsAreCountedUntilTheTimeIsOver() {
        var count = TrapCount(word: 0)
        for trap in 1...1_000 {
            count = count.adding(within: 60, now: 100 + trap % 60)
            #expect(count.count == trap && count.start == 101)
        }
        count = count.adding(within: 60, now: 160)
        #expect(count.count == 1_001)
        count = count.adding(within: 60, now: 161)
        #expect(count.count == 1 && count.start == 161)
    }

    @Test func theFirstBeginsAtItsSecond() {
        let count = TrapCount(word: 0).adding(within: 1, now: 1 << 40)
        #expect(count.count == 1 && count.start == 1 << 40)
        #expect(TrapCount(word: count.word) == count)
    }
}
