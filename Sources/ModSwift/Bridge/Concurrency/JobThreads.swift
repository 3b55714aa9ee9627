// SPDX-License-Identifier: Apache-2.0
//
// Our own threads that run jobs of Swift tasks, each under the guard.

internal import SystemCalls

/// A queue of jobs, and threads that run them.
final class JobThreads: Sendable {
    /// The owner of the jobs.
    enum Owner {
        /// An actor; a job that traps leaves it locked for ever.
        case actor
        case mainActor
        /// None: tasks that no request awaits.
        case nobody
    }

    /// The waiting jobs, in order.
    private struct Queue {
        private var jobs: [UnownedJob] = []
        /// The index of the first job that has not been taken.
        private var first = 0

        var count: Int { jobs.count - first }
        var isEmpty: Bool { count == 0 }

        mutating func append(_ job: UnownedJob) { jobs.append(job) }

        mutating func removeFirst() -> UnownedJob {
            let job = jobs[first]
            first += 1
            if first > jobs.count / 2 {
                jobs.removeFirst(first)
                first = 0
            }
            return job
        }
    }

    private struct State {
        var jobs = Queue()
        var threads = 0
        /// The number of threads that wait for a job.
        var idle = 0
        /// The time at which a thread last took a job.
        var taken = MonotonicTime.now
    }

    /// The time for which a thread waits for its next job, in seconds.
    private static let patience = 5.0

    /// The time in seconds without any job being taken after which one more thread takes one: the
    /// running ones may be waiting for something.
    private static let tolerance = 0.1

    private let state = Monitor(State())
    private let owner: Owner
    private let limit: Int
    private let width: Int
    private let run: @Sendable (UnownedJob) -> Void

    /// - Parameters:
    ///   - limit: The maximum number of threads.
    ///   - width: The number of threads that run jobs at the same time unless they get stuck; nil
    ///     for all.
    init(
        of owner: Owner, limit: Int, width: Int? = nil,
        _ run: @escaping @Sendable (UnownedJob) -> Void
    ) {
        self.owner = owner
        self.limit = limit
        self.width = min(width ?? limit, limit)
        self.run = run
    }

    /// - Returns: False if there is no thread for the job, and none could be started.
    func add(_ job: UnownedJob) -> Bool {
        state.changeForOne { state in
            guard hasThread(&state) else { return false }
            state.jobs.append(job)
            return true
        }
    }

    /// Queues the job until there is a thread.
    func addOrWait(_ job: UnownedJob) {
        state.changeForOne { state in
            _ = hasThread(&state)
            state.jobs.append(job)
        }
    }

    /// Starts a thread if that is useful. A thread without a job waits while the others are
    /// running.
    private func hasThread(_ state: inout State) -> Bool {
        let atWork = state.threads - state.idle
        if state.threads < limit, atWork < width ? state.jobs.count >= state.idle : state.idle == 0,
            // It runs an author's code: the end of the child does not wait for it.
            BackgroundThread.start(isAwaited: false, { [self] in work() })
        {
            state.threads += 1
            state.idle += 1
        }
        return state.threads > 0
    }

    // MARK: On their own threads

    /// Runs jobs. The thread counts as idle when it begins.
    private func work() {
        TrapGuard.noteExecutors()
        while let job = next() {
            let trap = TrapGuard.finish(OneShotWork { [run] in run(job) }, for: .child)
            if let trap { tell(trap) }
            state.withLock { $0.idle += 1 }
        }
    }

    private enum Step {
        case run(UnownedJob)
        /// There are jobs, but only for other threads as long as these keep taking them.
        case watch
    }

    /// Returns the next job for a thread that counts as idle; nil if the thread must end.
    private func next() -> UnownedJob? {
        var isWatching = false
        while true {
            let pause = isWatching ? Self.tolerance : Self.patience
            let step = state.wait(until: .now.advanced(bySeconds: pause)) { state -> Step? in
                if let job = take(&state) { return .run(job) }
                return state.jobs.isEmpty || isWatching ? nil : .watch
            }
            switch step {
            case .run(let job): return job
            case .watch: isWatching = true
            case nil where isWatching: isWatching = false
            case nil:
                let isOver = state.withLock { state in
                    // A job may have arrived meanwhile.
                    guard state.jobs.isEmpty else { return false }
                    state.threads -= 1
                    state.idle -= 1
                    return true
                }
                if isOver { return nil }
            }
        }
    }

    private func take(_ state: inout State) -> UnownedJob? {
        guard !state.jobs.isEmpty else { return nil }
        let now = MonotonicTime.now
        guard
            state.threads - state.idle < width
                || state.taken.advanced(bySeconds: Self.tolerance) <= now
        else { return nil }
        state.taken = now
        state.idle -= 1
        let job = state.jobs.removeFirst()
        // Another thread monitors the running ones.
        if !state.jobs.isEmpty { _ = hasThread(&state) }
        return job
    }

    private func tell(_ trap: Trap) {
        var trap = trap
        trap.holdsActor = owner == .actor
        if let receiver = TrapGuard.trappedExecutor as? any TrapReceiver {
            receiver.fail(with: trap)
        } else {
            TrapPolicy.left(trap, of: owner)
        }
    }
}
