// SPDX-License-Identifier: Apache-2.0
//
// async handlers run on the thread of the worker that serves the request: httpd's objects belong to
// one thread at a time, and no second thread pool has to be sized.

internal import CApache

/// Runs one asynchronous function to its end on the calling thread.
///
/// The function's jobs queue up here and are run by the thread that waits, also after it has
/// awaited a timer or another executor.
final class WorkerExecutor: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isFinished = false
    }

    private enum Step {
        case run(UnownedJob)
        case finish
    }

    private let state = Monitor(State())

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.change { $0.jobs.append(job) }
    }

    /// Calls an async handler and waits for it, working.
    static func run<Argument, Result>(
        _ argument: Argument, _ function: @escaping (Argument) async throws -> Result
    ) throws -> Result {
        let call = Call(argument, function)
        let executor = WorkerExecutor()
        Task(executorPreference: executor) {
            await call.perform()
            executor.state.change { $0.isFinished = true }
        }
        executor.work()
        return try call.outcome()
    }

    private func work() {
        let executor = unsafe asUnownedTaskExecutor()
        while true {
            let step = state.wait(until: nil) { state -> Step? in
                if !state.jobs.isEmpty { return .run(state.jobs.removeFirst()) }
                return state.isFinished ? .finish : nil
            }
            guard case .run(let job) = step else { return }
            unsafe job.runSynchronously(on: executor)
        }
    }
}

// SAFETY: all jobs of the call run on the thread that waits for it, so nothing here is shared.
/// One call of an async function: argument in, outcome out.
@safe private final class Call<Argument, Result>: @unchecked Sendable {  // because of one thread
    private let argument: Argument
    private let function: (Argument) async throws -> Result
    private var result: Swift.Result<Result, any Error>?

    init(_ argument: Argument, _ function: @escaping (Argument) async throws -> Result) {
        self.argument = argument
        self.function = function
    }

    func perform() async {
        do {
            result = .success(try await function(argument))
        } catch {
            result = .failure(error)
        }
    }

    func outcome() throws -> Result {
        guard let result else { stop("An async handler ended without an outcome") }
        return try result.get()
    }
}
