// SPDX-License-Identifier: Apache-2.0

/// How often a handler has trapped since a second, in one word that processes share: both change at
/// once.
package struct TrapCount: Equatable {
    private static let countBits = 21

    /// 0: it has not trapped.
    package let word: Int

    package init(word: Int) { self.word = word }

    /// The second at which counting began.
    package var start: Int { word >> Self.countBits }
    /// The traps since then.
    package var count: Int { word & (1 << Self.countBits - 1) }

    /// The count with one trap more.
    ///
    /// - Parameters:
    ///   - seconds: Counting begins again after so many.
    ///   - now: The present second, on a clock that only goes forward.
    package func adding(within seconds: Int, now: Int) -> TrapCount {
        let isNew = count == 0 || now - start >= seconds
        return TrapCount(word: isNew ? now << Self.countBits | 1 : word + 1)
    }
}
