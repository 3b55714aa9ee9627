// SPDX-License-Identifier: Apache-2.0

/// The pauses between two tries to take a lock.
package struct LockWait: Sendable {
    private var pause: UInt32
    private let longest: UInt32

    /// - Parameters:
    ///   - first: Microseconds.
    ///   - longest: Microseconds.
    package init(first: UInt32 = 50, longest: UInt32 = 2000) {
        pause = first
        self.longest = longest
    }

    /// The next pause in microseconds: twice as long as the last one, up to the longest.
    ///
    /// - Parameters:
    ///   - left: Microseconds until the time-out.
    ///   - random: Any number; waiters that began together do not go on together.
    /// - Returns: Nil when the time is over.
    package mutating func next(left: Int, random: UInt32) -> UInt32? {
        guard left > 0 else { return nil }
        let spread = pause / 2 + random % max(pause / 2 + 1, 1)
        pause = min(pause * 2, longest)
        return min(spread, UInt32(clamping: left))
    }
}
