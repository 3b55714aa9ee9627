// SPDX-License-Identifier: Apache-2.0
//
// A store such as a user would write, stores that break a rule, and the checks of both.

import Foundation
import ModSwiftSessionConformance
import Synchronization

func registerStore(_ server: Server) {
    Apache.registerSessionStore(FolderStore(), as: "folder")
}

/// Keeps each key in a file.
struct FolderStore: SessionStore {
    private let folder = URL(fileURLWithPath: "\(Apache.serverRoot)/logs/custom")

    private func file(_ key: String) -> URL { folder.appendingPathComponent(key) }

    func load(_ key: String) throws -> [UInt8]? {
        do {
            return try Array(Data(contentsOf: file(key)))
        } catch CocoaError.fileReadNoSuchFile {
            return nil
        }
    }

    func insert(_ bytes: [UInt8], for key: String, expires: Double) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: file(key), options: .atomic)
    }

    func update(_ bytes: [UInt8], for key: String, expires: Double) throws -> Bool {
        guard FileManager.default.fileExists(atPath: file(key).path) else { return false }
        try Data(bytes).write(to: file(key), options: .atomic)
        return true
    }

    func delete(_ key: String) throws -> Bool {
        do {
            try FileManager.default.removeItem(at: file(key))
            return true
        } catch CocoaError.fileNoSuchFile {
            return false
        }
    }
}

/// Keeps entries in memory and breaks one rule.
final class FaultyStore: SessionStore {
    enum Fault: String {
        case none
        case losesBytes, changesNUL, keepsTheFirst, mixesKeys, bringsBack
        case saysThereWasNone, saysThereWasOne, leavesTheOld, movesNothing, movesWhatIsNotThere
        case ignoresTouch, touchMakes, touchIsNotKept, updateIsNotKept, removesAll
        case locksNobodyOut, locksForEver, waitsLong, givesUpAtOnce, lockOfAllKeys, lockEnds
        case lockSeemsLost, readersSeeParts
    }

    private struct Entry {
        var bytes: [UInt8]
        var expires: Double
    }

    private let fault: Fault
    private let entries = Mutex<[String: Entry]>([:])
    /// The times at which the locks were acquired.
    private let locks = Mutex<[String: ContinuousClock.Instant]>([:])

    init(_ fault: Fault) { self.fault = fault }

    private func known(_ key: String) -> String {
        fault == .mixesKeys ? String(key.suffix(32)) : key
    }

    private func entry(_ key: String) -> Entry? {
        guard let entry = entries.withLock({ $0[known(key)] }),
            entry.expires > Date().timeIntervalSince1970
        else { return nil }
        return entry
    }

    private func put(_ bytes: [UInt8], for key: String, expires: Double) {
        var entry = Entry(bytes: bytes, expires: expires)
        if fault == .losesBytes, bytes.count > 4000 { entry.bytes.removeLast() }
        if fault == .changesNUL, bytes.count > 256, bytes[256] == 0 { entry.bytes[256] = 32 }
        if fault == .readersSeeParts {
            let part = Entry(bytes: Array(bytes.dropLast()), expires: expires)
            entries.withLock { $0[known(key)] = part }
            usleep(2000)
        }
        entries.withLock { $0[known(key)] = entry }
    }

    private func answer(_ isThere: Bool) -> Bool {
        switch fault {
        case .saysThereWasOne: true
        case .saysThereWasNone: false
        default: isThere
        }
    }

    func load(_ key: String) -> [UInt8]? { entry(key)?.bytes }

    func insert(_ bytes: [UInt8], for key: String, expires: Double) {
        if fault == .keepsTheFirst, entry(key) != nil { return }
        put(bytes, for: key, expires: expires)
    }

    func update(_ bytes: [UInt8], for key: String, expires: Double) -> Bool {
        let old = entry(key)
        let end = fault == .updateIsNotKept ? old?.expires ?? expires : expires
        if old != nil || fault == .bringsBack { put(bytes, for: key, expires: end) }
        return answer(old != nil)
    }

    func touch(_ key: String, expires: Double) {
        let made = Entry(bytes: [UInt8](repeating: 0, count: 64), expires: expires)
        guard fault != .ignoresTouch, var entry = entry(key) ?? (fault == .touchMakes ? made : nil)
        else { return }
        let milliseconds = Int(expires * 1000)
        for index in 0..<8 {
            entry.bytes[8 + index] = UInt8(truncatingIfNeeded: milliseconds >> (8 * index))
        }
        let end = fault == .touchIsNotKept ? entry.expires : expires
        put(entry.bytes, for: key, expires: end)
    }

    func delete(_ key: String) -> Bool {
        answer(entries.withLock { $0.removeValue(forKey: known(key)) } != nil)
    }

    func replace(
        _ key: String, by newKey: String, with bytes: [UInt8], expires: Double
    ) -> Bool {
        guard entry(key) != nil || fault == .movesWhatIsNotThere else { return false }
        if fault != .movesNothing { put(bytes, for: newKey, expires: expires) }
        if fault != .leavesTheOld { entries.withLock { $0[known(key)] = nil } }
        return true
    }

    func removeExpired() {
        if fault == .removesAll { entries.withLock { $0 = [:] } }
    }

    func lock(_ key: String, timeout: Double) -> StoreLock? {
        let key = fault == .lockOfAllKeys ? "all" : key
        let end = ContinuousClock.now + .seconds(fault == .waitsLong ? timeout + 3 : timeout)
        while !take(key) {
            guard ContinuousClock.now < end, fault != .givesUpAtOnce else { return nil }
            usleep(1000)
        }
        return StoreLock(isHeld: { self.fault != .lockSeemsLost }) {
            if self.fault != .locksForEver { self.locks.withLock { $0[key] = nil } }
        }
    }

    private func take(_ key: String) -> Bool {
        let now = ContinuousClock.now
        return locks.withLock { locks in
            if fault != .locksNobodyOut, let taken = locks[key] {
                guard fault == .lockEnds, now - taken > .seconds(1) else { return false }
            }
            locks[key] = now
            return true
        }
    }
}

/// Checks the server's own store, or one with a fault.
func checkStore(_ call: Call) throws -> String {
    let fault = call.query["fault"].flatMap(FaultyStore.Fault.init(rawValue:))
    let store = try fault.map { FaultyStore($0) } ?? Apache.sessionStore()
    let size = call.query["size"].flatMap { Int($0) } ?? 1 << 20
    let hold = call.query["hold"].flatMap { Double($0) } ?? 1.5
    return SessionStoreConformance(of: store, largestRecord: size, holdTime: hold).run().description
}

func incrementInStore(_ call: Call) throws -> String {
    let suite = SessionStoreConformance(of: try Apache.sessionStore())
    return "\(try suite.increment("c0ffee", timeout: 30))"
}

func storeHandler(_ req: Request) throws -> String {
    let call = Call(req)
    return req.uri.contains("increment") ? try incrementInStore(call) : try checkStore(call)
}
