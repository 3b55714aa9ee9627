// SPDX-License-Identifier: Apache-2.0

internal import CApache
internal import Synchronization
internal import SystemCalls

/// Our own threads, in addition to httpd's workers. Only in a child: none starts before child_init,
/// and none continues when the child's memory is freed.
enum BackgroundThread {
    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Ends with the child: every wait on these threads must watch it.
    static let lifeline = try? Lifeline()

    /// Not a lock: prefork ends its children in a signal handler, which may have interrupted any
    /// code.
    private static let running = Atomic<Int>(0)
    private static let isOver = Atomic<Bool>(false)

    /// Whether the child is freeing its memory.
    static var areEnding: Bool { isOver.load(ordering: .relaxed) }

    private static let lastComplaint = Atomic<Int>(0)

    /// Runs body on a thread that receives none of httpd's signals.
    ///
    /// - Parameter isAwaited: Whether the child's end waits for it, because it uses resources that
    ///   are freed with the child.
    /// - Returns: False if the system cannot create a thread: that is logged, at most once a
    ///   minute, and the caller must try again later.
    static func start(isAwaited: Bool = true, _ body: @escaping @Sendable () -> Void) -> Bool {
        guard let code = create(isAwaited, body) else { return true }
        let (now, last) = (
            MonotonicTime.now.nanoseconds, lastComplaint.load(ordering: .relaxed)
        )
        if last == 0 || now - last > 60_000_000_000 {
            lastComplaint.store(now, ordering: .relaxed)
            MainServer.log(
                "MSW0742: child \(ServerUser.process) could not start a thread: \(errorText(code)); what it "
                    + "was for is tried again at the next occasion", .error)
        }
        return false
    }

    /// - Returns: The error number; nil if it succeeded.
    private static func create(_ isAwaited: Bool, _ body: @escaping @Sendable () -> Void) -> Int32?
    {
        if isAwaited { running.add(1, ordering: .sequentiallyConsistent) }
        let work = Work {
            body()
            if isAwaited { running.subtract(1, ordering: .sequentiallyConsistent) }
        }
        // SAFETY: the thread takes over the only reference to the work; masks are restored here.
        return withSignalsBlocked { () -> Int32? in
            var thread = pthread_t()
            let work = unsafe Unmanaged.passRetained(work).toOpaque()
            let code = unsafe pthread_create(
                &thread, nil,
                { work in
                    guard let work = unsafe work else { return nil }
                    unsafe Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body()
                    return nil
                }, work)
            if code == 0 {
                pthread_detach(thread)
                return nil
            }
            unsafe Unmanaged<Work>.fromOpaque(work).release()
            if isAwaited { running.subtract(1, ordering: .sequentiallyConsistent) }
            return code
        }
    }

    /// Called on a background thread that continues, and from now on uses only the system: the
    /// child need not wait for it. It must not return from its body.
    static func leave() { running.subtract(1, ordering: .sequentiallyConsistent) }

    /// Makes all of them end before the child's pools are destroyed: they use httpd's log.
    static func endWithChild(_ pool: OpaquePointer?) {
        // Created now, not in the cleanup, which may run in a signal handler.
        guard lifeline != nil else { return }
        // SAFETY: the cleanup uses nothing of the pool.
        unsafe apr_pool_pre_cleanup_register(
            pool, nil,
            { _ in
                BackgroundThread.end()
                if ChildEnd.interruptsWork { return APR_SUCCESS }
                var patience = 200
                while BackgroundThread.running.load(ordering: .sequentiallyConsistent) > 0,
                    patience > 0
                {
                    pause(milliseconds: 10)
                    patience -= 1
                }
                return APR_SUCCESS
            })
    }

    /// Makes all of them end; safe in a signal handler.
    static func end() {
        if !isOver.exchange(true, ordering: .sequentiallyConsistent) { lifeline?.end() }
    }

    /// Calls body with signals blocked. A new thread inherits the mask: httpd's signals must be
    /// delivered to httpd's threads. The signals of traps stay unblocked in every thread: blocked,
    /// they would end the process without a message.
    private static func withSignalsBlocked<Result>(_ body: () -> Result) -> Result {
        var blocked = sigset_t()
        var before = sigset_t()
        // SAFETY: the calls read and fill in local variables.
        unsafe sigfillset(&blocked)
        for signal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
            unsafe sigdelset(&blocked, signal)
        }
        unsafe pthread_sigmask(SIG_SETMASK, &blocked, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        return body()
    }
}
