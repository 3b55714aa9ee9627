// SPDX-License-Identifier: Apache-2.0
//
// Each trap is told at once in a line of its own. Finding names and lines for its stack takes a
// process; so that it keeps no request waiting, a thread of ours does it and tells the rest
// afterwards. Under SwiftDebug On the request waits: its page shows the stack.

internal import SystemCalls

/// Tells traps.
enum TrapReporter {
    /// A trap that waits for its story.
    private struct Pending {
        let number: Int
        let summary: String
        let words: String?
        let stack: TrapStack
        let place: CodeAddress?
        let server: ServerRecord?
        /// "SwiftHandler app".
        let handler: String
        /// "GET /x, client …".
        let subject: String
    }

    /// What is known of a place.
    private struct Known {
        let number: Int
        let stack: TrapStack
        let story: TrapReport
        let time: MonotonicTime
        /// Traps here since it was told.
        var repeats = 0
    }

    private struct State {
        var traps = 0
        var known: [CodeAddress: Known] = [:]
        var pending: [Pending] = []
        /// Whether a symbolizer runs: one at a time.
        var isTracing = false
        var hasThread = false
    }

    /// Stories are told anew after this many seconds.
    private static let memory = 60.0
    /// Traps that wait; of the others the first line must do.
    private static let pendingLimit = 8
    /// Places that are remembered.
    private static let knownLimit = 256

    private static let state = Monitor(State())

    /// Traps of this process so far.
    static var count: Int { state.withLock { $0.traps } }

    /// Where a source has trapped, as far as this process knows, in order.
    static func places(in path: String) -> [String] {
        state.withLock { state in
            state.known.values.map(\.story).filter { $0.place.hasPrefix("\(path):") }
                .map { $0.title("a trap", nil) }
        }.sorted()
    }

    /// Whether that many traps have been reported in full.
    static func hasReported(_ count: Int) -> Bool {
        state.withLock { $0.traps >= count && $0.pending.isEmpty }
    }

    /// The failure that a trap is, with what is known of it now; the rest follows in the log.
    ///
    /// - Parameters:
    ///   - subject: What the call was for.
    ///   - title: What trapped, as the log names it.
    static func failure(of trap: Trap, _ subject: CallSubject, _ title: String) -> HandlerFailure {
        failure(
            of: trap, subject.server, waits: subject.showsFailures, handler: title,
            subject: subject.description)
    }

    /// - Parameter waits: Whether the story is to be told at once, with the failure.
    private static func failure(
        of trap: Trap, _ server: ServerRecord?, waits: Bool, handler: String,
        subject: @autoclosure () -> String
    ) -> HandlerFailure {
        let modules = LoaderSettings.current.modulesDirectory
        let stack = TrapStack(trap, modules: modules)
        let place = stack.place(modules: modules)
        let (number, known) = state.withLock { state in
            state.traps += 1
            return (state.traps, recall(place, &state))
        }
        if waits {
            guard let known, known.stack == stack else {
                let story = trace(stack, place, number, modules)
                return failure(trap, number, story, detail: story?.detail ?? "")
            }
            // The log has its stack.
            var failure = failure(
                trap, number, known.story, detail: known.story.detail,
                "its stack is that of trap \(known.number)")
            failure.isDetailLogged = true
            return failure
        }
        if let known {
            let remark = "its stack is that of trap \(known.number)"
            return failure(trap, number, known.story, detail: "", remark)
        }
        tell(
            Pending(
                number: number, summary: trap.summary, words: trap.words, stack: stack,
                place: place,
                server: server, handler: handler, subject: subject()))
        return failure(trap, number, nil, detail: "")
    }

    private static func failure(
        _ trap: Trap, _ number: Int, _ story: TrapReport?, detail: String, _ remark: String? = nil
    ) -> HandlerFailure {
        let title = story?.title(trap.summary, trap.words) ?? trap.words ?? trap.summary
        let remark = remark.map { "; \($0)" } ?? ""
        return HandlerFailure(
            id: "MSW0401", summary: "trapped: \(title) (trap \(number) of this process\(remark))",
            detail: detail)
    }

    /// What is known of a place, unless it has become old.
    private static func recall(_ place: CodeAddress?, _ state: inout State) -> Known? {
        guard let place, let known = state.known[place] else { return nil }
        guard known.time.advanced(bySeconds: memory) > .now else { return nil }
        state.known[place]?.repeats += 1
        return known
    }

    // MARK: The story

    /// Runs the symbolizer when it is free, and remembers what it has found.
    private static func trace(
        _ stack: TrapStack, _ place: CodeAddress?, _ number: Int, _ modules: String
    ) -> TrapReport? {
        let deadline = MonotonicTime.now.advanced(bySeconds: Symbolizer.patience)
        let isMyTurn: Void? = state.wait(until: deadline) { state in
            guard !state.isTracing else { return nil }
            state.isTracing = true
        }
        guard isMyTurn != nil else { return nil }
        let story = Symbolizer.report(of: stack, modules: modules)
        state.change { state in
            state.isTracing = false
            guard let story, let place else { return }
            if state.known.count >= knownLimit { state.known = [:] }
            state.known[place] = Known(number: number, stack: stack, story: story, time: .now)
        }
        return story
    }

    /// Has a thread of ours tell the story.
    private static func tell(_ pending: Pending) {
        let needsThread = state.withLock { state in
            if state.pending.count < pendingLimit,
                !state.pending.contains(where: { $0.place == pending.place })
            {
                state.pending.append(pending)
            }
            // Also for one that waits since there was no thread.
            defer { state.hasThread = true }
            return !state.hasThread
        }
        // The next trap tries again, and what waits is told with it.
        if needsThread, !BackgroundThread.start({ tellAll() }) {
            state.withLock { $0.hasThread = false }
        }
    }

    private static func tellAll() {
        let modules = LoaderSettings.current.modulesDirectory
        while true {
            let next = state.withLock { state -> (Pending, repeats: Int)? in
                guard let next = state.pending.first else {
                    state.hasThread = false
                    return nil
                }
                return (next, next.place.flatMap { state.known[$0]?.repeats } ?? 0)
            }
            guard let (pending, repeats) = next else { return }
            let story = trace(pending.stack, pending.place, pending.number, modules)
            // The child ends, and the symbolizer with it: the trap itself was told at once.
            if story == nil,
                BackgroundThread.lifeline?.ends(before: .now.advanced(bySeconds: 0.001)) ?? true
            {
                return
            }
            log(pending, story, repeats)
            // Only now: until here further traps at this place need no story of their own.
            state.withLock { _ = $0.pending.removeFirst() }
        }
    }

    private static func log(_ pending: Pending, _ story: TrapReport?, _ repeats: Int) {
        let title =
            story?.title(pending.summary, pending.words) ?? pending.words
            ?? "its stack could not be read"
        let count = repeats > 0 ? ", and \(repeats) more there since the last report" : ""
        let text =
            "MSW0401: \(pending.handler): trap \(pending.number)\(count): "
            + "\(printable(title)) [\(pending.subject)]\n\(story?.detail ?? "")"
        (pending.server ?? MainServer.record)?.log(text, level: .error)
    }
}
