// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// What a handler is called with. Somebody may be waiting for what comes of it, or no more.
protocol ClientPresence: SendableMetatype {
    /// Whether nobody waits for it any more; costs a system call.
    var isClientGone: Bool { get }
}

extension Request: ClientPresence {
    /// The response is not out yet.
    var awaitsAnswer: Bool { phase.rawValue < Phase.log.rawValue }
    var isClientGone: Bool { awaitsAnswer && live.connection?.isClosedByClient == true }
}

extension Filter: ClientPresence {
    /// One of a connection belongs to all of its requests: none of them gives it up.
    var isClientGone: Bool { requestRecord != nil && req.isClientGone }
}

extension Server: ClientPresence {
    /// The child waits for it.
    var isClientGone: Bool { false }
}

/// What a thread looks after while its async handler waits.
struct AsyncWaitMonitor {
    enum Event {
        /// Its time has passed, with the grace.
        case isOver
        /// It is to be cancelled, as nobody waits for it.
        case isClientGone
        case none
    }

    private let limit: TimedCall?
    /// When to look after the client; nil: no more.
    private var nextLook: MonotonicTime?
    private var interval = 0.1

    init(_ limit: TimedCall?) {
        self.limit = limit
        nextLook = .now.advanced(bySeconds: interval)
    }

    /// When there is something to look after; nil: never.
    var next: MonotonicTime? {
        let limit = limit.map { $0.isCancelled ? $0.end : $0.deadline }
        guard let nextLook, let limit else { return nextLook ?? limit }
        return min(nextLook, limit)
    }

    /// Looks, and cancels what has had its time.
    mutating func look(_ argument: some ClientPresence) -> Event {
        let now = MonotonicTime.now
        if let limit {
            if now >= limit.end { return .isOver }
            if now >= limit.deadline { limit.cancel() }
        }
        guard let time = nextLook, time <= now else { return .none }
        if argument.isClientGone {
            nextLook = nil
            return .isClientGone
        }
        interval = min(2 * interval, 1)
        nextLook = now.advanced(bySeconds: interval)
        return .none
    }
}
