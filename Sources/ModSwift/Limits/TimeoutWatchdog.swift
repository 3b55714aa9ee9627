// SPDX-License-Identifier: Apache-2.0
//
// A suspended async handler is checked by its own thread, in WorkerExecutor. A handler that is
// running, or stuck, is not: for these, a thread of the child monitors every call that has a limit.
// It is started by the first such call, and sleeps as long as the shortest limit, so that calls
// need not wake it.

internal import SystemCalls

/// Calls that have a limit, and the thread that monitors them.
enum TimeoutWatchdog {
    private struct Entry {
        let call: TimedCall
        var stage = Stage.running

        /// Extra time, in seconds, for threads that check their own limits.
        private static let courtesy = 0.05

        /// The time of the next stage.
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
    /// Raised when the thread must wake earlier than planned.
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
            // If it fails, the next call with a limit tries again, and this call is then monitored,
            // too.
            if !BackgroundThread.start({ watch() }) { state.withLock { $0.hasThread = false } }
        } else if isShorter {
            signal?.raise()
        }
    }

    static func remove(_ call: TimedCall) {
        state.withLock { _ = $0.entries.removeValue(forKey: ObjectIdentifier(call)) }
    }

    /// Runs body while the call cannot end, unless it has already ended.
    ///
    /// - Returns: Whether the call is still running.
    @discardableResult
    static func whileRunning(_ call: TimedCall, _ body: () -> Void = {}) -> Bool {
        state.withLock { state in
            guard state.entries[ObjectIdentifier(call)] != nil else { return false }
            body()
            return true
        }
    }

    // MARK: On its own thread

    private static func watch() {
        guard let lifeline = BackgroundThread.lifeline, let signal else { return }
        while true {
            let (due, next) = state.withLock { state in advance(&state, now: .now) }
            for entry in due { act(on: entry) }
            if signal.wait(forInputOn: lifeline.descriptor, until: next) == .readable { return }
        }
    }

    /// - Returns: The calls that have entered another stage, and the time of the next check.
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
            // On this thread it may delay other calls' limits, but it must not be skipped.
            if !BackgroundThread.start({ cancel(call) }) { cancel(call) }
        }
    }

    /// Cancels a call. That runs closures of authors (withTaskCancellationHandler), which may trap
    /// or throw.
    private static func cancel(_ call: TimedCall) {
        Teardown.finish(OneShotWork { call.cancel() }, .child, "a cancellation handler")
    }
}
