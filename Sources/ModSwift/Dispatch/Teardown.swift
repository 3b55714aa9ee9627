// SPDX-License-Identifier: Apache-2.0
//
// An author's code that is not called through a handler: cleanups, deinits of values, cancellation
// handlers. Most of it runs at the end of a request or connection, from httpd's cleanups, possibly
// on a thread that never runs handlers, such as the listener. A trap there affects only the code
// that trapped.

/// Runs teardown code inside the trap guard.
enum Teardown {
    /// The description, for the log, of a value that code has stored under its own key.
    static let keptValue = "the end of a kept value"

    /// Runs work; a trap is logged and has its consequences.
    ///
    /// - Parameter title: A description for the log.
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
