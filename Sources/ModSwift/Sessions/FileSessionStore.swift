// SPDX-License-Identifier: Apache-2.0
//
//     DIRECTORY/ab/…ab      one file for each record, by the last two digits of its key
//     DIRECTORY/ab/….new    a record that is being written
//     DIRECTORY/cleaned     the directory in which expired records were last removed
//
// A file is written under a temporary name and renamed, so that readers see the old or the new
// record, and the old one remains if the process is killed.

internal import SessionCoding
internal import Synchronization
internal import SystemCalls

/// The store that needs no configuration: a directory that only the server's user can access.
final class FileSessionStore: SessionStore {
    private let directory: String
    private let isChecked = Atomic<Bool>(false)
    private let schedule = CleaningSchedule(parts: 256, interval: 10_000)

    init(_ directory: String) { self.directory = directory }

    private static let largestFile = 2 << 20

    func load(_ key: String) throws -> [UInt8]? {
        try check()
        do {
            return try RecordFile.read(path(key), limit: Self.largestFile)
        } catch  where error.isTooLarge {
            // Longer than any record that this store writes: treated as unreadable.
            return []
        }
    }

    func insert(_ bytes: [UInt8], for key: String, expires: Double) throws {
        try check()
        let path = path(key)
        do {
            _ = try RecordFile.replace(path, with: bytes)
        } catch  where error.isMissing {
            try makeFolder(of: path)
            _ = try RecordFile.replace(path, with: bytes)
        }
    }

    func update(_ bytes: [UInt8], for key: String, expires: Double) throws -> Bool {
        try check()
        return try RecordFile.replace(path(key), with: bytes, ifThere: true)
    }

    func touch(_ key: String, expires: Double) throws {
        try RecordFile.patch(
            path(key).text, at: SessionRecord.expiryOffset,
            with: SessionRecord.expiryBytes(Int64(expires * 1000)))
    }

    func delete(_ key: String) throws -> Bool {
        try check()
        return try RecordFile.remove(path(key).text)
    }

    /// Makes two renames: at no time are there two records, or none.
    func replace(
        _ key: String, by newKey: String, with bytes: [UInt8], expires: Double
    ) throws -> Bool {
        guard try update(bytes, for: key, expires: expires) else { return false }
        do {
            try RecordFile.rename(path(key), to: path(newKey))
        } catch let error where error.isMissing {
            try makeFolder(of: path(newKey))
            try RecordFile.rename(path(key), to: path(newKey))
        }
        return true
    }

    /// Creates the directory of a record, and that of the store if it was removed.
    private func makeFolder(of path: RecordPath) throws {
        try StateDirectory.makePrivate(directory)
        try FileSystem.makeDirectory(FilePath.parent(of: path.text), mode: 0o700)
    }

    private func path(_ key: String) -> RecordPath { RecordPath(key, in: directory) }

    /// Checks the directory at the first use in a process: another user who could write to it could
    /// take over any client's session.
    private func check() throws {
        guard !isChecked.load(ordering: .relaxed) else { return }
        try StateDirectory.makePrivate(directory)
        isChecked.store(true, ordering: .relaxed)
    }

    // MARK: Cleaning

    func removeExpired() throws {
        // Only the process that gets the lock cleans.
        let mark = "\(directory)/cleaned"
        guard let lock = try RangeLock.take(mark, at: 0, pausing: { nil }) else { return }
        defer { withExtendedLifetime(lock) {} }
        let now = WallClock.milliseconds
        let last = try RecordFile.read(mark, limit: 4096).flatMap(CleaningSchedule.Mark.init)
        guard let next = schedule.next(after: last, now: now) else { return }
        try RecordFile.patch(mark, at: 0, with: next.mark.bytes)
        let digits = String(next.part, radix: 16)
        try removeExpired(in: "\(directory)/\(digits.count < 2 ? "0" : "")\(digits)", now: now)
    }

    private func removeExpired(in folder: String, now: Int64) throws {
        guard let names = try? FileSystem.names(in: folder) else { return }
        // Stops after a time limit; the next run continues with fewer files in the directory.
        let deadline = MonotonicTime.now.advanced(bySeconds: 0.1)
        for name in names.shuffled() {
            let path = "\(folder)/\(name)"
            guard MonotonicTime.now < deadline else { return }
            guard !name.hasSuffix(".new") else {
                removeDraft(path, now: now)
                continue
            }
            guard try isExpired(path, now), let lock = try lock(name, timeout: 0) else { continue }
            defer { lock.unlock() }
            // It may have been used before the lock was taken.
            if try isExpired(path, now) { _ = try RecordFile.remove(path) }
        }
    }

    private func isExpired(_ path: String, _ now: Int64) throws -> Bool {
        guard let header = try RecordFile.read(path, first: SessionRecord.headerSize) else {
            return false
        }
        guard let expires = SessionRecord.expiry(of: header) else { return true }
        return !SessionState.isLive(expires: expires, now: now)
    }

    /// Removes the draft of a process that was killed while writing: a draft older than an hour is
    /// not being written.
    private func removeDraft(_ path: String, now: Int64) {
        guard let info = try? FileSystem.info(of: path),
            Int64(info.modified / 1_000_000) < now - 3_600_000
        else { return }
        FileSystem.remove(path)
    }
}
