// SPDX-License-Identifier: Apache-2.0

/// A store for sessions and shared values.
///
/// A store keeps bytes under keys, until a given time. The meaning of the bytes is unknown to it,
/// and it may be called from any thread, also concurrently. A key has up to 33 lower-case letters
/// and digits. mod_swift's own stores are selected by `SwiftSessionStore`; another store is
/// registered with ``Apache/registerSessionStore(_:as:)``, and tested with the module
/// ModSwiftSessionConformance.
///
/// The bytes begin with the letters `MSWS`, a byte 1 and three bytes 0; the next eight bytes are
/// the expiry in milliseconds since 1970, in little-endian order.
///
/// Except for ``load(_:)`` and ``lock(_:timeout:)``, each function is called by the holder of the
/// key's lock.
public protocol SessionStore: Sendable {
    /// Returns the bytes under a key; nil if there are none.
    ///
    /// - Parameter key: The key.
    /// - Returns: The bytes. The caller checks whether they have expired.
    /// - Throws: Any error if the store fails; the request then ends as 503.
    func load(_ key: String) throws -> [UInt8]?

    /// Stores bytes under a key, replacing existing ones.
    ///
    /// - Parameters:
    ///   - bytes: Up to 1 MiB.
    ///   - key: The key.
    ///   - expires: The time after which the store may delete them, in seconds since 1970.
    func insert(_ bytes: [UInt8], for key: String, expires: Double) throws

    /// Replaces the bytes under a key, if there are any; a deleted record must stay deleted.
    ///
    /// - Parameters:
    ///   - bytes: Up to 1 MiB.
    ///   - key: The key.
    ///   - expires: The time after which the store may delete them, in seconds since 1970.
    /// - Returns: Whether there were any.
    func update(_ bytes: [UInt8], for key: String, expires: Double) throws -> Bool

    /// Extends the lifetime of bytes, if there are any. The default implementation loads and
    /// updates them.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - expires: The time after which the store may delete them, in seconds since 1970. It must
    ///     also be written into the bytes.
    func touch(_ key: String, expires: Double) throws

    /// Removes the bytes under a key.
    ///
    /// - Parameter key: The key.
    /// - Returns: Whether there were any.
    func delete(_ key: String) throws -> Bool

    /// Removes the bytes under a key and stores others under another key, if there were any. The
    /// default implementation deletes, then inserts.
    ///
    /// - Parameters:
    ///   - key: The old key.
    ///   - newKey: The new key.
    ///   - bytes: Up to 1 MiB.
    ///   - expires: The time after which the store may delete them, in seconds since 1970.
    /// - Returns: Whether there were any.
    func replace(
        _ key: String, by newKey: String, with bytes: [UInt8], expires: Double
    ) throws -> Bool

    /// Takes the exclusive lock of a key, whether there are bytes under it or not. The default
    /// implementation excludes all processes of this machine that have the same `SwiftStateDir`.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - timeout: How long to wait, in seconds; 0 does not wait.
    /// - Returns: The lock; nil if another owner still has it after this time.
    func lock(_ key: String, timeout: Double) throws -> StoreLock?

    /// Removes expired records, or some of them: called occasionally, at the end of a request. The
    /// default implementation does nothing.
    func removeExpired() throws
}

extension SessionStore {
    /// Loads and updates.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - expires: The time of expiry in seconds since 1970.
    public func touch(_ key: String, expires: Double) throws {
        guard var bytes = try load(key), bytes.count >= 16 else { return }
        let milliseconds = UInt64(max(expires, 0) * 1000)
        for index in 0..<8 {
            bytes[8 + index] = UInt8(truncatingIfNeeded: milliseconds >> (8 * index))
        }
        _ = try update(bytes, for: key, expires: expires)
    }

    /// Deletes, then inserts: if the process ends in between, the session is lost, and does not
    /// remain under two ids.
    ///
    /// - Parameters:
    ///   - key: The old key.
    ///   - newKey: The new key.
    ///   - bytes: Up to 1 MiB.
    ///   - expires: The time of expiry in seconds since 1970.
    /// - Returns: Whether there were bytes under the key.
    public func replace(
        _ key: String, by newKey: String, with bytes: [UInt8], expires: Double
    ) throws -> Bool {
        guard try delete(key) else { return false }
        try insert(bytes, for: newKey, expires: expires)
        return true
    }

    /// Takes a lock that is valid on this machine.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - timeout: The timeout in seconds.
    /// - Returns: The lock; nil if another owner still has it.
    public func lock(_ key: String, timeout: Double) throws -> StoreLock? {
        try MachineLocks.take(key, timeout: timeout)
    }

    /// Does nothing.
    public func removeExpired() throws {}
}

/// A lock that is held; released by ``unlock()``, or with the last reference to it.
public final class StoreLock: @unchecked Sendable {
    // because only the thread that has the request, or the last reference, touches what it holds
    private var held: AnyObject?
    private let isStillHeld: (@Sendable () -> Bool)?
    private var release: (@Sendable () -> Void)?

    /// Creates a lock for a store.
    ///
    /// - Parameters:
    ///   - isHeld: Called before each write; whether the lock has been held without interruption.
    ///   - release: Called once, perhaps on another thread.
    public init(
        isHeld: @escaping @Sendable () -> Bool = { true },
        release: @escaping @Sendable () -> Void
    ) {
        isStillHeld = isHeld
        self.release = release
    }

    /// Creates a lock that is held as long as an object lives.
    init(_ object: AnyObject) {
        held = object
        isStillHeld = nil
    }

    deinit { unlock() }

    /// Whether it has been neither released nor lost.
    public var isHeld: Bool { held != nil || release != nil && isStillHeld?() == true }

    /// Whether releasing it calls a function of the store.
    var runsCode: Bool { release != nil }

    /// Releases the lock; a second call has no effect.
    public func unlock() {
        held = nil
        release.take()?()
    }
}
