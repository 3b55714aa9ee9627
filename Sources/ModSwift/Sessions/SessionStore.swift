// SPDX-License-Identifier: Apache-2.0

/// Where sessions and shared values are kept.
///
/// A store keeps bytes under keys, until a time. It knows nothing of what the bytes mean, and may be called
/// by any thread, by several at once. A key is up to 33 lower-case letters and digits. mod_swift's own
/// stores are named by `SwiftSessionStore`; another one is made known with
/// ``Apache/registerSessionStore(_:as:)``, and checked with the module ModSwiftSessionConformance.
///
/// The bytes begin with the letters `MSWS`, a byte 1 and three bytes 0; the next eight are the expiry in
/// milliseconds since 1970, the lowest first.
///
/// Except for ``load(_:)`` and ``lock(_:timeout:)``, each call is made by whoever has the key's lock.
public protocol SessionStore: Sendable {
    /// The bytes under a key; nil where there are none.
    ///
    /// - Parameter key: The key.
    /// - Returns: The bytes. Whether they have expired is the caller's to see.
    /// - Throws: Any error when the store cannot say; the request then ends as 503.
    func load(_ key: String) throws -> [UInt8]?

    /// Keeps bytes under a key, in place of what is there.
    ///
    /// - Parameters:
    ///   - bytes: Up to 1 MiB.
    ///   - key: The key.
    ///   - expires: When the store may throw them away, in seconds since 1970.
    func insert(_ bytes: [UInt8], for key: String, expires: Double) throws

    /// Replaces the bytes under a key, if there are any: what was deleted stays deleted.
    ///
    /// - Parameters:
    ///   - bytes: Up to 1 MiB.
    ///   - key: The key.
    ///   - expires: When the store may throw them away, in seconds since 1970.
    /// - Returns: Whether there were any.
    func update(_ bytes: [UInt8], for key: String, expires: Double) throws -> Bool

    /// Lets bytes live longer, if there are any. By default they are loaded and updated.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - expires: When the store may throw them away, in seconds since 1970. It is to be written into
    ///     the bytes, too.
    func touch(_ key: String, expires: Double) throws

    /// Removes the bytes under a key.
    ///
    /// - Parameter key: The key.
    /// - Returns: Whether there were any.
    func delete(_ key: String) throws -> Bool

    /// Removes the bytes under a key and keeps others under another one, if there were any. By default
    /// they are deleted, then inserted.
    ///
    /// - Parameters:
    ///   - key: The key that goes.
    ///   - newKey: The key that comes.
    ///   - bytes: Up to 1 MiB.
    ///   - expires: When the store may throw them away, in seconds since 1970.
    /// - Returns: Whether there were any.
    func replace(
        _ key: String, by newKey: String, with bytes: [UInt8], expires: Double
    ) throws -> Bool

    /// Takes the exclusive lock of a key, whether there are bytes under it or not. By default it excludes
    /// all processes of this machine that have the same `SwiftStateDir`.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - timeout: How long to wait, in seconds; 0 does not wait.
    /// - Returns: The lock; nil when another one still has it after this time.
    func lock(_ key: String, timeout: Double) throws -> StoreLock?

    /// Removes what has expired, or a part of it: called now and then, at the end of a request. By default
    /// nothing is done.
    func removeExpired() throws
}

extension SessionStore {
    /// Loads and updates.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - expires: In seconds since 1970.
    public func touch(_ key: String, expires: Double) throws {
        guard var bytes = try load(key), bytes.count >= 16 else { return }
        let milliseconds = UInt64(max(expires, 0) * 1000)
        for index in 0..<8 {
            bytes[8 + index] = UInt8(truncatingIfNeeded: milliseconds >> (8 * index))
        }
        _ = try update(bytes, for: key, expires: expires)
    }

    /// Deletes, then inserts: who is stopped in between loses the session and does not leave it under two
    /// ids.
    ///
    /// - Parameters:
    ///   - key: The key that goes.
    ///   - newKey: The key that comes.
    ///   - bytes: Up to 1 MiB.
    ///   - expires: In seconds since 1970.
    /// - Returns: Whether there were bytes under the key.
    public func replace(
        _ key: String, by newKey: String, with bytes: [UInt8], expires: Double
    ) throws -> Bool {
        guard try delete(key) else { return false }
        try insert(bytes, for: newKey, expires: expires)
        return true
    }

    /// Takes a lock of this machine.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - timeout: Seconds.
    /// - Returns: The lock; nil when another one still has it.
    public func lock(_ key: String, timeout: Double) throws -> StoreLock? {
        try MachineLocks.take(key, timeout: timeout)
    }

    /// Does nothing.
    public func removeExpired() throws {}
}

/// A lock that is held; given back by ``unlock()``, or when the last reference to it goes.
public final class StoreLock: @unchecked Sendable {
    // because only the thread that has the request, or the last reference, touches what it holds
    private var held: AnyObject?
    private let isStillHeld: (@Sendable () -> Bool)?
    private var release: (@Sendable () -> Void)?

    /// A lock of a store's own.
    ///
    /// - Parameters:
    ///   - isHeld: Asked before each write: whether the lock has been held without interruption.
    ///   - release: Called once, perhaps on another thread.
    public init(
        isHeld: @escaping @Sendable () -> Bool = { true },
        release: @escaping @Sendable () -> Void
    ) {
        isStillHeld = isHeld
        self.release = release
    }

    /// A lock that lasts as long as an object.
    init(_ object: AnyObject) {
        held = object
        isStillHeld = nil
    }

    deinit { unlock() }

    /// Whether it was not given back, and not lost.
    public var isHeld: Bool { held != nil || release != nil && isStillHeld?() == true }

    /// Whether giving it back calls a function of the store's.
    var runsCode: Bool { release != nil }

    /// Gives it back; a second call does nothing.
    public func unlock() {
        held = nil
        release.take()?()
    }
}
