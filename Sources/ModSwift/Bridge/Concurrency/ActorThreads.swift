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
    private static let actors = JobThreads(of: .actor, limit: limit) { job in
        unsafe job.runSynchronously(on: ActorExecutor.shared.asUnownedTaskExecutor())
    }

    /// Once in a child, before handlers are called. Jobs of tasks that prefer no executor are taken as well
    /// (``TaskThreads``).
    static func install() {
        // SAFETY: functions of ours, for the life of the process; the main actor's executor is never freed.
        unsafe msw_executors_install(
            { identity, implementation in
                let words = unsafe unsafeBitCast(
                    MainActorExecutor.shared.asUnownedSerialExecutor(), to: (UInt, UInt).self)
                unsafe identity?.pointee = UnsafeMutableRawPointer(bitPattern: words.0)
                unsafe implementation?.pointee = words.1
            },
            { job, isOfActor in
                guard let job = unsafe job else { return 0 }
                let threads = isOfActor != 0 ? ActorThreads.actors : TaskThreads.threads
                return threads.add(unsafe unsafeBitCast(job, to: UnownedJob.self)) ? 1 : 0
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
        threads = JobThreads(of: .mainActor, limit: 1) { job in
            unsafe job.runSynchronously(on: MainActorExecutor.shared.asUnownedSerialExecutor())
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        // Where no thread can be started, the next job tries again: that was logged.
        threads.addOrWait(UnownedJob(job))
    }
}
