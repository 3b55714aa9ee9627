// SPDX-License-Identifier: Apache-2.0
//
// A thread that does not come out of handler code cannot be made to. Its client is let go, the log
// says where it is, and the child is replaced, which ends the thread with it.

internal import Synchronization
internal import SystemCalls

/// Calls that were not over at their limit, nor with the grace.
enum StuckCalls {
    private struct State {
        var pending: [TimedCall] = []
        var hasThread = false
        /// What was told last.
        var told: (stack: TrapStack, story: TrapReport)?
    }

    private static let state = Mutex(State())

    /// Has a thread of ours tell of it.
    static func report(_ call: TimedCall) {
        let needsThread = state.withLock { state in
            state.pending.append(call)
            defer { state.hasThread = true }
            return !state.hasThread
        }
        // Else here, on the watchdog's thread, which others wait for.
        if needsThread, !BackgroundThread.start({ reportAll() }) { reportAll() }
    }

    private static func reportAll() {
        while let call = next() {
            let trap = Trap(lookingAt: call.thread)
            // What was seen is the call's if it is still there.
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

    /// Whether it was the client it waited for, who is gone now. The child needs no end then.
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

    /// - Returns: The story, and whether it is another than the last one.
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
