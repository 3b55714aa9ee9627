// SPDX-License-Identifier: Apache-2.0

public import ModSwift

/// Checks a store against the rules of `SessionStore`.
///
/// ```swift
/// import ModSwift
/// import ModSwiftSessionConformance
///
/// func check(_ req: Request) -> String {
///     SessionStoreConformance(of: EtcdStore()).run().description
/// }
/// ```
///
/// The checks run inside httpd, because a store may need what httpd has. ``run()`` takes some ten
/// seconds, uses keys that it draws at random, and deletes what it has kept. What only several processes can
/// show is left to ``increment(_:timeout:)``.
public struct SessionStoreConformance: Sendable {
    /// The most bytes that the store promises to keep under one key, from 64 on. Sessions and shared
    /// values have up to 1 MiB; a store that keeps less has to say so in its documentation.
    public var largestRecord: Int
    /// For how many seconds a lock is held to see whether it lasts. A store whose locks end unless they are
    /// prolonged should be given twice their lifetime.
    public var holdTime: Double

    let store: any SessionStore

    /// Prepares the checks of a store.
    ///
    /// - Parameters:
    ///   - store: The store; `Apache.sessionStore()` is the one that `SwiftSessionStore` names.
    ///   - largestRecord: The most bytes that the store promises to keep under one key.
    ///   - holdTime: For how many seconds a lock is held to see whether it lasts.
    public init(
        of store: any SessionStore, largestRecord: Int = 1 << 20, holdTime: Double = 2
    ) {
        self.store = store
        self.largestRecord = max(largestRecord, StoreRecord.smallest)
        self.holdTime = holdTime
    }

    /// Makes all checks, one after the other.
    ///
    /// - Returns: What came of each. A rule that the store breaks, or an error that it throws, is a problem
    ///   of that rule; the others are checked all the same.
    public func run() -> SessionStoreReport {
        SessionStoreReport(
            checks: StoreRule.all.map { rule in
                SessionStoreReport.Check(rule: rule.sentence, problem: rule.problem(of: self))
            })
    }

    /// Adds one to a number that the store keeps, under the key's lock: what each request does to its
    /// session. It begins at 1.
    ///
    /// Have many clients ask for a handler that calls it, in several children and on several machines, and
    /// kill some of the processes meanwhile: the number that comes last is that of the calls that returned
    /// one, or above it by no more than the number of processes that were killed.
    ///
    /// - Parameters:
    ///   - key: The key: up to 33 lower-case letters and digits.
    ///   - timeout: How long to wait for the lock, in seconds.
    /// - Returns: The number, this call counted.
    /// - Throws: What the store throws; `SessionError.lockTimeout` where the lock is not had in time.
    public func increment(_ key: String, timeout: Double = 60) throws -> Int {
        guard let lock = try store.lock(key, timeout: timeout) else {
            throw SessionError.lockTimeout(seconds: timeout)
        }
        defer { lock.unlock() }
        guard let record = try store.load(key).flatMap(StoreRecord.init(bytes:)) else {
            let first = StoreRecord(number: 1)
            try store.insert(first.bytes, for: key, expires: first.expires)
            return 1
        }
        let next = StoreRecord(number: record.number + 1)
        guard try store.update(next.bytes, for: key, expires: next.expires) else {
            throw SessionError.gone
        }
        return next.number
    }
}
