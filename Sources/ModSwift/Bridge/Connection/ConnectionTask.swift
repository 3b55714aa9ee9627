// SPDX-License-Identifier: Apache-2.0
//
// An async connection handler outlives the calls of httpd's hook: while it waits for its client,
// its connection is parked with the MPM and occupies no thread. The worker that gets the connection
// next continues the handler.

internal import CApache
internal import SystemCalls

/// A running async handler of a connection.
///
/// Its jobs run one after the other, each on the thread that has the turn: a worker that the MPM
/// gave the connection to, or, where a job is enqueued while the connection is parked (a timer, a
/// message from another task), a worker that is requested from the MPM.
final class ConnectionTask: TaskExecutor, TrapReceiver {
    /// A handler that waits for its client's bytes.
    private typealias Reader = UnsafeContinuation<ConnectionEvent, any Error>

    // SAFETY: a reader is taken out before it is resumed, once.
    @safe private struct State {
        var jobs: [UnownedJob] = []
        var reader: Reader?
        /// The number of waits, so that a late timer cannot end a wait other than its own.
        var waits = 0
        /// Whether it was woken while it did not wait: the next wait then ends at once.
        var isWoken = false
        /// Whether the handler is to learn that the child is about to end, and whether it has.
        var isStopping = false
        var knowsOfStop = false
        var handler: Task<Void, Never>?
        var hasFinished = false
        /// Whether a thread runs jobs, or waits for them.
        var hasRunner = false
        /// Whether the connection is parked or has ended: a job then needs a thread from the MPM.
        var isParked = false
        var hasAskedForThread = false
        /// Whether the connection has ended: a wait for bytes can never succeed.
        var isOver = false

        mutating func takeJob() -> UnownedJob? {
            jobs.isEmpty ? nil : jobs.removeFirst()
        }
    }

    private enum Step {
        case run(UnownedJob)
        case finish
        case park
        case waitHere
    }

    private let state = Monitor(State())
    private let wait: ConnectionWait
    private let call: AsyncCall<Connection, Status>

    init(
        _ connection: Connection, _ function: @escaping (Connection) async throws -> Status
    ) {
        wait = ConnectionWait(connection.live)
        wait.saveMemory()
        call = AsyncCall(connection, function)
        let handler = Task(executorPreference: self) { [self] in
            await call.perform()
            state.change { $0.hasFinished = true }
        }
        state.withLock { $0.handler = handler }
        Conversations.add(self)
    }

    deinit { Conversations.remove(ObjectIdentifier(self)) }

    /// Swift holds no reference for this call: as soon as another thread can take the job, the
    /// handler may finish, and the task be freed with it. So nothing of it is used after the lock
    /// is released.
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if ActorThreads.take(job) { return }
        let reference = unsafe state.change { state -> Unmanaged<ConnectionTask>? in
            state.jobs.append(job)
            guard state.isParked, !state.hasRunner, !state.hasAskedForThread else {
                wait.interrupt()
                return nil
            }
            state.hasAskedForThread = true
            return unsafe Unmanaged.passRetained(self)
        }
        if let reference = unsafe reference { unsafe Self.askForThread(reference) }
    }

    /// Records that one of its jobs has trapped on another thread, so that the handler never
    /// finishes by itself.
    func fail(with trap: Trap) {
        state.change { state in
            guard !state.hasFinished else { return }
            call.end(with: trap)
            state.hasFinished = true
            guard !state.isOver else { return }
            if state.hasRunner { wait.interrupt() } else { wait.wakeMPM() }
        }
    }

    private func run(_ job: UnownedJob) {
        unsafe job.runSynchronously(on: asUnownedTaskExecutor())
    }

    // MARK: Called by the handler

    /// Waits until there may be something to read, ``wake()`` is called or the timeout expires.
    ///
    /// - Throws: `CancellationError`; ``ClientGone`` when the connection has ended meanwhile.
    func waitForInput(_ timeout: Duration?) async throws -> ConnectionEvent {
        let timer = timeout.map { timeout in
            let wait = state.withLock { $0.waits + 1 }
            return Task(executorPreference: self) { [self] in
                try await Task.sleep(for: timeout)
                endReading(.timedOut, ofWait: wait)
            }
        }
        defer { timer?.cancel() }
        return try await withTaskCancellationHandler {
            try await unsafe withUnsafeThrowingContinuation { (reader: Reader) in
                if let answer = unsafe answer(to: reader) { unsafe reader.resume(with: answer) }
            }
        } onCancel: {
            endReading(throwing: CancellationError())
        }
    }

    /// Ends the handler's current wait, or the next one; from any thread.
    func wake() {
        let reader = unsafe state.withLock { state in
            state.isWoken = unsafe state.reader == nil
            return unsafe state.reader.take()
        }
        unsafe reader?.resume(returning: .woken)
    }

    /// Ends the handler's current wait, or the next one, because the child is about to end; once.
    func tellStopping() {
        let reader = unsafe state.withLock { state -> Reader? in
            if state.knowsOfStop { return nil }
            state.knowsOfStop = true
            state.isStopping = unsafe state.reader == nil
            return unsafe state.reader.take()
        }
        unsafe reader?.resume(returning: .stopping)
    }

    /// The error that the finished handler has thrown; not a trap, which is logged where it occurs.
    var failure: (any Error)? { state.withLock(\.hasFinished) ? call.failure : nil }

    /// Stores a reader, or returns the result of its wait if that is already known.
    private func answer(to reader: Reader) -> Result<ConnectionEvent, any Error>? {
        let (answer, isSecond) = state.withLock {
            state -> (Result<ConnectionEvent, any Error>?, isSecond: Bool) in
            state.waits += 1
            if state.isOver { return (.failure(ClientGone()), false) }
            if Task.isCancelled { return (.failure(CancellationError()), false) }
            if state.isWoken {
                state.isWoken = false
                return (.success(.woken), false)
            }
            if state.isStopping {
                state.isStopping = false
                return (.success(.stopping), false)
            }
            if unsafe state.reader != nil { return (nil, true) }
            unsafe state.reader = reader
            return (nil, false)
        }
        if isSecond { stop("Two tasks of one handler wait for its connection's bytes at once") }
        return answer
    }

    /// Resumes the reader, if there is one.
    private func endReading(_ event: ConnectionEvent, ofWait wait: Int? = nil) {
        let reader = unsafe state.withLock { state -> Reader? in
            if let wait, wait != state.waits { return nil }
            return unsafe state.reader.take()
        }
        unsafe reader?.resume(returning: event)
    }

    private func endReading(throwing error: any Error) {
        let reader = unsafe state.withLock { state in unsafe state.reader.take() }
        unsafe reader?.resume(throwing: error)
    }

    // MARK: Called by workers that have the connection

    /// Runs the handler until it has finished, or waits for its client and has no more jobs.
    ///
    /// - Parameter hasInput: Whether the MPM reports that there is something to read.
    /// - Returns: The handler's result; nil when the connection is to be parked.
    /// - Throws: The handler's error.
    func work(hasInput: Bool) throws -> Status? {
        takeTurn()
        if hasInput { endReading(.input) }
        while true {
            switch state.wait(until: nil, nextStep) {
            case .run(let job)?: run(job)
            case .waitHere?: waitHere()
            case .park?: return nil
            case .finish?, nil:
                wait.keepMemory()
                return try call.outcome()
            }
        }
    }

    /// Waits for the turn, which a worker requested from the MPM may have.
    private func takeTurn() {
        state.wait(until: nil) { state -> Void? in
            if state.hasRunner { return nil }
            state.hasRunner = true
            state.isParked = false
            return ()
        }
    }

    private func nextStep(_ state: inout State) -> Step? {
        if let job = state.takeJob() { return .run(job) }
        if state.hasFinished {
            state.hasRunner = false
            return .finish
        }
        if unsafe state.reader == nil { return nil }
        guard ConnectionWait.canPark else { return .waitHere }
        wait.park()
        state.hasRunner = false
        state.isParked = true
        return .park
    }

    /// Waits in the worker, together with the handler, if the MPM does not park connections.
    private func waitHere() {
        ThreadSlot.setWaiting(true)
        defer { ThreadSlot.setWaiting(false) }
        switch wait.forInput() {
        case .input: endReading(.input)
        case .interrupted: break
        case .failed(let error): endReading(throwing: error)
        }
    }

    // MARK: Called by workers requested from the MPM

    /// - Parameter reference: Retained.
    private static func askForThread(_ reference: Unmanaged<ConnectionTask>) {
        // The MPM's memory is freed together with the child.
        if BackgroundThread.areEnding { return }
        // SAFETY: the only release for the retain, in the callback or here.
        let status = unsafe ap_mpm_register_timed_callback(
            0,
            { reference in
                guard let reference = unsafe reference else { return }
                unsafe Unmanaged<ConnectionTask>.fromOpaque(reference).takeRetainedValue()
                    .runWhileParked()
            }, reference.toOpaque())
        if status != APR_SUCCESS { unsafe reference.release() }
    }

    private func runWhileParked() {
        let hasTurn = state.withLock { state in
            state.hasAskedForThread = false
            if state.hasRunner { return false }
            state.hasRunner = true
            return true
        }
        if hasTurn { runJobs() }
    }

    /// - Parameters:
    ///   - handler: Cancelled before its jobs are run.
    ///   - last: Called before the turn is given back.
    private func runJobs(cancelling handler: Task<Void, Never>? = nil, _ last: () -> Void = {}) {
        let work = OneShotWork { [self] in
            handler?.cancel()
            while let job = state.change({ $0.takeJob() }) { run(job) }
        }
        if let trap = TrapGuard.finish(work, for: .child) {
            call.end(with: trap)
            let isOver = state.withLock { state in
                state.hasFinished = true
                return state.isOver
            }
            // Otherwise the worker that ends the connection logs it.
            if isOver {
                Teardown.log(trap, .child, "a connection handler, after its connection")
            }
        }
        last()
        // The turn is given back last: afterwards, the connection may be freed.
        let isLeftOver = state.change { state in
            // Only a worker that has the connection can end it.
            if state.hasFinished, !state.isOver { wait.wakeMPM() }
            state.hasRunner = false
            return !state.hasFinished && !state.jobs.isEmpty
        }
        if isLeftOver { unsafe Self.askForThread(.passRetained(self)) }
    }

    // MARK: The end

    /// Cancels a handler that is still waiting when its connection ends, and runs the jobs that it
    /// has then. Called again when the connection is destroyed: further jobs may have been enqueued
    /// since.
    ///
    /// - Parameters:
    ///   - reason: The error that a wait for the client throws.
    ///   - first: Changes the connection before the handler continues, while no other thread runs
    ///     it.
    ///   - last: Changes the connection after the handler's last job, before another thread can run
    ///     it.
    func abandon(_ reason: any Error, first: () -> Void, last: () -> Void) {
        takeTurn()
        first()
        let handler = state.withLock { state in
            state.isParked = true
            state.isOver = true
            return state.handler
        }
        wait.keepMemory()
        endReading(throwing: reason)
        runJobs(cancelling: handler, last)
    }
}
