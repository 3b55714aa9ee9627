// SPDX-License-Identifier: Apache-2.0

internal import SessionCoding
internal import Synchronization
internal import SystemCalls

/// The locks that this process holds in a redis server. Each expires unless it is extended, so that
/// a lock of a process that has ended does not stay; a thread of the child extends the locks that
/// are held.
final class RedisLeases: Sendable {
    private struct Lease: Sendable {
        let name: [UInt8]
        let token: [UInt8]
        /// The time at which the lock expires in redis, in nanoseconds of the monotonic clock.
        var end: Int
    }

    private struct State: Sendable {
        var leases: [Int: Lease] = [:]
        var next = 0
        var hasThread = false
    }

    private let connections: RedisConnections
    /// The lifetime of a lock in milliseconds.
    private let lifetime: Int
    private let state = Mutex(State())

    init(_ connections: RedisConnections, lifetime: Double) {
        self.connections = connections
        self.lifetime = Int(lifetime * 1000)
    }

    /// Takes a lock if it is free.
    func take(_ name: [UInt8], _ token: [UInt8]) throws -> StoreLock? {
        // The lifetime counts from before the command: redis may have executed it long before its
        // reply arrives.
        let end = endOfLease()
        let reply = try connections.command([
            Array("SET".utf8), name, token, Array("NX".utf8), Array("PX".utf8),
            Array("\(lifetime)".utf8),
        ])
        // A command that was sent twice may have found the lock that it had taken itself.
        guard try reply.isOK || owner(of: name) == token else { return nil }
        let (number, needsThread) = state.withLock { state in
            state.next += 1
            state.leases[state.next] = Lease(name: name, token: token, end: end)
            defer { state.hasThread = true }
            return (state.next, !state.hasThread)
        }
        // If it fails, the next lease tries again; until then locks end after their lifetime.
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

    /// Deletes the lock if this process still owns it; if redis does not respond, it expires.
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
            // Another owner has it, or redis has lost it.
            case .integer: state.leases[number]?.end = 0
            // redis does not respond: the lease expires unless a later attempt succeeds.
            default: break
            }
        }
    }
}
