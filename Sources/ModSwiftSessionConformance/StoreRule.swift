// SPDX-License-Identifier: Apache-2.0

/// A rule of `SessionStore`, and its check.
struct StoreRule: Sendable {
    let sentence: String
    private let test: @Sendable (StoreTrial) throws -> Void

    init(_ sentence: String, _ test: @escaping @Sendable (StoreTrial) throws -> Void) {
        self.sentence = sentence
        self.test = test
    }

    static let all = records + lifetimes + locks + threads

    /// Returns the store's incorrect behaviour; nil if it follows the rule.
    func problem(of suite: SessionStoreConformance) -> String? {
        let trial = StoreTrial(suite)
        defer { trial.cleanUp() }
        do {
            try test(trial)
            return nil
        } catch {
            return "\(error)"
        }
    }
}

// MARK: Records

extension StoreRule {
    private static let records = [
        StoreRule("an unknown key has no bytes") { trial in
            try trial.expect(nil, under: trial.newKey(), "Under a key that was never used")
        },
        StoreRule("what was inserted is loaded, byte for byte, up to the largest record") { trial in
            for size in [64, 65, 300, 1000, 4096, 65_536, 1 << 20, trial.largestRecord].sorted()
            where size <= trial.largestRecord {
                let record = StoreRecord(number: size, size: size)
                let key = try trial.keyOf(record)
                try trial.expect(record, under: key, "After an insert of \(size) bytes")
            }
        },
        StoreRule("an insert replaces what is there") { trial in
            let key = try trial.keyOf(StoreRecord(number: 1, size: 1000))
            let second = StoreRecord(number: 2)
            try trial.insert(second, for: key)
            try trial.expect(second, under: key, "After a second insert")
        },
        StoreRule("an update replaces what is there and says so") { trial in
            let key = try trial.keyOf(StoreRecord(number: 1))
            for record in [StoreRecord(number: 2, size: 900), StoreRecord(number: 3, size: 70)] {
                let isThere = try trial.update(record, for: key)
                try trial.expect(isThere, "update returned false for a key that has bytes")
                try trial.expect(record, under: key, "After an update")
            }
        },
        StoreRule("an update of what is not there keeps nothing and says so") { trial in
            let unknown = trial.newKey()
            let deleted = try trial.keyOf(StoreRecord(number: 1))
            _ = try trial.store.delete(deleted)
            for (key, what) in [(unknown, "a key that was never used"), (deleted, "a deleted key")]
            {
                let isThere = try trial.update(StoreRecord(number: 2), for: key)
                try trial.expect(!isThere, "update returned true for \(what)")
                try trial.expect(nil, under: key, "After an update of \(what)")
            }
        },
        StoreRule("a delete removes what is there and says whether there was any") { trial in
            let key = try trial.keyOf(StoreRecord(number: 1))
            try trial.expect(
                try trial.store.delete(key), "delete returned false for a key with bytes")
            try trial.expect(nil, under: key, "After a delete")
            try trial.expect(try !trial.store.delete(key), "a second delete returned true")
            try trial.expect(
                try !trial.store.delete(trial.newKey()), "delete returned true for an unknown key")
        },
        StoreRule("a replace moves to the new key and says so") { trial in
            let (key, newKey) = (try trial.keyOf(StoreRecord(number: 1)), trial.newKey())
            let record = StoreRecord(number: 2, size: 500)
            let wasThere = try trial.store.replace(
                key, by: newKey, with: record.bytes, expires: record.expires)
            try trial.expect(wasThere, "replace returned false for a key with bytes")
            try trial.expect(nil, under: key, "Under the old key, after a replace")
            try trial.expect(record, under: newKey, "Under the new key, after a replace")
        },
        StoreRule("a replace of what is not there keeps nothing and says so") { trial in
            let (key, newKey) = (trial.newKey(), trial.newKey())
            let record = StoreRecord(number: 2)
            let wasThere = try trial.store.replace(
                key, by: newKey, with: record.bytes, expires: record.expires)
            try trial.expect(!wasThere, "replace returned true for an unknown key")
            try trial.expect(nil, under: newKey, "Under the new key, after a replace of nothing")
        },
        StoreRule("keys that are alike are different keys") { trial in
            let key = trial.newKey()
            let first = key.hasPrefix("a") ? "b" : "a"
            let last = key.hasSuffix("a") ? "b" : "a"
            // Keys of shared values and named locks have a letter before 32 digits.
            let keys = [key, first + key.dropFirst(), key.dropLast() + last, "v\(key)", "g\(key)"]
            for (index, key) in keys.enumerated() {
                try trial.insert(StoreRecord(number: index), for: trial.remember(key))
            }
            for (index, key) in keys.enumerated() {
                let number = try trial.store.load(key).flatMap(StoreRecord.init(bytes:))?.number
                try trial.expect(number == index, "the bytes of one key were found under another")
            }
        },
    ]
}

// MARK: Lifetimes

extension StoreRule {
    private static let lifetimes = [
        StoreRule("bytes last until they expire, and longer where that is put off") { trial in
            let short = StoreRecord(number: 1, expiresIn: 2)
            let (touched, updated) = (try trial.keyOf(short), try trial.keyOf(short))
            let passing = try trial.keyOf(short)
            let later = short.expires + 60
            try trial.store.touch(touched, expires: later)
            let extended = short.expiring(at: later)
            _ = try trial.update(extended, for: updated)
            try trial.expect(extended, under: touched, "After a touch")
            Pause.seconds(4)
            try trial.expect(extended, under: touched, "Past the expiry that touch has put off")
            try trial.expect(extended, under: updated, "Past the expiry that update has put off")
            let rest = try trial.store.load(passing)
            try trial.expect(
                rest == nil || rest == short.bytes,
                "expired bytes are there, and others than before")
        },
        StoreRule("a touch of what is not there keeps nothing") { trial in
            let key = trial.newKey()
            try trial.store.touch(key, expires: StoreRecord(number: 1).expires)
            try trial.expect(nil, under: key, "After a touch of an unknown key")
        },
        StoreRule("bytes may expire in ten years, or have expired") { trial in
            let distant = StoreRecord(number: 1, expiresIn: 10 * 365 * 86_400)
            let key = try trial.keyOf(distant)
            try trial.expect(distant, under: key, "Ten years before its expiry")
            let past = StoreRecord(number: 2, expiresIn: -10)
            let expired = try trial.keyOf(past)
            let found = try trial.store.load(expired)
            try trial.expect(
                found == nil || found == past.bytes, "an insert that has expired was changed")
        },
        StoreRule("removeExpired leaves what has not expired") { trial in
            let record = StoreRecord(number: 1, expiresIn: 60)
            let keys = try (0..<5).map { _ in try trial.keyOf(record) }
            for _ in 0..<3 { try trial.store.removeExpired() }
            for key in keys { try trial.expect(record, under: key, "After removeExpired") }
        },
    ]
}
