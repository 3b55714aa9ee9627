// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import ModSwift
internal import Synchronization

extension StoreRule {
    static let locks = [
        StoreRule("a lock excludes others, whether there are bytes or not") { trial in
            for key in [trial.newKey(), try trial.keyOf(StoreRecord(number: 1))] {
                let lock = try trial.lockOrFail(key, "At first")
                try trial.expect(lock.isHeld, "a lock that was just taken says that it is not held")
                for timeout in [0, 0.3] {
                    let other = try trial.lock(key, timeout: timeout)
                    try trial.expect(other == nil, "two had the lock at the same time")
                }
                lock.unlock()
                lock.unlock()
                try trial.expect(!lock.isHeld, "a lock that was given back says that it is held")
                try trial.lockOrFail(key, "After unlock").unlock()
            }
        },
        StoreRule("who waits for a lock gives up at its time-out, not before") { trial in
            let key = trial.newKey()
            let lock = try trial.lockOrFail(key, "At first")
            defer { lock.unlock() }
            for timeout in [0, 0.5] {
                let start = ContinuousClock.now
                _ = try trial.lock(key, timeout: timeout)
                let taken = (ContinuousClock.now - start) / .seconds(1)
                try trial.expect(
                    taken >= timeout * 0.9, "lock(timeout: \(timeout)) gave up after \(taken) s")
                try trial.expect(
                    taken < timeout + 2, "lock(timeout: \(timeout)) gave up after \(taken) s only")
            }
        },
        StoreRule("who waits for a lock has it soon after it is given back") { trial in
            let key = trial.newKey()
            let lock = try trial.lockOrFail(key, "At first")
            let store = trial.store
            let waiting = BackgroundCall { try store.lock(key, timeout: 20) }
            Pause.seconds(0.3)
            lock.unlock()
            guard let other = try waiting.result(within: 3)?.get() else {
                throw Violation("3 seconds after unlock, the one that waited had no lock")
            }
            other.unlock()
        },
        StoreRule("the locks of different keys do not exclude each other") { trial in
            let key = trial.newKey()
            let first = key.hasPrefix("a") ? "b" : "a"
            let lock = try trial.lockOrFail(key, "At first")
            defer { lock.unlock() }
            for other in [trial.newKey(), first + key.dropFirst(), "g\(trial.newKey())"] {
                try trial.lockOrFail(other, "With another key locked").unlock()
            }
        },
        StoreRule("a lock lasts, and ends with its last reference") { trial in
            let key = trial.newKey()
            var lock: StoreLock? = try trial.lockOrFail(key, "At first")
            Pause.seconds(trial.holdTime)
            try trial.expect(lock?.isHeld == true, "after \(trial.holdTime) s the lock is not held")
            try trial.expect(
                try trial.lock(key, timeout: 0) == nil,
                "after \(trial.holdTime) s another one had the lock")
            lock = nil
            try trial.lockOrFail(key, "When the last reference was gone").unlock()
        },
        StoreRule("a lock can be given back by another thread") { trial in
            let key = trial.newKey()
            let lock = try trial.lockOrFail(key, "At first")
            try trial.onThreads(1) { _ in lock.unlock() }
            try trial.lockOrFail(key, "After unlock by another thread").unlock()
        },
    ]
}

// MARK: Threads

extension StoreRule {
    static let threads = [
        StoreRule("under its lock no change of a record is lost") { trial in
            let key = try trial.keyOf(StoreRecord(number: 0))
            try trial.onThreads(8) { _ in
                for _ in 0..<20 { try increment(key, of: trial.store) }
            }
            let number = try trial.store.load(key).flatMap(StoreRecord.init(bytes:))?.number
            try trial.expect(
                number == 160, "of 160 changes \(number.map(String.init) ?? "none") are there")
        },
        StoreRule("several threads work on records of their own") { trial in
            try trial.onThreads(8) { thread in
                let key = trial.newKey()
                for index in 0..<20 {
                    let record = StoreRecord(number: thread * 100 + index, size: 64 + index * 10)
                    try trial.insert(record, for: key)
                    try trial.expect(record, under: key, "With other threads at work")
                }
            }
        },
        StoreRule("who reads without the lock sees a whole record, old or new") { trial in
            let sizes = [64, min(trial.largestRecord, 20_000)]
            let records = sizes.map { StoreRecord(number: $0, size: $0) }
            let key = try trial.keyOf(records[0])
            let hasWritten = Atomic(false)
            try trial.onThreads(3) { thread in
                if thread == 0 {
                    defer { hasWritten.store(true, ordering: .relaxed) }
                    for index in 0..<100 { _ = try trial.update(records[index % 2], for: key) }
                    return
                }
                // As long as it writes, however late the threads start.
                while !hasWritten.load(ordering: .relaxed) {
                    let bytes = try trial.store.load(key)
                    try trial.expect(
                        records.contains { $0.bytes == bytes },
                        "a reader saw \(bytes.map { "\($0.count) bytes of neither" } ?? "nothing")")
                }
            }
        },
    ]

    private static func increment(_ key: String, of store: any SessionStore) throws {
        guard let lock = try store.lock(key, timeout: 60) else {
            throw Violation("the lock was not to be had within 60 seconds")
        }
        defer { lock.unlock() }
        guard let record = try store.load(key).flatMap(StoreRecord.init(bytes:)) else {
            throw Violation("the record was not there")
        }
        let next = StoreRecord(number: record.number + 1)
        guard try store.update(next.bytes, for: key, expires: next.expires) else {
            throw Violation("update returned false for a key that has bytes")
        }
    }
}

enum Pause {
    static func seconds(_ seconds: Double) { Thread.sleep(forTimeInterval: seconds) }
}
