// SPDX-License-Identifier: Apache-2.0
//
// What handlers have left for the end of a request or of a connection: cleanups, and values whose
// deinit runs an author's code. httpd's cleanups call for them, perhaps on a thread that has never
// seen a handler, the listener's among them. A trap there costs what trapped and nothing else.

/// Runs what is left for the end, inside the trap guard.
enum Teardown {
    /// A value that code has set by a key of its own, as the log names it.
    static let keptValue = "the end of a kept value"

    /// Tells of a trap that belongs to nothing httpd still has.
    static func tell(_ trap: Trap, _ title: String) {
        TrapPolicy.contained(trap, in: nil, nil)
        let failure = TrapReporter.failure(of: trap, handler: title)
        LoaderSettings.log(failure.story(of: title), failure.level)
    }

    /// - Parameter title: What it is, for the log.
    static func finish(_ work: OneShotWork, of record: RequestRecord, _ title: String) {
        guard let trap = TrapGuard.finish(work, for: record) else { return }
        TrapPolicy.contained(trap, in: nil, nil)
        ErrorReporter.report(
            TrapReporter.failure(of: trap, record, handler: title), atEndOf: record, title)
    }

    /// The same of what belongs to a connection.
    static func finish(
        _ work: OneShotWork, of record: ConnectionRecord, _ title: String = keptValue
    ) {
        guard let trap = TrapGuard.finish(work, for: nil) else { return }
        TrapPolicy.contained(trap, in: nil, nil)
        let failure = TrapReporter.failure(of: trap, record, handler: title)
        record.log(failure.story(of: title), level: failure.level)
    }
}
