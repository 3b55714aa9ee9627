// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import SystemCalls

/// What is left to do for a session when its request has ended.
enum SessionEnd {
    /// When this process cleans next, in milliseconds since 1970.
    private static let nextCleaning = Atomic<Int>(0)
    private static let interval = 10_000

    /// A store's own lock may run an author's code.
    static func unlock(_ lock: StoreLock) {
        guard lock.runsCode else { return lock.unlock() }
        Teardown.finish(OneShotWork { lock.unlock() }, .child, "the end of a session's lock")
    }

    /// Removes a part of what has expired, if it is time.
    static func clean(_ store: any SessionStore) {
        let now = Int(WallClock.milliseconds)
        let next = nextCleaning.load(ordering: .relaxed)
        guard now >= next || next > now + interval,
            nextCleaning.compareExchange(
                expected: next, desired: now + interval, ordering: .relaxed
            ).exchanged
        else { return }
        let work = OneShotWork {
            do {
                try store.removeExpired()
            } catch {
                MainServer.log(
                    "MSW0659: expired sessions were not removed: \(error)", .warning)
            }
        }
        Teardown.finish(work, .child, "the removal of expired sessions")
    }
}
