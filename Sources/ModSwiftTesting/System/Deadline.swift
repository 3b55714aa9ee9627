// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A point in time at which waiting ends.
struct Deadline: Sendable {
    private let end: ContinuousClock.Instant

    init(after duration: Duration) { end = ContinuousClock.now + duration }

    var hasPassed: Bool { ContinuousClock.now >= end }

    /// The remaining time, for `poll`: rounded up, never negative.
    var milliseconds: CInt {
        let left = max(.zero, ContinuousClock.now.duration(to: end))
        let whole = Int64((left / Duration.milliseconds(1)).rounded(.up))
        return CInt(clamping: whole)
    }

    /// Checks a condition repeatedly, at least once.
    ///
    /// - Parameters:
    ///   - first: The first pause, in microseconds; longer if the condition is expensive.
    ///   - condition: The condition.
    /// - Returns: Whether it became true in time.
    func wait(
        pausing first: useconds_t = 1000, until condition: () throws -> Bool
    ) rethrows -> Bool {
        var pause = first
        while true {
            if try condition() { return true }
            guard !hasPassed else { return false }
            usleep(pause)
            pause = max(first, min(pause * 2, 20_000))
        }
    }
}
