// SPDX-License-Identifier: Apache-2.0
//
// APR's DBM: one entry for each record. Most types have no locking of their own: each call takes
// the stores' mutex, opens the file, and closes it again.

internal import CApache
internal import Glibc
internal import SessionCoding
internal import Synchronization
internal import SystemCalls

// SAFETY: data returned by a DBM is copied before it is closed.
/// A store in a DBM file.
final class DBMSessionStore: SessionStore {
    private let path: String
    /// APR's name of the type: "db", "gdbm", "sdbm" …
    private let type: String
    /// Set while a process changes the file.
    private let note: SharedNote

    /// - Throws: ``SessionError`` if its directory is not writable.
    /// - Parameter type: Nil: gdbm if APR supports it, otherwise APR's default. Opening Berkeley
    ///   DB, which is the default on Debian, takes more than twice as long.
    init(_ path: String, type: String?) throws {
        self.path = path
        do {
            note = try SharedNote("\(path).writing", capacity: SessionRecord.largestValues + 4096)
        } catch {
            throw SessionError.store("\(error)")
        }
        self.type = type ?? (DBMFile.hasType("gdbm") ? "gdbm" : "default")
    }

    func load(_ key: String) throws -> [UInt8]? {
        try with { file in try file.fetch(key) }
    }

    func insert(_ bytes: [UInt8], for key: String, expires: Double) throws {
        try with(.changes) { file in try file.store(bytes, for: key) }
    }

    func update(_ bytes: [UInt8], for key: String, expires: Double) throws -> Bool {
        try with(.changes) { file in
            guard let old = try file.fetch(key) else { return false }
            note.set(SharedNote.Content(key: key, bytes: old))
            try file.store(bytes, for: key)
            return true
        }
    }

    func delete(_ key: String) throws -> Bool {
        try with(.changes) { file in
            guard file.exists(key) else { return false }
            try file.delete(key)
            return true
        }
    }

    /// With the mutex held throughout: other processes see both changes, or neither.
    func replace(
        _ key: String, by newKey: String, with bytes: [UInt8], expires: Double
    ) throws -> Bool {
        try with(.changes) { file in
            guard file.exists(key) else { return false }
            try file.store(bytes, for: newKey)
            try file.delete(key)
            return true
        }
    }

    private enum Use { case reads, changes }

    private func with<Result>(
        _ use: Use = .reads, _ body: (DBMFile) throws -> Result
    ) throws -> Result {
        try StoreMutex.with {
            try unsafe CallPool.with { pool in
                if note.isSet { unsafe repair(pool) }
                let file = try unsafe DBMFile(path, type: type, pool)
                guard use == .changes else {
                    defer { file.close() }
                    return try body(file)
                }
                note.set()
                defer {
                    file.close()
                    note.clear()
                }
                return try body(file)
            }
        }
    }

    // MARK: Repair

    /// Repairs the file after a process that was changing it was killed. No DBM has transactions:
    /// gdbm then finds that its tables do not match, and returns no entry.
    private func repair(_ pool: OpaquePointer) {
        do {
            if type == "gdbm" { try GDBMHeader.countAll(of: path) }
            let count = try unsafe DBMFile.copyEntries(of: path, type: type, pool)
            // The save that was not finished is undone.
            if let old = note.content {
                let file = try unsafe DBMFile(path, type: type, pool)
                defer { file.close() }
                try file.store(old.bytes, for: old.key)
            }
            note.clear()
            MainServer.log(
                "MSW0785: the DBM file \(path) was repaired, with \(count) entries: a process was killed "
                    + "while it wrote to it", .warning)
        } catch {
            MainServer.log(
                "MSW0786: the DBM file \(path) cannot be repaired after a process was killed while it "
                    + "wrote to it: \(error)", .error)
        }
    }

    // MARK: Cleaning

    /// The number of entries that were checked; the next call continues after them.
    private let position = Atomic<Int>(0)
    private static let entriesAtOnce = 500

    /// Checks a part of the entries at a time, because all other calls wait meanwhile.
    func removeExpired() throws {
        let start = position.load(ordering: .relaxed)
        let now = WallClock.milliseconds
        let (expired, isAtEnd) = try with { file in
            try file.keys(from: start, count: Self.entriesAtOnce) { bytes in
                SessionRecord.expiry(of: bytes).map { !SessionState.isLive(expires: $0, now: now) }
                    ?? true
            }
        }
        for key in expired { try remove(key, ifExpired: now) }
        let next = isAtEnd ? 0 : start + Self.entriesAtOnce - expired.count
        position.store(next, ordering: .relaxed)
    }

    private func remove(_ key: String, ifExpired now: Int64) throws {
        guard let lock = try lock(key, timeout: 0) else { return }
        defer { lock.unlock() }
        let isLive = try load(key).flatMap { SessionRecord.expiry(of: $0) }
            .map { SessionState.isLive(expires: $0, now: now) }
        if isLive != true { _ = try delete(key) }
    }
}

// SAFETY: used only while it is open, in the call that has opened it.
/// An open DBM file.
@safe private struct DBMFile {
    private let file: OpaquePointer
    private let path: String

    init(_ path: String, type: String, _ pool: OpaquePointer) throws {
        self.path = path
        var file: OpaquePointer?
        // SAFETY: the texts are borrowed for the call. With the default mode, new files would be
        // accessible to other users.
        let code = unsafe apr_dbm_open_ex(
            &file, type, path, APR_DBM_RWCREATE, APR_FPROT_UREAD | APR_FPROT_UWRITE, pool)
        guard code == APR_SUCCESS, let file = unsafe file else {
            let reason = unsafe Self.openingError(path, type, code, pool)
            throw SessionError.store("cannot open the DBM file \(path): \(reason)")
        }
        unsafe self.file = file
    }

    /// Returns why a file cannot be opened: APR has no texts for the errors of gdbm and other types.
    private static func openingError(
        _ path: String, _ type: String, _ code: apr_status_t, _ pool: OpaquePointer
    ) -> String {
        let names = unsafe fileNames(of: path, type: type, pool)
        if names.isEmpty { return "APR cannot load the type \(type): \(errorText(code))" }
        let error = names.lazy.compactMap { FileSystem.writingError(of: $0) }.first
        return error.map { "\($0)" }
            ?? "it is not a file of \(type), or is damaged; move it away, and a new one is created"
    }

    func close() { unsafe apr_dbm_close(file) }

    /// Whether APR can load the library for a type.
    static func hasType(_ type: String) -> Bool {
        let names = try? unsafe CallPool.with { pool in unsafe fileNames(of: "x", type: type, pool)
        }
        return names?.isEmpty == false
    }

    /// Returns the files of a DBM; empty if APR cannot load the library for its type.
    private static func fileNames(
        of path: String, type: String, _ pool: OpaquePointer
    ) -> [String] {
        var names: (UnsafePointer<CChar>?, UnsafePointer<CChar>?) = (nil, nil)
        // SAFETY: the texts are borrowed for the call. The returned names belong to the pool.
        let code = unsafe apr_dbm_get_usednames_ex(pool, type, path, &names.0, &names.1)
        guard code == APR_SUCCESS else { return [] }
        return unsafe [names.0, names.1].compactMap { unsafe $0.map { unsafe String(cString: $0) } }
    }

    /// Writes all readable entries into a new file, which replaces the old one.
    ///
    /// - Returns: The number of entries.
    static func copyEntries(
        of path: String, type: String, _ pool: OpaquePointer
    ) throws -> Int {
        let copyPath = "\(path).repaired"
        let copies = unsafe fileNames(of: copyPath, type: type, pool)
        // Files that a killed repair has left.
        for name in copies { FileSystem.remove(name) }
        let file = try unsafe DBMFile(path, type: type, pool)
        defer { file.close() }
        let copy = try unsafe DBMFile(copyPath, type: type, pool)
        let count: Int
        do {
            defer { copy.close() }
            count = try file.writeEntries(to: copy)
        }
        for (name, place) in zip(copies, unsafe fileNames(of: path, type: type, pool)) {
            try FileSystem.rename(name, to: place)
        }
        return count
    }

    private func writeEntries(to copy: DBMFile) throws -> Int {
        var count = 0
        var key = unsafe apr_datum_t()
        var code = unsafe apr_dbm_firstkey(file, &key)
        while code == APR_SUCCESS, unsafe key.dptr != nil {
            var value = unsafe apr_datum_t()
            if unsafe apr_dbm_fetch(file, key, &value) == APR_SUCCESS {
                try copy.check(unsafe apr_dbm_store(copy.file, key, value), "copy an entry to")
                count += 1
            }
            code = unsafe apr_dbm_nextkey(file, &key)
        }
        return count
    }

    func fetch(_ key: String) throws -> [UInt8]? {
        try unsafe datum(key) { key in
            // For a missing entry, types differ in what they return.
            guard unsafe apr_dbm_exists(file, key) != 0 else { return nil }
            var value = unsafe apr_datum_t()
            try check(unsafe apr_dbm_fetch(file, key, &value), "read")
            return unsafe bytes(of: value)
        }
    }

    func exists(_ key: String) -> Bool {
        unsafe datum(key) { key in unsafe apr_dbm_exists(file, key) != 0 }
    }

    func store(_ bytes: [UInt8], for key: String) throws {
        var bytes = bytes
        try unsafe datum(key) { key in
            // SAFETY: the value is borrowed for the call.
            try unsafe bytes.withUnsafeMutableBytes { bytes in
                let value = unsafe apr_datum_t(
                    dptr: bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                    dsize: bytes.count)
                try check(unsafe apr_dbm_store(file, key, value), "write \(bytes.count) bytes to")
            }
        }
    }

    func delete(_ key: String) throws {
        try unsafe datum(key) { key in try check(unsafe apr_dbm_delete(file, key), "delete from") }
    }

    /// Returns the keys of the entries, from a position on, for which a condition holds.
    func keys(
        from start: Int, count: Int, where condition: ([UInt8]) -> Bool
    ) throws -> (keys: [String], isAtEnd: Bool) {
        var keys: [String] = []
        var key = unsafe apr_datum_t()
        var position = 0
        var code = unsafe apr_dbm_firstkey(file, &key)
        while code == APR_SUCCESS, unsafe key.dptr != nil {
            if position >= start + count { return (keys, false) }
            if position >= start {
                var value = unsafe apr_datum_t()
                let fetched = unsafe apr_dbm_fetch(file, key, &value)
                if fetched == APR_SUCCESS, condition(unsafe bytes(of: value)) {
                    keys.append(String(decoding: unsafe bytes(of: key), as: UTF8.self))
                }
            }
            position += 1
            code = unsafe apr_dbm_nextkey(file, &key)
        }
        return (keys, true)
    }

    private func bytes(of datum: apr_datum_t) -> [UInt8] {
        // SAFETY: valid until the next call; copied here.
        unsafe [UInt8](UnsafeRawBufferPointer(start: datum.dptr, count: Int(datum.dsize)))
    }

    private func datum<Result>(
        _ key: String, _ body: (apr_datum_t) throws -> Result
    ) rethrows -> Result {
        var key = key
        // SAFETY: the key is borrowed for the call; no type writes to it.
        return try key.withUTF8 { bytes in
            try unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
                try unsafe body(
                    apr_datum_t(
                        dptr: UnsafeMutablePointer(mutating: bytes.baseAddress),
                        dsize: bytes.count))
            }
        }
    }

    private func check(_ code: apr_status_t, _ operation: String) throws {
        guard code != APR_SUCCESS else { return }
        var buffer = [CChar](repeating: 0, count: 256)
        var number: Int32 = 0
        // SAFETY: writes at most the buffer's count, including NUL.
        let text = unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            unsafe String(
                cString: apr_dbm_geterror(file, &number, buffer.baseAddress, buffer.count))
        }
        throw SessionError.store(
            "cannot \(operation) \(path): \(text.isEmpty ? errorText(code) : text)")
    }
}

/// The file format of gdbm, as far as a repair requires it: a header of C integers in the machine's
/// byte order.
private enum GDBMHeader {
    private static let magic: UInt32 = 0x1357_9acf
    private static let placeOfEnd = 32

    /// Makes the header count the whole file as used. gdbm writes the header last: after an
    /// interrupted change, the added data is beyond the size in the header, and gdbm refuses to
    /// read it.
    ///
    /// - Throws: ``SystemError``.
    static func countAll(of path: String) throws(SystemError) {
        let file = unsafe open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw SystemError("open", path) }
        defer { close(file) }
        var info = stat()
        var found: UInt32 = 0
        // SAFETY: the structures are those that the calls fill in, of their sizes.
        guard unsafe fstat(file, &info) == 0, unsafe pread(file, &found, 4, 0) == 4,
            found == magic
        else { return }
        var end = Int64(info.st_size)
        guard unsafe pwrite(file, &end, 8, off_t(placeOfEnd)) == 8 else {
            throw SystemError("write", path)
        }
    }
}
