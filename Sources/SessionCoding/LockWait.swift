// SPDX-License-Identifier: Apache-2.0

/// The pauses between two attempts to take a lock.
package struct LockWait: Sendable {
    private var pause: UInt32
    private let longest: UInt32

    /// - Parameters:
    ///   - first: The first pause in microseconds.
    ///   - longest: The maximum pause in microseconds.
    package init(first: UInt32 = 50, longest: UInt32 = 2000) {
        pause = first
        self.longest = longest
    }

    /// Returns the next pause in microseconds: twice the last one, up to the maximum.
    ///
    /// - Parameters:
    ///   - left: The time in microseconds until the timeout.
    ///   - random: Any number; it spreads the attempts of waiters that began together.
    /// - Returns: Nil after the timeout.
    package mutating func next(left: Int, random: UInt32) -> UInt32? {
        guard left > 0 else { return nil }
        let spread = pause / 2 + random % max(pause / 2 + 1, 1)
        pause = min(pause * 2, longest)
        return min(spread, UInt32(clamping: left))
    }
}
