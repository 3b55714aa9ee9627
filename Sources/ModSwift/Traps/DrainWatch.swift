// SPDX-License-Identifier: Apache-2.0
//
// A child that is being replaced ends when what it has under way has ended, as httpd's graceful end does.
// Threads that are stuck in handler code never come to that: their clients are let go, and when nothing else
// is left the child ends without them.

internal import SystemCalls

/// Finds the threads of a child being replaced that are stuck in handler code.
///
/// A thread is stuck when it has been in one call for the whole patience, and nothing has gone to its
/// client or come from it in the last two thirds of that; or when it is kept where it trapped. One that is
/// in httpd meanwhile, such as with a slow client, is bounded by httpd's `Timeout`.
struct DrainWatch {
    /// What is known of a thread that is in a call.
    private struct Watched {
        let call: UInt
        let since: MonotonicTime
        var earlier: (sample: CallSample?, time: MonotonicTime)?
    }

    /// A thread that will not come to its end.
    struct Stuck {
        fileprivate let call: UInt
        fileprivate let since: MonotonicTime
        let sample: CallSample?
    }

    /// Seconds.
    private let patience: Double
    private var watched: [ThreadNumber: Watched] = [:]
    private var stuck: [ThreadNumber: Stuck] = [:]

    init(patience: Double) { self.patience = patience }

    /// Looks at the threads in handler code.
    ///
    /// - Returns: Those that have been found stuck now.
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

    /// Whether there are stuck threads, and no client of anything else.
    func isOnlyStuck(now: MonotonicTime = .now) -> Bool {
        guard !stuck.isEmpty else { return false }
        let ends = stuck.values.filter {
            // Other streams of its connection may be under way.
            $0.sample?.isStream != true || $0.since.advanced(bySeconds: patience) <= now
        }
        return ClientSockets.open.isSubset(of: ends.compactMap { $0.sample?.descriptor })
    }
}
