// SPDX-License-Identifier: Apache-2.0

internal import ServerRules
internal import SystemCalls

/// The statistics of all children about traps and handlers that took too long, in shared memory: a
/// child that has trapped soon ends, and its counts must not be lost.
struct SharedTrapStatistics {
    /// Totals since the server was started.
    enum Sum: Int, CaseIterable {
        /// Traps that ended a request.
        case traps
        /// Children that were replaced because of traps, or of a handler that did not end.
        case drains
        /// Those of them that had to be ended while threads were stuck.
        case cuts
        /// The number of times that a handler was put into quarantine.
        case quarantines
        /// Async calls that were cancelled at their limit, and failed because of that.
        case timeouts
        /// Calls that were still running after the grace period.
        case stuck
    }

    /// Nil in a server that could not map the memory. Read before each call of a handler.
    @inline(__always)
    static var shared: SharedTrapStatistics? {
        SharedTrapWords.made.map { SharedTrapStatistics(words: $0) }
    }

    private let words: SharedAtomicArray

    /// Called in the parent at each start and restart; the first call creates the table.
    ///
    /// - Throws: ``NoSharedMemory``.
    static func prepare() throws {
        try SharedTrapWords.make(count: entries + entryCount * entrySize)
    }

    // MARK: Sums

    func count(_ sum: Sum) { words.add(1, at: sum.rawValue) }

    subscript(sum: Sum) -> Int { words[sum.rawValue] }

    // MARK: Turns

    private static let lastTurn = 6

    /// Takes the turn to drain, which only one child has at a time.
    ///
    /// - Parameter interval: The time in seconds that must have passed since the previous turn.
    func takeTurn(after interval: Double) -> Bool {
        let now = MonotonicTime.now.nanoseconds
        let last = words[Self.lastTurn]
        guard last == 0 || now - last >= Int(interval * 1e9) else { return false }
        return words.replace(last, by: now, at: Self.lastTurn)
    }

    // MARK: Handlers

    private static let closedCount = 7
    private static let entries = 8
    private static let entrySize = 3
    private static let entryCount = 512
    /// The number of entries that may be used for a handler.
    private static let reach = 16

    /// The number of handlers in quarantine: read before each call.
    @inline(__always)
    var closed: Int { words[Self.closedCount] }

    /// The statistics of one handler.
    struct Entry {
        fileprivate let words: SharedAtomicArray
        fileprivate let place: Int

        /// Counts a trap.
        ///
        /// - Returns: The number of traps within the time, including this one.
        func count(within seconds: Int, now: Int) -> Int {
            while true {
                let old = TrapCount(word: words[place + 1])
                let next = old.adding(within: seconds, now: now)
                if words.replace(old.word, by: next.word, at: place + 1) { return next.count }
            }
        }

        /// The last count of traps: during a quarantine, the number with which it began.
        var traps: Int { TrapCount(word: words[place + 1]).count }

        /// The second at which the quarantine ends; 0 if there is none.
        var closedUntil: Int { words[place + 2] }

        /// Begins a quarantine; false if another thread has done so first.
        func close(until second: Int) -> Bool {
            guard words.replace(0, by: second, at: place + 2) else { return false }
            words.add(1, at: SharedTrapStatistics.closedCount)
            return true
        }

        /// Ends a quarantine; false if another thread has done so first.
        func open(after second: Int) -> Bool {
            guard second != 0, words.replace(second, by: 0, at: place + 2) else { return false }
            words[place + 1] = 0
            words.add(-1, at: SharedTrapStatistics.closedCount)
            return true
        }

        fileprivate var lastStart: Int { TrapCount(word: words[place + 1]).start }
    }

    /// Returns the entry of a handler; nil if it has none.
    func entry(of handler: Int) -> Entry? {
        places(of: handler).first { words[$0] == handler }.map { Entry(words: words, place: $0) }
    }

    /// Returns the entry of a handler, created if necessary: it replaces the entry whose last trap
    /// is the oldest. Nil if all possible entries are in quarantine.
    func findOrInsertEntry(of handler: Int) -> Entry? {
        if let entry = entry(of: handler) { return entry }
        let places = places(of: handler)
        let oldest = places.map { Entry(words: words, place: $0) }.filter { $0.closedUntil == 0 }
            .min { $0.lastStart < $1.lastStart }
        guard let oldest else { return nil }
        words[oldest.place + 1] = 0
        words[oldest.place] = handler
        return oldest
    }

    /// Ends expired quarantines that no call has checked since, such as those of replaced versions.
    func openOverdue(now: Int) {
        for number in 0..<Self.entryCount {
            let entry = Entry(words: words, place: Self.entries + number * Self.entrySize)
            if entry.closedUntil != 0, entry.closedUntil <= now {
                _ = entry.open(after: entry.closedUntil)
            }
        }
    }

    private func places(of handler: Int) -> [Int] {
        (0..<Self.reach).map { step in
            Self.entries + (handler &+ step) % Self.entryCount * Self.entrySize
        }
    }
}
