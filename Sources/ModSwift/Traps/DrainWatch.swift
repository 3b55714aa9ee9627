// SPDX-License-Identifier: Apache-2.0
//
// A child that is being replaced ends when its requests have ended, as in httpd's graceful end.
// Threads that are stuck in handler code never reach that point: their clients' connections are
// shut down, and when nothing else is left the child ends without waiting for these threads.

internal import SystemCalls

/// Finds the threads of a child being replaced that are stuck in handler code.
///
/// A thread is stuck if it has been in one call for the whole patience, and no bytes have been sent
/// to its client or received from it in the last two thirds of that; or if it trapped and is
/// suspended. For a thread that is in httpd meanwhile, such as with a slow client, httpd's
/// `Timeout` applies.
struct DrainWatch {
    /// The observations of a thread that is in a call.
    private struct Watched {
        let call: UInt
        let since: MonotonicTime
        var earlier: (sample: CallSample?, time: MonotonicTime)?
    }

    /// A thread that will not return from its call.
    struct Stuck {
        fileprivate let call: UInt
        fileprivate let since: MonotonicTime
        let sample: CallSample?
    }

    /// The patience in seconds.
    private let patience: Double
    private var watched: [ThreadNumber: Watched] = [:]
    private var stuck: [ThreadNumber: Stuck] = [:]

    init(patience: Double) { self.patience = patience }

    /// Checks the threads in handler code.
    ///
    /// - Returns: Those that have just been found stuck.
    mutating func look(now: MonotonicTime = .now) -> [Stuck] {
        let threads = GuardedThread.all
        let calls = Dictionary(threads.map { ($0.thread, $0.call) }) { first, _ in first }
        stuck = stuck.filter { calls[$0.key] == $0.value.call }
        watched = watched.filter { calls[$0.key] == $0.value.call }
        var found: [Stuck] = []
        for thread in threads where stuck[thread.thread] == nil {
            guard let new = examine(thread, now) else { continue }
            stuck[thread.thread] = new
            found.append(new)
        }
        return found
    }

    private mutating func examine(_ thread: GuardedThread, _ now: MonotonicTime) -> Stuck? {
        if thread.isSuspended {
            return Stuck(
                call: thread.call, since: now, sample: CallSample(ofSuspended: thread.thread))
        }
        guard var known = watched[thread.thread] else {
            watched[thread.thread] = Watched(call: thread.call, since: now)
            return nil
        }
        defer { watched[thread.thread] = known }
        guard let earlier = known.earlier else {
            if known.since.advanced(bySeconds: patience / 3) <= now {
                known.earlier = (CallSample(of: thread.thread), now)
            }
            return nil
        }
        guard earlier.time.advanced(bySeconds: patience * 2 / 3) <= now else { return nil }
        let sample = CallSample(of: thread.thread)
        guard sample == earlier.sample, sample?.isInHTTPD != true else {
            known.earlier = (sample, now)
            return nil
        }
        return Stuck(call: thread.call, since: now, sample: sample)
    }

    /// Whether there are stuck threads, and no clients of other threads.
    func isOnlyStuck(now: MonotonicTime = .now) -> Bool {
        guard !stuck.isEmpty else { return false }
        let ends = stuck.values.filter {
            // Other streams of its connection may still be running.
            $0.sample?.isStream != true || $0.since.advanced(bySeconds: patience) <= now
        }
        return ClientSockets.open.isSubset(of: ends.compactMap { $0.sample?.descriptor })
    }
}
