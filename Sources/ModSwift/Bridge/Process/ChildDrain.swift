// SPDX-License-Identifier: Apache-2.0
//
// Ending this child in httpd's own graceful way. msw_drain.h says how that is brought about.

internal import CApache
internal import CTrapGuard
internal import Synchronization
internal import SystemCalls

/// What this child can do about its own end.
enum ChildDrain {
    // SAFETY: written in post_config, before there are children and threads.
    nonisolated(unsafe) private static var parent: pid_t = 0

    /// Called in the parent.
    static func prepareParent() {
        unsafe parent = getpid()
        _ = hasExitCode
    }

    /// Why this child cannot be replaced; nil where it can.
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

    /// Seconds that a child may take to end: GracefulShutdownTimeout, or 30.
    static var patience: Double {
        let timeout = Int(msw_graceful_shutdown_timeout())
        return timeout > 0 ? Double(timeout) : 30
    }

    // MARK: The beginning

    /// From now on this child takes no connection. Once httpd sees it, it ends those it has as they
    /// come to the end of a response, and then itself.
    static func begin() {
        isDraining.store(true, ordering: .relaxed)
        if ServerInfo.isThreaded {
            msw_refuse_connections()
        } else {
            // To the one thread that serves: this one may be a watcher, and takes no signals.
            msw_end_by_signal()
        }
    }

    /// Wakes the listener: it may be waiting for a connection that no client makes.
    static func wakeListener() {
        guard ServerInfo.isThreaded else { return }
        // Worker's listener may be waiting in accept() itself; this is what worker wakes it with.
        // In a child of event the signal does nothing.
        msw_wake_by_signal(SIGHUP)
        msw_call_listener()
    }

    /// Whether httpd has begun to end this child.
    static var isStopping: Bool {
        ServerInfo.query(AP_MPMQ_MPM_STATE) == AP_MPMQ_STOPPING
    }

    // MARK: The end

    private static let isDraining = Atomic<Bool>(false)

    /// Ends the process where it is: no cleanup runs, as one of them might wait for what is stuck.
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
