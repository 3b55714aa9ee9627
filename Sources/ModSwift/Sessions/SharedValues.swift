// SPDX-License-Identifier: Apache-2.0

internal import SessionCoding
internal import SystemCalls
internal import ValueCoding

/// Values that all children of a server share, in the session store (`SwiftSessionStore`).
///
/// A global variable of a handler exists once in each child; use shared values for data that must
/// be the same in all children.
///
/// ```swift
/// let cache = try Apache.shared("weather")
/// if let text = try cache.get("berlin", as: String.self) { return text }
/// let text = try fetch()
/// try cache.set("berlin", to: text, expiresIn: 60)
/// ```
///
/// With the default store they survive a restart of the server.
public struct SharedValues: Sendable {
    /// The name that was passed. Values of different names are independent of each other.
    public let name: String

    private let store: any SessionStore

    init(_ name: String) throws {
        self.name = name
        store = try SessionError.asking(SessionStores.current)
    }

    /// Returns a value.
    ///
    /// - Parameters:
    ///   - key: Its key: any text.
    ///   - type: Its type.
    /// - Returns: The value; nil if there is none, or it has expired.
    /// - Throws: ``SessionError``; `DecodingError` for a value of another type.
    public func get<T: Decodable>(_ key: String, as type: T.Type) throws -> T? {
        try value(storeKey(key))?.value.decoded(as: type)
    }

    /// Sets a value, replacing an existing one.
    ///
    /// - Parameters:
    ///   - key: Its key: any text.
    ///   - value: The value, up to 1 MiB when it is encoded.
    ///   - seconds: Its lifetime; nil: until it is removed.
    /// - Throws: ``SessionError``; errors of the type's `encode(to:)`.
    public func set(_ key: String, to value: some Encodable, expiresIn seconds: Double? = nil)
        throws
    {
        let key = storeKey(key)
        let encoded = try Value(encoding: value)
        try locked(key) { try write(encoded, to: key, until: expiry(after: seconds)) }
    }

    /// Replaces a value by one computed from it, while no other process or thread can access it.
    ///
    /// ```swift
    /// let count = try cache.update("visits", as: Int.self) { ($0 ?? 0) + 1 }
    /// ```
    ///
    /// - Parameters:
    ///   - key: Its key: any text. Do not use the same key in body: the call would wait for itself.
    ///   - type: Its type.
    ///   - seconds: Its lifetime from now on; nil: until it is removed.
    ///   - body: Called with the value, nil if there is none; returns the new value.
    /// - Returns: The new value.
    /// - Throws: ``SessionError``; errors of body, in which case nothing is changed.
    @discardableResult
    public func update<T: Codable>(
        _ key: String, as type: T.Type, expiresIn seconds: Double? = nil,
        _ body: (T?) throws -> T
    ) throws -> T {
        let key = storeKey(key)
        return try locked(key) {
            let new = try body(try value(key)?.value.decoded(as: type))
            try write(try Value(encoding: new), to: key, until: expiry(after: seconds))
            return new
        }
    }

    /// Counts an event, for limits such as five attempts a minute.
    ///
    /// ```swift
    /// let attempts = try Apache.shared("logins").count(req.connection.remoteIP ?? "", within: 60)
    /// guard attempts <= 5 else { throw Status.tooManyRequests }
    /// ```
    ///
    /// - Parameters:
    ///   - key: The counter: any text.
    ///   - seconds: The length of the counting period, which starts with the first event; after
    ///     that, counting starts at 1 again.
    /// - Returns: The number of events, including this one.
    /// - Throws: ``SessionError``.
    public func count(_ key: String, within seconds: Double) throws -> Int {
        let key = storeKey(key)
        return try locked(key) {
            let old = try value(key)
            let count = try (old?.value.decoded(as: Int.self) ?? 0) + 1
            try write(
                .integer(Int64(count)), to: key, until: old?.expires ?? expiry(after: seconds))
            return count
        }
    }

    /// Removes a value.
    ///
    /// - Parameter key: Its key.
    /// - Returns: Whether there was one.
    /// - Throws: ``SessionError``.
    @discardableResult
    public func remove(_ key: String) throws -> Bool {
        let key = storeKey(key)
        return try locked(key) {
            let isThere = try value(key) != nil
            return try SessionError.asking { try store.delete(key) } && isThere
        }
    }

    // MARK: Records

    private func storeKey(_ key: String) -> String { "v\(KeyDigest.of(name, key).text)" }

    /// Returns the expiry in milliseconds since 1970.
    private func expiry(after seconds: Double?) -> Int64 {
        let longest = Double(SessionState.longestTimeout)
        if seconds?.isNaN == true {
            stop("The expiry time of a shared value is not a number")
        }
        let seconds = seconds.map { min(max($0, 0), longest) } ?? longest
        return WallClock.milliseconds + Int64(seconds * 1000)
    }

    private func value(_ key: String) throws -> (value: Value, expires: Int64)? {
        guard let bytes = try SessionError.asking({ try store.load(key) }) else { return nil }
        // A record that cannot be read is treated as missing: the next call that sets it replaces
        // it.
        guard let record = SessionRecord(bytes),
            SessionState.isLive(expires: record.expires, now: WallClock.milliseconds),
            let value = try? Value(serialized: record.values)
        else { return nil }
        return (value, record.expires)
    }

    private func write(_ value: Value, to key: String, until expires: Int64) throws {
        let bytes = try value.serialized()
        guard bytes.count <= SessionRecord.largestValues else {
            throw SessionError.unsupported(
                "a shared value takes \(bytes.count) bytes, and may take "
                    + "\(SessionRecord.largestValues)")
        }
        let record = SessionRecord(
            expires: expires, created: WallClock.milliseconds, timeout: 0, revision: 1,
            values: bytes)
        try SessionError.asking {
            try store.insert(record.encoded, for: key, expires: record.expiresInSeconds)
        }
        SessionEnd.clean(store)
    }

    private func locked<Result>(_ key: String, _ body: () throws -> Result) throws -> Result {
        let seconds = 10.0
        let lock = try take(key, of: store, timeout: seconds)
        defer { lock.unlock() }
        return try body()
    }
}

/// Acquires a lock of a store.
private func take(_ key: String, of store: any SessionStore, timeout: Double) throws -> StoreLock {
    guard let lock = try SessionError.asking({ try store.lock(key, timeout: timeout) }) else {
        throw SessionError.lockTimeout(seconds: timeout)
    }
    return lock
}

extension Apache {
    /// Returns values that all children of the server share.
    ///
    /// - Parameter name: The name of the group of values; any text.
    /// - Returns: The values of this name.
    /// - Throws: ``SessionError`` if there is no store for them.
    public static func shared(_ name: String) throws -> SharedValues { try SharedValues(name) }

    /// Calls body while no other request, in this child or another, is in a call with the same name.
    ///
    /// ```swift
    /// try Apache.withGlobalLock("report") { try writeReport() }
    /// ```
    ///
    /// The lock is that of `SwiftSessionStore`: valid on this machine, or on all machines that
    /// share a redis server. It is released when the process ends, however it ends.
    ///
    /// - Parameters:
    ///   - name: The name of the lock; any text. A second call with the same name in body would
    ///     wait for itself.
    ///   - seconds: The maximum time to wait for it.
    ///   - body: Called with the lock held.
    /// - Returns: The result of body.
    /// - Throws: ``SessionError/lockTimeout(seconds:)``; errors of body.
    ///
    /// Corresponds to `apache._global_lock()` and `apache._global_unlock()` in mod_python.
    public static func withGlobalLock<Result>(
        _ name: String, timeout seconds: Double = 10, _ body: () throws -> Result
    ) throws -> Result {
        let lock = try GlobalLock.take(name, seconds)
        defer { lock.unlock() }
        return try body()
    }

    /// Calls an async body while no other request is in a call with the same name; see
    /// the form that is not async.
    ///
    /// - Parameters:
    ///   - name: The name of the lock; any text.
    ///   - seconds: The maximum time to wait for it. The worker's thread waits.
    ///   - body: Called with the lock held.
    /// - Returns: The result of body.
    /// - Throws: ``SessionError/lockTimeout(seconds:)``; errors of body.
    public static func withGlobalLock<Result>(
        _ name: String, timeout seconds: Double = 10, _ body: () async throws -> Result
    ) async throws -> Result {
        let lock = try GlobalLock.take(name, seconds)
        defer { lock.unlock() }
        return try await body()
    }
}

private enum GlobalLock {
    static func take(_ name: String, _ seconds: Double) throws -> StoreLock {
        let key = "g\(KeyDigest.of("mod_swift lock", name).text)"
        return try ModSwift.take(
            key, of: SessionError.asking(SessionStores.current), timeout: seconds)
    }
}
