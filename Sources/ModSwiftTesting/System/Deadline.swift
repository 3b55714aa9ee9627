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
    /// - Returns: Whether it became true in time.
    func wait(until condition: () throws -> Bool) rethrows -> Bool {
        var pause: useconds_t = 1000
        while true {
            if try condition() { return true }
            guard !hasPassed else { return false }
            usleep(pause)
            pause = min(pause * 2, 20_000)
        }
    }
}
