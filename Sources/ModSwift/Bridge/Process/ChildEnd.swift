// SPDX-License-Identifier: Apache-2.0
//
// The prefork MPM ends its children in a signal handler, at any point of their code. If the signal
// has interrupted a request, that code may hold any lock, even the memory allocator's: code that
// allocates, frees or locks may then wait for ever, and httpd kills the child after ten seconds. So
// our cleanups are skipped in that case; the system frees the memory with the process.

internal import CApache
internal import Synchronization

/// The way in which this child ends.
enum ChildEnd {
    private static let isInterrupting = Atomic<Bool>(false)

    /// Whether the child is ending in a signal handler that has interrupted a request: our cleanups
    /// then do nothing.
    static var interruptsWork: Bool { isInterrupting.load(ordering: .relaxed) }

    /// httpd's hook child_stopping, before any pool is destroyed; perhaps in a signal handler.
    static func begin(isGraceful: Bool) {
        if isInSignalHandler, isAtWork { isInterrupting.store(true, ordering: .relaxed) }
        // httpd waits for its threads before it destroys the pool: threads that wait for a build
        // must stop waiting. Prefork has no threads to wait for, and no end of its children is
        // graceful.
        if !isGraceful, ServerInfo.isThreaded { BackgroundThread.end() }
    }

    /// A signal is blocked while its handler runs; under prefork these two are blocked at no other
    /// time.
    static var isInSignalHandler: Bool {
        if ServerInfo.isThreaded { return false }
        var blocked = sigset_t()
        // SAFETY: the call fills in a local variable.
        unsafe pthread_sigmask(SIG_SETMASK, nil, &blocked)
        return unsafe sigismember(&blocked, SIGTERM) == 1 || sigismember(&blocked, SIGHUP) == 1
    }

    /// Usually a child is only waiting for a client.
    private static var isAtWork: Bool {
        var process = unsafe apr_proc_t()
        unsafe process.pid = getpid()
        // SAFETY: the scoreboard is freed after the child's pool; the worker's score is part of it.
        let slot = unsafe ap_find_child_by_pid(&process)
        guard let score = unsafe ap_get_scoreboard_worker_from_indexes(slot, 0) else { return true }
        let status = unsafe Int32(score.pointee.status)
        return status != SERVER_READY && status != SERVER_BUSY_KEEPALIVE
    }
}
