// SPDX-License-Identifier: Apache-2.0

internal import SessionCoding
internal import SystemCalls

/// A store in redis, which several machines may share, including its locks.
final class RedisSessionStore: SessionStore {
    private let address: RedisAddress
    private let connections: RedisConnections
    private let leases: RedisLeases

    init(_ address: RedisAddress) {
        self.address = address
        connections = RedisConnections(address)
        leases = RedisLeases(connections, lifetime: address.lockLifetime)
    }

    func load(_ key: String) throws -> [UInt8]? {
        switch try connections.command(["GET".bytes, name(key)]) {
        case .text(let bytes): bytes
        default: nil
        }
    }

    func insert(_ bytes: [UInt8], for key: String, expires: Double) throws {
        _ = try connections.command(
            ["SET".bytes, name(key), bytes, "PX".bytes, Self.milliseconds(until: expires)])
    }

    func update(_ bytes: [UInt8], for key: String, expires: Double) throws -> Bool {
        try connections.command(
            [
                "SET".bytes, name(key), bytes, "XX".bytes, "PX".bytes,
                Self.milliseconds(until: expires),
            ]
        ).isOK
    }

    func touch(_ key: String, expires: Double) throws {
        let script = """
            if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
            redis.call('SETRANGE', KEYS[1], \(SessionRecord.expiryOffset), ARGV[1])
            return redis.call('PEXPIRE', KEYS[1], ARGV[2])
            """
        _ = try connections.command([
            "EVAL".bytes, script.bytes, "1".bytes, name(key),
            SessionRecord.expiryBytes(Int64(expires * 1000)), Self.milliseconds(until: expires),
        ])
    }

    func delete(_ key: String) throws -> Bool {
        try connections.command(["DEL".bytes, name(key)]) == .integer(1)
    }

    /// Replaces the record atomically.
    func replace(
        _ key: String, by newKey: String, with bytes: [UInt8], expires: Double
    ) throws -> Bool {
        let script = """
            if redis.call('DEL', KEYS[1]) == 0 then return 0 end
            redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
            return 1
            """
        return try connections.command([
            "EVAL".bytes, script.bytes, "2".bytes, name(key), name(newKey), bytes,
            Self.milliseconds(until: expires),
        ]) == .integer(1)
    }

    func lock(_ key: String, timeout: Double) throws -> StoreLock? {
        let lock = name("lock:\(key)")
        let token = StoreKey.random().text.bytes
        let end = MonotonicTime.now.advanced(bySeconds: timeout)
        var wait = LockWait(first: 1000, longest: 20_000)
        while true {
            if let lease = try leases.take(lock, token) { return lease }
            let left = (end.nanoseconds - MonotonicTime.now.nanoseconds) / 1000
            guard let pause = wait.next(left: left, random: UInt32.random(in: 0...UInt32.max))
            else {
                return nil
            }
            ThreadPause.microseconds(pause)
        }
    }

    private func name(_ key: String) -> [UInt8] { "\(address.prefix)\(key)".bytes }

    /// redis rejects a lifetime of 0 or less.
    private static func milliseconds(until expires: Double) -> [UInt8] {
        let left = Int64(expires * 1000) - WallClock.milliseconds
        return "\(max(left, 1))".bytes
    }
}

extension String {
    fileprivate var bytes: [UInt8] { Array(utf8) }
}
