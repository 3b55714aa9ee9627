// SPDX-License-Identifier: Apache-2.0

/// The number of a handler's traps since a given second, in one word that processes share, so that
/// both change together.
package struct TrapCount: Equatable {
    private static let countBits = 21

    /// 0 if it has not trapped.
    package let word: Int

    package init(word: Int) { self.word = word }

    /// The second at which counting began.
    package var start: Int { word >> Self.countBits }
    /// The number of traps since then.
    package var count: Int { word & (1 << Self.countBits - 1) }

    /// Returns the count with one more trap.
    ///
    /// - Parameters:
    ///   - seconds: The time after which counting begins again.
    ///   - now: The current second of a monotonic clock.
    package func adding(within seconds: Int, now: Int) -> TrapCount {
        let isNew = count == 0 || now - start >= seconds
        return TrapCount(word: isNew ? now << Self.countBits | 1 : word + 1)
    }
}
