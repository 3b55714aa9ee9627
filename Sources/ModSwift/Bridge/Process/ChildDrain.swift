// SPDX-License-Identifier: Apache-2.0
//
// Ends this child in httpd's own graceful way. msw_drain.h describes how.

internal import CApache
internal import CTrapGuard
internal import Synchronization
internal import SystemCalls

/// Functions with which this child ends itself.
enum ChildDrain {
    // SAFETY: written in post_config, before there are children and threads.
    nonisolated(unsafe) private static var parent: pid_t = 0

    /// Called in the parent.
    static func prepareParent() {
        unsafe parent = getpid()
        _ = hasExitCode
    }

    /// The reason why this child cannot be replaced; nil if it can.
    static var obstacle: String? {
        if unsafe parent == getpid() { return "httpd runs as a single process (-X)" }
        guard ["event", "worker", "prefork"].contains(ServerInfo.mpm) else {
            return "the MPM \(ServerInfo.mpm) is not known to take it"
        }
        if ServerInfo.isThreaded, msw_listeners_are_hidden() != 0 {
            return "ListenCoresBucketsRatio gives children listeners of their own"
        }
        return nil
    }

    /// The time in seconds that a child may take to end: GracefulShutdownTimeout, or 30.
    static var patience: Double {
        let timeout = Int(msw_graceful_shutdown_timeout())
        return timeout > 0 ? Double(timeout) : 30
    }

    // MARK: The beginning

    /// Makes this child accept no more connections. When httpd notices, it closes the child's
    /// connections after their current responses, and then ends the child.
    static func begin() {
        isDraining.store(true, ordering: .relaxed)
        if ServerInfo.isThreaded {
            msw_refuse_connections()
        } else {
            // Sent to the only serving thread: the current thread may be a monitor, which receives
            // no signals.
            msw_end_by_signal()
        }
    }

    /// Wakes the listener: it may be waiting for a connection that no client makes.
    static func wakeListener() {
        guard ServerInfo.isThreaded else { return }
        // Worker's listener may be waiting in accept() itself; this is the signal with which worker
        // wakes it. In a child of event the signal has no effect.
        msw_wake_by_signal(SIGHUP)
        msw_call_listener()
    }

    /// Whether httpd has begun to end this child.
    static var isStopping: Bool {
        ServerInfo.query(AP_MPMQ_MPM_STATE) == AP_MPMQ_STOPPING
    }

    // MARK: The end

    private static let isDraining = Atomic<Bool>(false)

    /// Ends the process immediately: no cleanup runs, because one might wait for the stuck thread.
    static func leave() -> Never { _exit(0) }

    /// Registers an exit handler that sets the exit code to 0. httpd's own code reports a lack of
    /// resources, and a parent whose only child reports that gives up. The handler is registered
    /// early, so that it runs late.
    private static let hasExitCode: Bool = {
        atexit {
            guard ChildDrain.isDraining.load(ordering: .relaxed) else { return }
            fflush(nil)
            _exit(0)
        } == 0
    }()
}
