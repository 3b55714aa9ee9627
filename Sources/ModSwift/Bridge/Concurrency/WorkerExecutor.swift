// SPDX-License-Identifier: Apache-2.0
//
// async handlers run on the thread of the worker that serves the request: httpd's objects may be
// used by only one thread at a time, and no second thread pool has to be sized.

internal import CApache

/// Runs one asynchronous function to its end on the calling thread.
///
/// The function's jobs are queued here and run by the waiting thread, also after the function has
/// awaited a timer or another executor.
final class WorkerExecutor: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isFinished = false
        /// The trap of one of its task's jobs on another thread.
        var trap: Trap?
    }

    private enum Step {
        case run(UnownedJob)
        case finish
        case fail(Trap)
    }

    private let state = Monitor(State())

    /// Nothing of the executor is used after the lock is released: Swift holds no reference for
    /// this call, and the handler may finish on its thread meanwhile.
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if ActorThreads.take(job) { return }
        state.change { $0.jobs.append(job) }
    }

    /// Calls an async handler and runs its jobs until it has finished. The handler is cancelled at
    /// its time limit, and when its client has disconnected.
    ///
    /// - Throws: The handler's error; ``HandlerFailure``, ``ClientGone`` if it was cancelled.
    static func run<Argument: ClientPresence, Result>(
        _ argument: Argument, _ function: @escaping (Argument) async throws -> Result
    ) throws -> Result {
        let call = AsyncCall(argument, function)
        let executor = WorkerExecutor()
        let task = Task(executorPreference: executor) {
            await call.perform()
            executor.state.change { $0.isFinished = true }
        }
        let limit = TimedCall.current
        limit?.begin(task)
        defer { limit?.finish(task) }
        let ending = executor.work(task, limit, argument)
        if case .trapped(let trap) = ending { throw trap }
        if let limit, limit.isCancelled {
            SharedTrapStatistics.shared?.count(.timeouts)
            guard case .abandoned = ending else { throw HandlerFailure.timedOut(limit.limit) }
            // Other tasks may be waiting for it: it may hold an actor.
            Drain.begin(.stuck)
            throw HandlerFailure.abandoned(limit.limit)
        }
        do {
            return try call.outcome()
        } catch  where ending.isDeserted && !(error is Status) {
            // It was cancelled because its client has gone: the error is no failure of the handler.
            // Other errors are not caught here: `throw error` would be recorded as the place at
            // which they were thrown.
            throw ClientGone()
        }
    }

    private enum Ending {
        case finished
        /// It has finished after it was cancelled because its client had disconnected.
        case deserted
        /// Its jobs will never be run.
        case abandoned
        /// One of its jobs has trapped on another thread, and never continues.
        case trapped(Trap)

        var isDeserted: Bool { if case .deserted = self { true } else { false } }
    }

    private func work(
        _ task: Task<Void, Never>, _ limit: TimedCall?, _ argument: some ClientPresence
    ) -> Ending {
        // SAFETY: the jobs run below, while this executor is held.
        let executor = unsafe asUnownedTaskExecutor()
        var vigil: AsyncWaitMonitor?
        var ending = Ending.finished
        while true {
            if let step = step(vigil) {
                switch step {
                case .run(let job): unsafe job.runSynchronously(on: executor)
                case .finish: return ending
                case .fail(let trap): return .trapped(trap)
                }
            } else if vigil == nil {
                vigil = AsyncWaitMonitor(limit)
            } else {
                switch vigil?.look(argument) {
                case .isOver: return .abandoned
                case .isClientGone:
                    ending = .deserted
                    task.cancel()
                default: break
                }
            }
        }
    }

    /// Returns the next step; nil when the caller must check its monitor, or create it.
    private func step(_ vigil: AsyncWaitMonitor?) -> Step? {
        func next(_ state: inout State) -> Step? {
            if let trap = state.trap { return .fail(trap) }
            if !state.jobs.isEmpty { return .run(state.jobs.removeFirst()) }
            return state.isFinished ? .finish : nil
        }
        guard let vigil else { return state.withLock(next) }
        return state.wait(until: vigil.next, next)
    }
}

extension WorkerExecutor: TrapReceiver {
    func fail(with trap: Trap) { state.change { $0.trap = trap } }
}
