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
/// The checks run inside httpd, because a store may depend on it. ``run()`` takes about ten
/// seconds, uses random keys, and deletes the records that it has stored. Properties that need
/// several processes are tested by ``increment(_:timeout:)``.
public struct SessionStoreConformance: Sendable {
    /// The maximum number of bytes that the store guarantees to keep under one key, at least 64.
    /// Sessions and shared values have up to 1 MiB; a store that keeps less must say so in its
    /// documentation.
    public var largestRecord: Int
    /// The time in seconds for which a lock is held in order to test whether it lasts. If the
    /// store's locks expire unless they are extended, use twice their lifetime.
    public var holdTime: Double

    let store: any SessionStore

    /// Creates the checks of a store.
    ///
    /// - Parameters:
    ///   - store: The store; `Apache.sessionStore()` is the one that `SwiftSessionStore` names.
    ///   - largestRecord: The maximum number of bytes that the store guarantees to keep under one
    ///     key.
    ///   - holdTime: The time in seconds for which a lock is held in order to test whether it
    ///     lasts.
    public init(
        of store: any SessionStore, largestRecord: Int = 1 << 20, holdTime: Double = 2
    ) {
        self.store = store
        self.largestRecord = max(largestRecord, StoreRecord.smallest)
        self.holdTime = holdTime
    }

    /// Performs all checks, one after the other.
    ///
    /// - Returns: The result of each check. If the store breaks a rule, or throws an error, that is
    ///   reported as a problem of the rule; the other rules are checked anyway.
    public func run() -> SessionStoreReport {
        SessionStoreReport(
            checks: StoreRule.all.map { rule in
                SessionStoreReport.Check(rule: rule.sentence, problem: rule.problem(of: self))
            })
    }

    /// Adds one to a number in the store, under the key's lock, as each request does with its
    /// session. The number begins at 1.
    ///
    /// Let many clients request a handler that calls it, in several children and on several
    /// machines, and kill some of the processes meanwhile: the last number must be the number of
    /// calls that returned one, or exceed it by at most the number of killed processes.
    ///
    /// - Parameters:
    ///   - key: The key: up to 33 lower-case letters and digits.
    ///   - timeout: How long to wait for the lock, in seconds.
    /// - Returns: The number, including this call.
    /// - Throws: Errors of the store; `SessionError.lockTimeout` if the lock cannot be taken in
    ///   time.
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
