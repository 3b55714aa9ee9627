// SPDX-License-Identifier: Apache-2.0
//
// Scripts of other modules may install signal handlers at any time (Python's faulthandler, Perl's
// $SIG{SEGV}), replacing the guard's: a trap would then end the child.

internal import CTrapGuard
internal import Glibc
internal import Synchronization

/// The guard's signal handlers in the presence of those of other modules.
enum SignalHandlers {
    /// Whether the child is serving requests: a handler that another module installs from now on is
    /// unexpected.
    private static let isServing = Atomic<Bool>(false)

    /// Determines, in the parent, whether scripts in other languages can run in this process. If
    /// so, each call of a handler first checks that the guard's signal handlers are installed.
    ///
    /// - Returns: Whether ``retake()`` must be called after requests that other modules handle.
    static func watch() -> Bool { msw_guard_watch() != 0 }

    /// Called in child_init, after all other modules.
    static func beginServing() {
        msw_guard_tell_displaced { SignalHandlers.tell(signals: $0, by: UInt($1)) }
        // Prefork has already set it; children of other MPMs are ended in another way (ChildDrain).
        msw_keep_ending_signal(SIGUSR1)
        retake()
        isServing.store(true, ordering: .relaxed)
    }

    /// Installs the guard's handlers again; they pass all signals that are not traps in a Swift
    /// handler to the other modules' handlers.
    static func retake() {
        let error = msw_guard_retake()
        guard error != 0 else { return }
        MainServer.log(TrapGuard.failureMessage(error), .warning)
    }

    private static func tell(signals: UInt32, by handler: UInt) {
        let names = names.filter { signals & (1 << UInt32($0.signal)) != 0 }.map(\.name)
        let whose = CodeAddress(handler, isReturn: false).map { "handlers of \($0.image)" }
        MainServer.log(
            "MSW0755: for \(names.joined(separator: ", ")), \(whose ?? "the system's default action") "
                + "came in front of mod_swift's signal handler, which is in front again and hands on "
                + "what is no trap in a Swift handler",
            isServing.load(ordering: .relaxed) ? .notice : .info)
    }

    private static let names: [(signal: Int32, name: String)] = [
        (SIGILL, "SIGILL"), (SIGTRAP, "SIGTRAP"), (SIGSEGV, "SIGSEGV"), (SIGBUS, "SIGBUS"),
        (SIGFPE, "SIGFPE"), (SIGABRT, "SIGABRT"),
    ]
}
