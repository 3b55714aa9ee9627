// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// The context of a handler, whose client may or may not be waiting for the result.
protocol ClientPresence: SendableMetatype {
    /// Whether the client has disconnected; costs a system call.
    var isClientGone: Bool { get }
}

extension Request: ClientPresence {
    /// Whether the response has not been sent completely.
    var awaitsAnswer: Bool { phase.rawValue < Phase.log.rawValue }
    var isClientGone: Bool { awaitsAnswer && live.connection?.isClosedByClient == true }
}

extension Filter: ClientPresence {
    /// A filter of a connection belongs to all of its requests: none of them cancels it.
    var isClientGone: Bool { requestRecord != nil && req.isClientGone }
}

extension Server: ClientPresence {
    /// The child waits for the call.
    var isClientGone: Bool { false }
}

/// Checks the time limit and the client while a thread waits for its async handler.
struct AsyncWaitMonitor {
    enum Event {
        /// The time limit and the grace period have passed.
        case isOver
        /// The handler is to be cancelled because its client has disconnected.
        case isClientGone
        case none
    }

    private let limit: TimedCall?
    /// The time of the next check of the client; nil: no more checks.
    private var nextLook: MonotonicTime?
    private var interval = 0.1

    init(_ limit: TimedCall?) {
        self.limit = limit
        nextLook = .now.advanced(bySeconds: interval)
    }

    /// The time of the next check; nil: never.
    var next: MonotonicTime? {
        let limit = limit.map { $0.isCancelled ? $0.end : $0.deadline }
        guard let nextLook, let limit else { return nextLook ?? limit }
        return min(nextLook, limit)
    }

    /// Checks, and cancels a call that has exceeded its limit.
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
