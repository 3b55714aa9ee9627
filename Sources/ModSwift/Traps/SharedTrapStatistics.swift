// SPDX-License-Identifier: Apache-2.0

internal import ServerRules
internal import SystemCalls

/// What all children of the server know of traps and of handlers that took too long, in memory that
/// they share: a child that has trapped is soon gone, and what it has counted must not go with it.
struct SharedTrapStatistics {
    /// Sums since the server was started.
    enum Sum: Int, CaseIterable {
        /// Traps that cost a request.
        case traps
        /// Children that were replaced because of traps, or of a handler that did not end.
        case drains
        /// Those among them that had to be cut off.
        case cuts
        /// Times that a handler was put into quarantine.
        case quarantines
        /// Async calls that were cancelled at their limit, and failed with that.
        case timeouts
        /// Calls that were still at work after the grace.
        case stuck
    }

    /// Nil in a server without memory for it. Read before each call of a handler.
    @inline(__always)
    static var shared: SharedTrapStatistics? {
        SharedTrapWords.made.map { SharedTrapStatistics(words: $0) }
    }

    private let words: SharedAtomicArray

    /// Called in the parent at each start and restart; the first one makes the table.
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

    /// Takes the turn to drain, which one child has at a time.
    ///
    /// - Parameter interval: Seconds that must have passed since the turn before.
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
    /// How many places a handler may have.
    private static let reach = 16

    /// How many handlers are in quarantine: asked before each call.
    @inline(__always)
    var closed: Int { words[Self.closedCount] }

    /// What is known of one handler.
    struct Entry {
        fileprivate let words: SharedAtomicArray
        fileprivate let place: Int

        /// Counts a trap.
        ///
        /// - Returns: How many there were within the time, this one among them.
        func count(within seconds: Int, now: Int) -> Int {
            while true {
                let old = TrapCount(word: words[place + 1])
                let next = old.adding(within: seconds, now: now)
                if words.replace(old.word, by: next.word, at: place + 1) { return next.count }
            }
        }

        /// The traps that were counted last: those that a quarantine began with while it lasts.
        var traps: Int { TrapCount(word: words[place + 1]).count }

        /// The second at which the quarantine ends; 0 when there is none.
        var closedUntil: Int { words[place + 2] }

        /// Begins a quarantine; false when another thread was faster.
        func close(until second: Int) -> Bool {
            guard words.replace(0, by: second, at: place + 2) else { return false }
            words.add(1, at: SharedTrapStatistics.closedCount)
            return true
        }

        /// Ends a quarantine; false when another thread was faster.
        func open(after second: Int) -> Bool {
            guard second != 0, words.replace(second, by: 0, at: place + 2) else { return false }
            words[place + 1] = 0
            words.add(-1, at: SharedTrapStatistics.closedCount)
            return true
        }

        fileprivate var lastStart: Int { TrapCount(word: words[place + 1]).start }
    }

    /// The entry of a handler; nil where it has none.
    func entry(of handler: Int) -> Entry? {
        places(of: handler).first { words[$0] == handler }.map { Entry(words: words, place: $0) }
    }

    /// The entry of a handler, made if need be: in the place of the one that has not trapped for
    /// longest. Nil where all that could be taken are in quarantine.
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

    /// Opens what is over and nobody has asked for since, such as versions that were replaced.
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
