// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import ModSwift
internal import Synchronization

/// A check of one rule: its store, and the keys that are deleted afterwards.
final class StoreTrial: Sendable {
    let store: any SessionStore
    let largestRecord: Int
    let holdTime: Double
    private let keys = Mutex<[String]>([])

    init(_ suite: SessionStoreConformance) {
        store = suite.store
        largestRecord = suite.largestRecord
        holdTime = suite.holdTime
    }

    /// Returns a key under which nothing is stored.
    func newKey() -> String {
        let key = (0..<32).map { _ in String(Int.random(in: 0..<16), radix: 16) }.joined()
        return remember(key)
    }

    /// Registers a key that is deleted at the end.
    func remember(_ key: String) -> String {
        keys.withLock { $0.append(key) }
        return key
    }

    func cleanUp() {
        for key in keys.withLock({ $0 }) { _ = try? store.delete(key) }
    }

    // MARK: Calls of the store

    /// Stores a record and returns its key.
    func keyOf(_ record: StoreRecord) throws -> String {
        let key = newKey()
        try insert(record, for: key)
        return key
    }

    func insert(_ record: StoreRecord, for key: String) throws {
        try store.insert(record.bytes, for: key, expires: record.expires)
    }

    func update(_ record: StoreRecord, for key: String) throws -> Bool {
        try store.update(record.bytes, for: key, expires: record.expires)
    }

    /// Requires that a record, or nothing, is stored under a key.
    func expect(_ record: StoreRecord?, under key: String, _ occasion: String) throws {
        let found = try store.load(key)
        guard found != record?.bytes else { return }
        throw Violation(
            "\(occasion), load returned \(Self.shown(found)), not \(Self.shown(record?.bytes))")
    }

    func expect(_ isMet: Bool, _ problem: @autoclosure () -> String) throws {
        if !isMet { throw Violation(problem()) }
    }

    private static func shown(_ bytes: [UInt8]?) -> String {
        guard let bytes else { return "nil" }
        return "\(bytes.count) bytes \(bytes.prefix(4)) … \(bytes.suffix(4))"
    }

    /// Takes a lock on a separate thread, because a store may ignore the timeout.
    func lock(_ key: String, timeout: Double) throws -> StoreLock? {
        let store = store
        let attempt = BackgroundCall { try store.lock(key, timeout: timeout) }
        guard let result = attempt.result(within: timeout + 5) else {
            throw Violation("lock had not returned 5 seconds after its time-out of \(timeout) s")
        }
        return try result.get()
    }

    func lockOrFail(_ key: String, _ occasion: String) throws -> StoreLock {
        guard let lock = try lock(key, timeout: 5) else {
            throw Violation("\(occasion), the lock was not to be had within 5 seconds")
        }
        return lock
    }

    /// Runs a body on several threads at once, and throws the first error.
    func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        let calls = (0..<count).map { index in BackgroundCall { try body(index) } }
        for call in calls {
            guard let result = call.result(within: 120) else {
                throw Violation("a thread was still waiting for the store after two minutes")
            }
            try result.get()
        }
    }
}

/// The way in which a store breaks a rule.
struct Violation: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A call on a separate thread.
final class BackgroundCall<Value: Sendable>: Sendable {
    private let outcome = Mutex<Result<Value, any Error>?>(nil)
    private let isDone = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () throws -> Value) {
        Thread.detachNewThread { [self] in
            let result = Result { try body() }
            outcome.withLock { $0 = result }
            isDone.signal()
        }
    }

    /// Returns its result; nil if it has not ended in time.
    func result(within seconds: Double) -> Result<Value, any Error>? {
        guard isDone.wait(timeout: .now() + seconds) == .success else { return nil }
        return outcome.withLock { $0 }
    }
}
