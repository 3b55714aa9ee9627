// SPDX-License-Identifier: Apache-2.0
//
// A child whose code has trapped may hold what nobody can see: a lock of the author's, a lazy global
// that was being made. So may one with a handler that does not end. It is replaced: it takes no new
// connection, ends those it has, and goes.

internal import Synchronization
internal import SystemCalls

/// Replaces this child: SwiftTrapDrain, SwiftTimeout.
enum Drain {
    private static let threshold = Atomic<Int>(0)
    private static let contained = Atomic<Int>(0)
    private static let isWanted = Atomic<Bool>(false)

    /// Traps that this child has contained.
    static var containedHere: Int { contained.load(ordering: .relaxed) }
    /// Whether this child is being replaced, or waits for its turn.
    static var isUnderWay: Bool { isWanted.load(ordering: .relaxed) }

    /// - Parameter threshold: SwiftTrapDrain; 0 for never.
    static func prepareChild(threshold: Int) {
        self.threshold.store(threshold, ordering: .relaxed)
    }

    /// Counts a trap, and has the child replaced when there were enough.
    ///
    /// - Parameter isUrgent: The trap may have left a lock of the runtime's: do not wait for more, nor
    ///   for other children.
    static func count(isUrgent: Bool) {
        let count = contained.add(1, ordering: .relaxed).newValue
        let threshold = threshold.load(ordering: .relaxed)
        guard threshold > 0, isUrgent || count >= threshold else { return }
        begin(isUrgent ? .lock : .traps)
    }

    /// Why a child is replaced.
    enum Reason {
        /// It has contained traps.
        case traps
        /// And the last one has left a lock of the runtime's.
        case lock
        /// A handler goes on and on (SwiftTimeout).
        case stuck
    }

    /// Has the child replaced, unless it is being replaced already.
    static func begin(_ reason: Reason) {
        guard !isWanted.exchange(true, ordering: .relaxed) else { return }
        if let obstacle = ChildDrain.obstacle {
            MainServer.log(
                "MSW0408: this child \(text(of: reason)) and should be replaced, but goes on: "
                    + obstacle, .warning)
            return
        }
        BackgroundThread.start { run(reason) }
    }

    private static func text(of reason: Reason) -> String {
        let traps =
            "has contained \(containedHere) \(containedHere == 1 ? "trap" : "traps")"
        return switch reason {
        case .traps: traps
        case .lock: "\(traps), the Swift runtime may be holding a lock,"
        case .stuck: "has a handler that does not end (SwiftTimeout)"
        }
    }

    // MARK: On a thread of its own

    private static func run(_ reason: Reason) {
        let isUrgent = reason == .lock
        guard let lifeline = BackgroundThread.lifeline else { return }
        while !isUrgent, !hasTurn {
            if lifeline.ends(before: .now.advanced(bySeconds: 0.05)) { return }
        }
        // The story of the trap is told by a thread of this child's.
        let patienceForStory = MonotonicTime.now.advanced(bySeconds: 1)
        while !TrapReporter.hasReported(containedHere), MonotonicTime.now < patienceForStory {
            if lifeline.ends(before: .now.advanced(bySeconds: 0.02)) { return }
        }
        if ChildDrain.isStopping { return }
        let patience = ChildDrain.patience
        let deadline = MonotonicTime.now.advanced(bySeconds: patience)
        SharedTrapStatistics.shared?.count(.drains)
        MainServer.log(
            "MSW0403: child \(ServerUser.process) \(text(of: reason)) and is being replaced",
            .notice)
        let slot = Scoreboard.slot
        ChildDrain.begin()
        if !wakeListener(lifeline, until: deadline), !lifeline.ends(before: deadline) {
            cut(slot, after: patience)
        }
        // The child is at its cleanups, which may be an author's code.
        BackgroundThread.leave()
        while MonotonicTime.now < deadline { pause(milliseconds: 100) }
        ChildDrain.leave()
    }

    /// Children are replaced one after the other: a handler that traps all the time must not take
    /// all of them from the server at once. httpd starts new ones once a second.
    private static var hasTurn: Bool {
        guard let table = SharedTrapStatistics.shared else { return true }
        return table.takeTurn(after: Scoreboard.hasOtherChild ? 1 : 10)
    }

    /// - Returns: Whether the child has come to its end meanwhile.
    private static func wakeListener(_ lifeline: Lifeline, until deadline: MonotonicTime) -> Bool {
        var (interval, calls) = (0.02, 1)
        while !ChildDrain.isStopping, MonotonicTime.now < deadline {
            // Another child that is faster takes a call from under its nose.
            for _ in 0..<calls { ChildDrain.wakeListener() }
            if lifeline.ends(before: min(deadline, .now.advanced(bySeconds: interval))) {
                return true
            }
            (interval, calls) = (min(2 * interval, 1), min(2 * calls, 16))
        }
        return false
    }

    /// Some thread does not come to an end.
    private static func cut(_ slot: Int32, after patience: Double) -> Never {
        let work = Scoreboard.work(in: slot)
        let shown = work.filter { !$0.request.isEmpty }.prefix(20)
            .map { "\n\($0.client): \(printable($0.request))" }
        SharedTrapStatistics.shared?.count(.cuts)
        MainServer.log(
            "MSW0407: child \(ServerUser.process) was to be replaced and had not ended "
                + "\(patience) seconds later (GracefulShutdownTimeout); it is cut off, with "
                + "\(work.count) threads at work\(shown.joined())", .error)
        ChildDrain.leave()
    }
}
