// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import SystemCalls

/// The work that remains for a session after its request has ended.
enum SessionEnd {
    /// The time of the next cleaning in this process, in milliseconds since 1970.
    private static let nextCleaning = Atomic<Int>(0)
    private static let interval = 10_000

    /// Releases a lock. The lock of a store may run an author's code, which is guarded.
    static func unlock(_ lock: StoreLock) {
        guard lock.runsCode else { return lock.unlock() }
        Teardown.finish(OneShotWork { lock.unlock() }, .child, "the end of a session's lock")
    }

    /// Removes a part of the expired records, if it is time.
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
