// SPDX-License-Identifier: Apache-2.0
//
// An actor runs the jobs of all tasks that wait for it. The runtime would run them on the thread of
// the request that waits first, and that request could not continue until no other task waits for
// the actor. So our own threads run them, under the guard
// ([decision 58](../decisions/0058-actors-run-on-threads-of-their-own.md)).

internal import CTrapGuard

/// The threads of a child that run the jobs of actors. They start when there is a job, and end when there was
/// none for a while.
enum ActorThreads {
    /// An actor that blocks its thread keeps no other from its own.
    private static let limit = 64
    private static let actors = JobThreads(limit: limit, holdsActor: true) { job in
        unsafe job.runSynchronously(on: ActorExecutor.shared.asUnownedTaskExecutor())
    }

    /// Once in a child, before handlers are called.
    static func install() {
        // SAFETY: functions of ours, for the life of the process; the main actor's executor is never freed.
        unsafe msw_executors_install(
            { identity, implementation in
                let words = unsafe unsafeBitCast(
                    MainActorExecutor.shared.asUnownedSerialExecutor(), to: (UInt, UInt).self)
                unsafe identity?.pointee = UnsafeMutableRawPointer(bitPattern: words.0)
                unsafe implementation?.pointee = words.1
            },
            { job in
                guard let job = unsafe job else { return 0 }
                let isTaken = ActorThreads.actors.add(
                    unsafe unsafeBitCast(job, to: UnownedJob.self))
                return isTaken ? 1 : 0
            })
    }

    /// Takes a job over that runs what an actor has waiting.
    ///
    /// - Returns: False when it is a task's, or when there is no thread for it.
    static func take(_ job: UnownedJob) -> Bool {
        // SAFETY: a job is the address of the runtime's structure.
        let isOfActor = unsafe msw_job_is_of_actor(unsafeBitCast(job, to: UnsafeRawPointer.self))
        return isOfActor != 0 && actors.add(job)
    }
}

/// An object that waits for a task and must learn when one of its jobs has trapped on our threads.
protocol TrapReceiver: AnyObject {
    func fail(with trap: Trap)
}

/// What the jobs of default actors run on; their tasks go on with their own.
private final class ActorExecutor: TaskExecutor {
    static let shared = ActorExecutor()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if !ActorThreads.take(job) { globalConcurrentExecutor.enqueue(job) }
    }
}

/// Runs the jobs of the main actor, one after the other: no thread of httpd's could.
private final class MainActorExecutor: SerialExecutor {
    static let shared = MainActorExecutor()

    private let threads: JobThreads

    private init() {
        threads = JobThreads(limit: 1, holdsActor: false) { job in
            unsafe job.runSynchronously(on: MainActorExecutor.shared.asUnownedSerialExecutor())
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        // Where no thread can be started, the next job tries again: that was logged.
        threads.addOrWait(UnownedJob(job))
    }
}

/// Jobs, and threads that run them.
private final class JobThreads: Sendable {
    private struct State {
        var jobs: [UnownedJob] = []
        var threads = 0
        /// Those that wait for a job.
        var idle = 0
    }

    /// How long a thread waits for its next job, in seconds.
    private static let patience = 5.0

    private let state = Monitor(State())
    private let limit: Int
    private let holdsActor: Bool
    private let run: @Sendable (UnownedJob) -> Void

    /// - Parameters:
    ///   - limit: How many threads there are at most.
    ///   - holdsActor: Whether a job that traps leaves its actor locked for ever.
    init(limit: Int, holdsActor: Bool, _ run: @escaping @Sendable (UnownedJob) -> Void) {
        self.limit = limit
        self.holdsActor = holdsActor
        self.run = run
    }

    /// - Returns: False when there is no thread for the job, and none could be started.
    func add(_ job: UnownedJob) -> Bool {
        state.change { state in
            guard hasThread(&state) else { return false }
            state.jobs.append(job)
            return true
        }
    }

    /// Keeps the job until there is a thread.
    func addOrWait(_ job: UnownedJob) {
        state.change { state in
            state.jobs.append(job)
            _ = hasThread(&state)
        }
    }

    private func hasThread(_ state: inout State) -> Bool {
        if state.jobs.count >= state.idle, state.threads < limit,
            // What it runs is an author's: the end of the child does not wait for it.
            BackgroundThread.start(isAwaited: false, { [self] in work() })
        {
            state.threads += 1
        }
        return state.threads > 0
    }

    // MARK: On its threads

    private func work() {
        TrapGuard.noteExecutors()
        while let job = next() {
            if let trap = TrapGuard.finish(OneShotWork { [run] in run(job) }, for: .child) {
                tell(trap)
            }
        }
    }

    /// The next job; nil when the thread is to end.
    private func next() -> UnownedJob? {
        state.withLock { $0.idle += 1 }
        let job = state.wait(until: .now.advanced(bySeconds: Self.patience)) {
            state -> UnownedJob? in
            guard !state.jobs.isEmpty else { return nil }
            state.idle -= 1
            return state.jobs.removeFirst()
        }
        if let job { return job }
        return state.withLock { state in
            state.idle -= 1
            // One may have come meanwhile.
            if !state.jobs.isEmpty { return state.jobs.removeFirst() }
            state.threads -= 1
            return nil
        }
    }

    private func tell(_ trap: Trap) {
        var trap = trap
        trap.holdsActor = holdsActor
        if let receiver = TrapGuard.trappedExecutor as? any TrapReceiver {
            receiver.fail(with: trap)
        } else {
            TrapPolicy.left(trap)
        }
    }
}
