// SPDX-License-Identifier: Apache-2.0
//
// A thread that does not return from handler code cannot be stopped. Its client's connection is
// shut down, the location of the thread is logged, and the child is replaced, which ends the
// thread, too.

internal import Synchronization
internal import SystemCalls

/// Calls that had not ended at their limit, nor after the grace period.
enum StuckCalls {
    private struct State {
        var pending: [TimedCall] = []
        var hasThread = false
        /// The stack that was logged last, with its report.
        var told: (stack: TrapStack, story: TrapReport)?
    }

    private static let state = Mutex(State())

    /// Makes a background thread log the call.
    static func report(_ call: TimedCall) {
        let needsThread = state.withLock { state in
            state.pending.append(call)
            defer { state.hasThread = true }
            return !state.hasThread
        }
        // If that fails, log here, on the watchdog's thread, which delays other calls' limits.
        if needsThread, !BackgroundThread.start({ reportAll() }) { reportAll() }
    }

    private static func reportAll() {
        while let call = next() {
            let trap = Trap(lookingAt: call.thread)
            // If the call is still running, the recorded stack belongs to it.
            guard TimeoutWatchdog.whileRunning(call, { call.subject.client?.shutDown() }) else {
                continue
            }
            tell(call, trap)
            if hasEnded(call) { continue }
            Drain.begin(.stuck)
        }
    }

    private static func next() -> TimedCall? {
        state.withLock { state in
            guard state.pending.isEmpty else { return state.pending.removeFirst() }
            state.hasThread = false
            return nil
        }
    }

    /// Whether the call has ended because its connection was shut down. Then the child need not be
    /// replaced.
    private static func hasEnded(_ call: TimedCall) -> Bool {
        let patience = MonotonicTime.now.advanced(bySeconds: 1)
        while TimeoutWatchdog.whileRunning(call), !Drain.isUnderWay, MonotonicTime.now < patience {
            guard let lifeline = BackgroundThread.lifeline,
                !lifeline.ends(before: .now.advanced(bySeconds: 0.02))
            else { return true }
        }
        return !TimeoutWatchdog.whileRunning(call)
    }

    private static func tell(_ call: TimedCall, _ trap: Trap?) {
        SharedTrapStatistics.shared?.count(.stuck)
        let modules = LoaderSettings.current.modulesDirectory
        let stack = trap.map { TrapStack($0, modules: modules) }
        let (story, isNew) = story(of: stack, modules)
        let subject = call.subject
        var text = "MSW0411: \(subject.handler): does not end: it is at work "
        text += "\(call.limit.grace) seconds after its limit of \(call.limit.shown) (SwiftTimeout)"
        text += "\(story?.clause ?? "") [\(subject.story)]"
        if let story, isNew { text += "\n\(story.detail)" }
        (subject.server ?? MainServer.record)?.log(text, level: .error)
    }

    /// - Returns: The report, and whether it differs from the last one.
    private static func story(
        of stack: TrapStack?, _ modules: String
    ) -> (TrapReport?, isNew: Bool) {
        guard let stack else { return (nil, false) }
        if let told = state.withLock({ $0.told }), told.stack == stack {
            return (told.story, false)
        }
        let story = Symbolizer.report(of: stack, modules: modules)
        if let story { state.withLock { $0.told = (stack, story) } }
        return (story, true)
    }
}
