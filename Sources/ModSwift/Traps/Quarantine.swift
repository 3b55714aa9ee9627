// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// Makes handlers that trap too often respond with 503 for some time: SwiftTrapLimit.
///
/// Traps are counted over all children, by function and version: a changed source starts at zero.
enum Quarantine {
    /// Checked before each call of a handler.
    ///
    /// - Throws: ``HandlerFailure`` if the handler is in quarantine.
    @inline(__always)
    static func check(_ loaded: Immortal<LoadedHandler>) throws {
        guard let table = SharedTrapStatistics.shared, table.closed != 0 else { return }
        try check(loaded.object, table)
    }

    @inline(never)
    private static func check(_ loaded: LoadedHandler, _ table: SharedTrapStatistics) throws {
        let now = MonotonicTime.now.wholeSeconds
        if let entry = loaded.trapIdentity.flatMap({ table.entry(of: $0) }) {
            let end = entry.closedUntil
            if end > now { throw HandlerFailure.quarantined(seconds: end - now) }
            if end != 0, entry.open(after: end) {
                MainServer.log("MSW0406: \(loaded.title) is out of quarantine", .notice)
            }
        }
        table.openOverdue(now: now)
    }

    /// Returns "handler: 101 traps, 45 more seconds"; nil if the handler is not in quarantine.
    static func description(of loaded: LoadedHandler) -> String? {
        guard let table = SharedTrapStatistics.shared, table.closed != 0,
            let entry = loaded.trapIdentity.flatMap({ table.entry(of: $0) })
        else { return nil }
        let rest = entry.closedUntil - MonotonicTime.now.wholeSeconds
        return rest > 0 ? "\(loaded.name): \(entry.traps) traps, \(rest) more seconds" : nil
    }

    /// Puts a handler into quarantine at once, if its trap would affect every child that calls it.
    static func begin(_ loaded: LoadedHandler, _ limit: TrapLimit) {
        guard limit.traps > 0, let identity = loaded.trapIdentity,
            SharedTrapStatistics.shared?.findOrInsertEntry(of: identity)?
                .close(until: MonotonicTime.now.wholeSeconds + limit.seconds) == true
        else { return }
        SharedTrapStatistics.shared?.count(.quarantines)
        MainServer.log(
            "MSW0405: \(loaded.title) has trapped in the initialiser of a global, as it would in every "
                + "child, each of which would have to be replaced: it responds with 503 for \(limit.seconds) "
                + "seconds (SwiftTrapLimit), or until its source changes", .error)
    }

    /// Counts a trap of a handler.
    static func count(_ loaded: LoadedHandler, _ limit: TrapLimit) {
        guard limit.traps > 0, let identity = loaded.trapIdentity,
            let entry = SharedTrapStatistics.shared?.findOrInsertEntry(of: identity)
        else { return }
        let now = MonotonicTime.now.wholeSeconds
        guard entry.count(within: limit.seconds, now: now) > limit.traps,
            entry.close(until: now + limit.seconds)
        else { return }
        SharedTrapStatistics.shared?.count(.quarantines)
        MainServer.log(
            "MSW0405: \(loaded.title) has trapped more than \(limit.traps) times in "
                + "\(limit.seconds) seconds (SwiftTrapLimit); it responds with 503 for as long, or "
                + "until its source changes", .error)
    }
}

extension LoadedHandler {
    /// The function in its version, as a positive number; nil for a built-in one.
    fileprivate var trapIdentity: Int? {
        guard let version else { return nil }
        // FNV-1a, 64 bits: reduced to a positive number, and never 0.
        let hash = "\(version.key.short) \(name)".utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        return Int(hash >> 1) | 1
    }

    fileprivate var title: String { "\(name) of \(version?.sourcePath ?? "mod_swift")" }
}

extension MonotonicTime {
    fileprivate var wholeSeconds: Int { nanoseconds / 1_000_000_000 }
}
