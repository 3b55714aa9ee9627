// SPDX-License-Identifier: Apache-2.0
//
// Each trap is logged at once in a line of its own. Finding names and lines for its stack takes a
// process; so that no request waits for it, a background thread does that and logs the rest
// afterwards. With SwiftDebug On the request waits: its error document shows the stack.

internal import SystemCalls

/// Logs traps.
enum TrapReporter {
    /// A trap that waits for its report.
    private struct Pending {
        let number: Int
        let summary: String
        let words: String?
        let stack: TrapStack
        let place: CodeAddress?
        let server: ServerRecord?
        /// The handler, as in "SwiftHandler app".
        let handler: String
        /// The request, as in "GET /x, client …".
        let subject: String
    }

    /// The cached report for a location.
    private struct Known {
        let number: Int
        let stack: TrapStack
        let story: TrapReport
        let time: MonotonicTime
        /// The number of traps at this location since the report.
        var repeats = 0
    }

    private struct State {
        var traps = 0
        var known: [CodeAddress: Known] = [:]
        var pending: [Pending] = []
        /// Whether a symbolizer is running: only one at a time.
        var isTracing = false
        var hasThread = false
    }

    /// The time in seconds after which a report is logged again.
    private static let memory = 60.0
    /// The maximum number of waiting traps; for further ones only the first line is logged.
    private static let pendingLimit = 8
    /// The maximum number of cached locations.
    private static let knownLimit = 256

    private static let state = Monitor(State())

    /// The number of traps of this process so far.
    static var count: Int { state.withLock { $0.traps } }

    /// Returns the locations of known traps of this process in a source, in order.
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

    /// Returns the failure for a trap, with the information available now; the rest follows in the
    /// log.
    ///
    /// - Parameters:
    ///   - subject: The subject of the call.
    ///   - title: The code that trapped, for the log.
    static func failure(of trap: Trap, _ subject: CallSubject, _ title: String) -> HandlerFailure {
        failure(
            of: trap, subject.server, waits: subject.showsFailures, handler: title,
            subject: subject.description)
    }

    /// - Parameter waits: Whether to wait for the report and include it in the failure.
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
            // The log already contains its stack.
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

    /// Returns the report for a location, unless it has expired.
    private static func recall(_ place: CodeAddress?, _ state: inout State) -> Known? {
        guard let place, let known = state.known[place] else { return nil }
        guard known.time.advanced(bySeconds: memory) > .now else { return nil }
        state.known[place]?.repeats += 1
        return known
    }

    // MARK: The report

    /// Runs the symbolizer when it is free, and caches its result.
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

    /// Makes a background thread log the report.
    private static func tell(_ pending: Pending) {
        let needsThread = state.withLock { state in
            if state.pending.count < pendingLimit,
                !state.pending.contains(where: { $0.place == pending.place })
            {
                state.pending.append(pending)
            }
            // Also for a trap that has been waiting because there was no thread.
            defer { state.hasThread = true }
            return !state.hasThread
        }
        // If it fails, the next trap tries again, and waiting reports are then logged, too.
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
            // The child is ending, and the symbolizer with it: the trap itself has already been
            // logged.
            if story == nil,
                BackgroundThread.lifeline?.ends(before: .now.advanced(bySeconds: 0.001)) ?? true
            {
                return
            }
            log(pending, story, repeats)
            // Removed only now: until here further traps at this location need no report of their
            // own.
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
