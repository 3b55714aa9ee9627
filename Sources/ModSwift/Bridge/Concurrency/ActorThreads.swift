// SPDX-License-Identifier: Apache-2.0
//
// An actor runs the jobs of all tasks that wait for it. The runtime would run them on the thread of
// the request that waits first, and that request could not continue until no other task waits for
// the actor. So our own threads run them, under the guard
// ([decision 58](../decisions/0058-actors-run-on-threads-of-their-own.md)).

internal import CTrapGuard

/// The threads of a child that run the jobs of actors. They are started when there is a job, and
/// end after some time without one.
enum ActorThreads {
    /// An actor that blocks its thread does not block the others.
    private static let limit = 64
    private static let actors = JobThreads(of: .actor, limit: limit) { job in
        unsafe job.runSynchronously(on: ActorExecutor.shared.asUnownedTaskExecutor())
    }

    /// Installs the hooks, once in a child, before handlers are called. Also takes jobs of tasks
    /// without a preferred executor (``TaskThreads``).
    static func install() {
        // SAFETY: our own functions, which are never unloaded; the main actor's executor is never
        // freed.
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

    /// Takes over a job that runs an actor's queued jobs.
    ///
    /// - Returns: False if it is a task's job, or if there is no thread for it.
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

/// The executor for jobs of default actors; their tasks continue on their own executors.
private final class ActorExecutor: TaskExecutor {
    static let shared = ActorExecutor()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if !ActorThreads.take(job) { globalConcurrentExecutor.enqueue(job) }
    }
}

/// Runs the jobs of the main actor, one after the other, because none of httpd's threads could.
private final class MainActorExecutor: SerialExecutor {
    static let shared = MainActorExecutor()

    private let threads: JobThreads

    private init() {
        threads = JobThreads(of: .mainActor, limit: 1) { job in
            unsafe job.runSynchronously(on: MainActorExecutor.shared.asUnownedSerialExecutor())
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        // If no thread can be started, that has been logged, and the next job tries again.
        threads.addOrWait(UnownedJob(job))
    }
}
