// SPDX-License-Identifier: Apache-2.0
//
// A handler that waits is looked after by its own thread, in WorkerExecutor. One that is at work, or
// stuck, is not: for those a thread of the child knows every call that has a limit. It is there from
// the first such call on, and sleeps as long as the shortest limit, so that calls need not wake it.

internal import SystemCalls

/// Calls that have a limit, and the thread that watches them.
enum TimeoutWatchdog {
    private struct Entry {
        let call: TimedCall
        var stage = Stage.running

        /// Left to those threads that look after themselves.
        private static let courtesy = 0.05

        /// When the next stage comes.
        var next: MonotonicTime? {
            switch stage {
            case .running: call.deadline.advanced(bySeconds: Self.courtesy)
            case .late: call.end.advanced(bySeconds: Self.courtesy)
            case .stuck: nil
            }
        }
    }

    private enum Stage { case running, late, stuck }

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        /// The shortest limit so far, in seconds.
        var shortest = Double.infinity
        var hasThread = false
    }

    private static let state = Monitor(State())
    /// Raised when the thread has to look earlier than it meant to.
    private static let signal = try? WakeSignal()

    static func add(_ call: TimedCall) {
        let (isFirst, isShorter) = state.withLock { state in
            state.entries[ObjectIdentifier(call)] = Entry(call: call)
            let isShorter = call.limit.seconds < state.shortest
            if isShorter { state.shortest = call.limit.seconds }
            defer { state.hasThread = true }
            return (!state.hasThread, isShorter)
        }
        if isFirst {
            // The next call with a limit tries again, and has this one watched, too.
            if !BackgroundThread.start({ watch() }) { state.withLock { $0.hasThread = false } }
        } else if isShorter {
            signal?.raise()
        }
    }

    static func remove(_ call: TimedCall) {
        state.withLock { _ = $0.entries.removeValue(forKey: ObjectIdentifier(call)) }
    }

    /// Runs a body while the call cannot come to its end, if it has not done so.
    ///
    /// - Returns: Whether it is still under way.
    @discardableResult
    static func whileRunning(_ call: TimedCall, _ body: () -> Void = {}) -> Bool {
        state.withLock { state in
            guard state.entries[ObjectIdentifier(call)] != nil else { return false }
            body()
            return true
        }
    }

    // MARK: On a thread of its own

    private static func watch() {
        guard let lifeline = BackgroundThread.lifeline, let signal else { return }
        while true {
            let (due, next) = state.withLock { state in advance(&state, now: .now) }
            for entry in due { act(on: entry) }
            if signal.wait(forInputOn: lifeline.descriptor, until: next) == .readable { return }
        }
    }

    /// - Returns: The calls that have come to another stage, and when to look again.
    private static func advance(
        _ state: inout State, now: MonotonicTime
    ) -> (due: [Entry], next: MonotonicTime) {
        var due: [Entry] = []
        var next = now.advanced(bySeconds: state.shortest)
        for (key, entry) in state.entries {
            var entry = entry
            if let time = entry.next, time <= now {
                entry.stage = entry.stage == .running ? .late : .stuck
                state.entries[key] = entry
                due.append(entry)
            }
            if let time = entry.next { next = min(next, time) }
        }
        return (due, next)
    }

    private static func act(on entry: Entry) {
        let call = entry.call
        if entry.stage == .stuck {
            StuckCalls.report(call)
        } else if call.hasTasks, !call.isCancelled {
            // Here it may take long; but it is not to be left out.
            if !BackgroundThread.start({ cancel(call) }) { cancel(call) }
        }
    }

    /// Cancelling runs what authors have given to withTaskCancellationHandler: anything may come of
    /// that.
    private static func cancel(_ call: TimedCall) {
        Teardown.finish(OneShotWork { call.cancel() }, .child, "a cancellation handler")
    }
}
