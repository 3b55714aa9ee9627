// SPDX-License-Identifier: Apache-2.0
//
// A child whose code has trapped may hold resources that cannot be detected: an author's lock, a
// lazy global that was being initialised. So may one with a handler that does not end. It is
// replaced: it accepts no new connection, finishes the existing ones, and ends.

internal import Synchronization
internal import SystemCalls

/// Replaces this child: SwiftTrapDrain, SwiftTimeout.
enum Drain {
    private static let threshold = Atomic<Int>(0)
    private static let contained = Atomic<Int>(0)
    private static let isWanted = Atomic<Bool>(false)

    /// The number of traps that this child has contained.
    static var containedHere: Int { contained.load(ordering: .relaxed) }
    /// Whether this child is being replaced, or waits for its turn.
    static var isUnderWay: Bool { isWanted.load(ordering: .relaxed) }

    /// - Parameter threshold: SwiftTrapDrain; 0 for never.
    static func prepareChild(threshold: Int) {
        self.threshold.store(threshold, ordering: .relaxed)
    }

    /// Counts a trap, and replaces the child if there were enough.
    ///
    /// - Parameter isUrgent: Whether the trap may have left a lock of the runtime held: then wait
    ///   neither for more traps nor for other children.
    static func count(isUrgent: Bool) {
        let count = contained.add(1, ordering: .relaxed).newValue
        let threshold = threshold.load(ordering: .relaxed)
        guard threshold > 0, isUrgent || count >= threshold else { return }
        begin(isUrgent ? .lock : .traps)
    }

    /// The reason why a child is replaced.
    enum Reason {
        /// It has contained traps.
        case traps
        /// It has contained traps, of which the last one has left a lock of the runtime held.
        case lock
        /// A handler does not end (SwiftTimeout).
        case stuck
    }

    /// Replaces the child, unless it is already being replaced.
    static func begin(_ reason: Reason) {
        guard !isWanted.exchange(true, ordering: .relaxed) else { return }
        if let obstacle = ChildDrain.obstacle {
            MainServer.log(
                "MSW0408: this child \(text(of: reason)) and should be replaced, but continues: "
                    + obstacle, .warning)
            return
        }
        // If it fails, the next trap tries again.
        if !BackgroundThread.start({ run(reason) }) { isWanted.store(false, ordering: .relaxed) }
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

    // MARK: On its own thread

    private static func run(_ reason: Reason) {
        guard let lifeline = BackgroundThread.lifeline else { return }
        while reason != .lock, !hasTurn {
            if lifeline.ends(before: .now.advanced(bySeconds: 0.05)) { return }
        }
        guard waitForSuccessor(lifeline, reason) else { return }
        // Another thread of this child logs the report of the trap.
        let patienceForStory = MonotonicTime.now.advanced(bySeconds: 1)
        while !TrapReporter.hasReported(containedHere), MonotonicTime.now < patienceForStory {
            if lifeline.ends(before: .now.advanced(bySeconds: 0.02)) { return }
        }
        if ChildDrain.isStopping { return }
        SharedTrapStatistics.shared?.count(.drains)
        MainServer.log(
            "MSW0403: child \(ServerUser.process) \(text(of: reason)) and is being replaced",
            .notice)
        let patience = ChildDrain.patience
        ChildDrain.begin()
        // Prefork's only thread is its own listener: it may be the one that does not end.
        if !ServerInfo.isThreaded || !wakeListener(lifeline, patience) { watch(lifeline, patience) }
        // The child is running its cleanups, which may be an author's code.
        BackgroundThread.leave()
        let deadline = MonotonicTime.now.advanced(bySeconds: patience)
        while MonotonicTime.now < deadline { pause(milliseconds: 100) }
        ChildDrain.leave()
    }

    /// Whether this child may be replaced now. Children are replaced one after the other: a handler
    /// that traps continuously must not remove all of them from the server at once. httpd starts
    /// new ones once a second.
    private static var hasTurn: Bool {
        guard let table = SharedTrapStatistics.shared else { return true }
        return table.takeTurn(after: Scoreboard.hasOtherChild ? 1 : 10)
    }

    /// Waits until new connections can be accepted elsewhere: by another child, or in a free slot
    /// for one; or until this child has no connections, so that its own slot is soon free.
    ///
    /// - Returns: False if the child has ended meanwhile.
    private static func waitForSuccessor(_ lifeline: Lifeline, _ reason: Reason) -> Bool {
        var hasTold = false
        while !Scoreboard.hasFreeSlot, !Scoreboard.hasOtherChild, !ClientSockets.open.isEmpty {
            if !hasTold {
                hasTold = true
                MainServer.log(
                    "MSW0737: child \(ServerUser.process) \(text(of: reason)) and should be replaced, but "
                        + "httpd has no free slot for another (ServerLimit): it goes on until there is one, "
                        + "or until no client is connected", .warning)
            }
            if lifeline.ends(before: .now.advanced(bySeconds: 0.25)) { return false }
        }
        return true
    }

    /// - Returns: Whether the child has ended meanwhile.
    private static func wakeListener(_ lifeline: Lifeline, _ patience: Double) -> Bool {
        let deadline = MonotonicTime.now.advanced(bySeconds: patience)
        var (interval, calls) = (0.02, 1)
        while !ChildDrain.isStopping, MonotonicTime.now < deadline {
            // Another child may accept the connection first.
            for _ in 0..<calls { ChildDrain.wakeListener() }
            if lifeline.ends(before: min(deadline, .now.advanced(bySeconds: interval))) {
                return true
            }
            (interval, calls) = (min(2 * interval, 1), min(2 * calls, 16))
        }
        return false
    }

    /// Waits for the child's end; ends it when only threads that are stuck in handler code are
    /// left.
    private static func watch(_ lifeline: Lifeline, _ patience: Double) {
        var watch = DrainWatch(patience: patience)
        repeat {
            let stuck = watch.look()
            if !stuck.isEmpty { letGo(stuck, patience) }
            if watch.isOnlyStuck() {
                SharedTrapStatistics.shared?.count(.cuts)
                ChildDrain.leave()
            }
        } while !lifeline.ends(before: .now.advanced(bySeconds: 0.25))
    }

    /// Shuts down the connections of stuck threads, because their clients will never get a
    /// response.
    private static func letGo(_ stuck: [DrainWatch.Stuck], _ patience: Double) {
        let samples = stuck.compactMap(\.sample)
        let shown = samples.filter { !$0.line.isEmpty }.prefix(20)
            .map { "\n    \($0.client): \(printable($0.line))" }
        MainServer.log(
            "MSW0407: child \(ServerUser.process) is being replaced, and "
                + (stuck.count == 1 ? "a thread is" : "\(stuck.count) threads are")
                + " stuck in handler code: nothing was sent or received for \(patience) seconds "
                + "(GracefulShutdownTimeout), or it was kept where it trapped. Its client is let go; the "
                + "child ends when all else that it has under way has ended\(shown.joined())",
            .error)
        for sample in samples where !sample.isStream {
            sample.descriptor.map(ClientSockets.shutDown)
        }
    }
}
