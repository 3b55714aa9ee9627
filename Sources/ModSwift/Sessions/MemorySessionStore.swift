// SPDX-License-Identifier: Apache-2.0

internal import SessionCoding
internal import Synchronization
internal import SystemCalls

/// A store in the memory of one process: for servers with one child; its records are lost when the
/// child ends.
final class MemorySessionStore: SessionStore {
    private let records = Mutex<[String: [UInt8]]>([:])

    func load(_ key: String) -> [UInt8]? { records.withLock { $0[key] } }

    func insert(_ bytes: [UInt8], for key: String, expires: Double) {
        records.withLock { $0[key] = bytes }
    }

    func update(_ bytes: [UInt8], for key: String, expires: Double) -> Bool {
        records.withLock { records in
            guard records[key] != nil else { return false }
            records[key] = bytes
            return true
        }
    }

    func delete(_ key: String) -> Bool { records.withLock { $0.removeValue(forKey: key) != nil } }

    func removeExpired() {
        let now = WallClock.milliseconds
        records.withLock { records in
            records = records.filter { _, bytes in
                SessionRecord.expiry(of: bytes).map { SessionState.isLive(expires: $0, now: now) }
                    ?? false
            }
        }
    }
}
