// SPDX-License-Identifier: Apache-2.0

internal import SessionCoding
internal import Synchronization
internal import SystemCalls

/// The locks that this process has of a redis server. Each ends by itself if it is not prolonged, so that
/// one of a process that is gone does not last; a thread of the child prolongs those that are held.
final class RedisLeases: Sendable {
    private struct Lease: Sendable {
        let name: [UInt8]
        let token: [UInt8]
        /// When redis gives it to others, in nanoseconds of the monotonic clock.
        var end: Int
    }

    private struct State: Sendable {
        var leases: [Int: Lease] = [:]
        var next = 0
        var hasThread = false
    }

    private let connections: RedisConnections
    /// Milliseconds.
    private let lifetime: Int
    private let state = Mutex(State())

    init(_ connections: RedisConnections, lifetime: Double) {
        self.connections = connections
        self.lifetime = Int(lifetime * 1000)
    }

    /// Takes a lock if it is free.
    func take(_ name: [UInt8], _ token: [UInt8]) throws -> StoreLock? {
        // Counted from before the command: redis may have done it long before we hear of it.
        let end = endOfLease()
        let reply = try connections.command([
            Array("SET".utf8), name, token, Array("NX".utf8), Array("PX".utf8),
            Array("\(lifetime)".utf8),
        ])
        // A command that was sent twice may have met its own lock.
        guard try reply.isOK || owner(of: name) == token else { return nil }
        let (number, needsThread) = state.withLock { state in
            state.next += 1
            state.leases[state.next] = Lease(name: name, token: token, end: end)
            defer { state.hasThread = true }
            return (state.next, !state.hasThread)
        }
        // The next lease tries again; until then locks end with their lifetime.
        if needsThread, !BackgroundThread.start({ [self] in prolongAll() }) {
            state.withLock { $0.hasThread = false }
        }
        return StoreLock(isHeld: { self.isHeld(number) }, release: { self.release(number) })
    }

    private func owner(of name: [UInt8]) throws -> [UInt8]? {
        guard case .text(let token) = try connections.command([Array("GET".utf8), name]) else {
            return nil
        }
        return token
    }

    private func endOfLease() -> Int { MonotonicTime.now.nanoseconds + lifetime * 1_000_000 }

    private func isHeld(_ number: Int) -> Bool {
        let now = MonotonicTime.now.nanoseconds
        return state.withLock { $0.leases[number].map { $0.end > now } ?? false }
    }

    /// Deletes it if it is still ours; if redis cannot be asked, it ends by itself.
    private func release(_ number: Int) {
        guard let lease = state.withLock({ $0.leases.removeValue(forKey: number) }) else { return }
        let script = """
            if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
            return 0
            """
        _ = try? connections.command([
            Array("EVAL".utf8), Array(script.utf8), Array("1".utf8), lease.name, lease.token,
        ])
    }

    // MARK: The thread

    private func prolongAll() {
        let pause = Double(lifetime) / 3000
        while !BackgroundThread.areEnding {
            if let lifeline = BackgroundThread.lifeline,
                lifeline.ends(before: .now.advanced(bySeconds: pause))
            {
                return
            }
            for number in state.withLock({ Array($0.leases.keys) }) { prolong(number) }
        }
    }

    private func prolong(_ number: Int) {
        guard let lease = state.withLock({ $0.leases[number] }) else { return }
        let script = """
            if redis.call('GET', KEYS[1]) == ARGV[1] then
                return redis.call('PEXPIRE', KEYS[1], ARGV[2])
            end
            return 0
            """
        let end = endOfLease()
        let reply = try? connections.command([
            Array("EVAL".utf8), Array(script.utf8), Array("1".utf8), lease.name, lease.token,
            Array("\(lifetime)".utf8),
        ])
        state.withLock { state in
            switch reply {
            case .integer(1): state.leases[number]?.end = end
            // It is another one's, or redis has lost it.
            case .integer: state.leases[number]?.end = 0
            // It cannot be asked: the lease runs out, unless it answers before.
            default: break
            }
        }
    }
}
