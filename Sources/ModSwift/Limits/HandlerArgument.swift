// SPDX-License-Identifier: Apache-2.0

internal import ModSwiftSystem

/// What a handler is called with. Somebody may be waiting for what comes of it, or no more.
protocol HandlerArgument: SendableMetatype {
    /// Whether nobody waits for it any more; costs a system call.
    var isDeserted: Bool { get }
}

extension Request: HandlerArgument {
    /// The answer is not out yet.
    var awaitsAnswer: Bool { phase.rawValue < Phase.log.rawValue }
    var isDeserted: Bool { awaitsAnswer && live.connection?.isClosedByClient == true }
}

extension Filter: HandlerArgument {
    /// One of a connection belongs to all of its requests: none of them gives it up.
    var isDeserted: Bool { requestRecord != nil && req.isDeserted }
}

extension Server: HandlerArgument {
    /// The child waits for it.
    var isDeserted: Bool { false }
}

/// What a thread looks after while its async handler waits.
struct Vigil {
    enum Event {
        /// Its time has passed, with the grace.
        case isOver
        /// It is to be cancelled, as nobody waits for it.
        case isDeserted
        case none
    }

    private let limit: LimitedCall?
    /// When to look after the client; nil: no more.
    private var nextLook: MonotonicTime?
    private var interval = 0.1

    init(_ limit: LimitedCall?) {
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
    mutating func look(_ argument: some HandlerArgument) -> Event {
        let now = MonotonicTime.now
        if let limit {
            if now >= limit.end { return .isOver }
            if now >= limit.deadline { limit.cancel() }
        }
        guard let time = nextLook, time <= now else { return .none }
        if argument.isDeserted {
            nextLook = nil
            return .isDeserted
        }
        interval = min(2 * interval, 1)
        nextLook = now.advanced(bySeconds: interval)
        return .none
    }
}
