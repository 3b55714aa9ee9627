// SPDX-License-Identifier: Apache-2.0
//
// An author's code that no handler is called for: cleanups, values whose deinit runs code, handlers
// of cancellation. Most of it runs at the end of a request or connection, from httpd's cleanups,
// perhaps on a thread that has never seen a handler, the listener's among them. A trap there costs
// what trapped and nothing else.

/// Runs what is left for the end, inside the trap guard.
enum Teardown {
    /// A value that code has set by a key of its own, as the log names it.
    static let keptValue = "the end of a kept value"

    /// Runs work; a trap is logged and has its consequences.
    ///
    /// - Parameter title: What it is, for the log.
    static func finish(_ work: OneShotWork, _ subject: CallSubject, _ title: String) {
        guard let trap = TrapGuard.finish(work, for: subject) else { return }
        log(trap, subject, title)
    }

    /// Logs a trap that is not returned to a caller, and applies its consequences.
    static func log(_ trap: Trap, _ subject: CallSubject, _ title: String) {
        TrapPolicy.contained(trap, in: nil, nil)
        subject.log(TrapReporter.failure(of: trap, subject, title), title)
    }
}
