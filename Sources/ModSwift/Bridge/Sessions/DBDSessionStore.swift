// SPDX-License-Identifier: Apache-2.0
//
// A table of the database that mod_dbd is configured with:
//
//     CREATE TABLE mod_swift_sessions (id VARCHAR(40) PRIMARY KEY, expires BIGINT NOT NULL, record TEXT NOT NULL)
//
// The store creates it when a statement fails, as it does if there is no table
// (docs/decisions/0060). Records are stored as text, base64url: BLOBs crash some drivers. Keys,
// numbers and that text contain nothing that must be quoted in a statement, so the statements are
// complete: mod_dbd's list contains none of our prepared statements, of which a failing one would
// make every connection fail.

internal import CApache
internal import CookieCoding
internal import SessionCoding
internal import Synchronization
internal import SystemCalls

/// A store in an SQL database.
final class DBDSessionStore: SessionStore {
    private let table: String
    /// Whether this process has found that the table exists.
    private let hasTable = Atomic<Bool>(false)

    /// - Throws: ``SessionError`` if it is not a valid table name.
    init(table: String) throws {
        let isName = table.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        guard isName, !table.isEmpty else {
            throw SessionError.store("\"\(table)\" is not a name of a table")
        }
        self.table = table
    }

    func load(_ key: String) throws -> [UInt8]? {
        let text = try connected { try $0.text("SELECT record FROM \(table) WHERE id = '\(key)'") }
        guard let text else { return nil }
        // Text that is not ours is returned like a record that cannot be read.
        return Base64URL.decode(Array(text.utf8)) ?? Array(text.utf8)
    }

    func insert(_ bytes: [UInt8], for key: String, expires: Double) throws {
        if try update(bytes, for: key, expires: expires) { return }
        let text = String(decoding: Base64URL.encode(bytes), as: UTF8.self)
        _ = try connected {
            try $0.query(
                "INSERT INTO \(table) (id, expires, record) VALUES ('\(key)', \(Int(expires)), "
                    + "'\(text)')")
        }
    }

    func update(_ bytes: [UInt8], for key: String, expires: Double) throws -> Bool {
        let text = String(decoding: Base64URL.encode(bytes), as: UTF8.self)
        return try connected {
            try $0.query(
                "UPDATE \(table) SET expires = \(Int(expires)), record = '\(text)' WHERE id = '\(key)'"
            )
        } > 0
    }

    func delete(_ key: String) throws -> Bool {
        try connected { try $0.query("DELETE FROM \(table) WHERE id = '\(key)'") } > 0
    }

    func removeExpired() throws {
        let now = WallClock.milliseconds / 1000
        // A record whose lifetime was extended meanwhile has a later time, and stays.
        _ = try connected { try $0.query("DELETE FROM \(table) WHERE expires < \(now)") }
    }

    /// Calls body with a connection, which is returned to mod_dbd at once: mod_dbd has few, and a
    /// thread that waits for one waits without limit.
    ///
    /// SQLite fails where other processes write, and at once where one was killed and its
    /// transaction must be rolled back. Such a statement has changed nothing, so it is tried again.
    /// A process's first statement may fail because the table does not exist yet.
    private func connected<Result>(_ body: (DBDConnection) throws -> Result) throws -> Result {
        let start = MonotonicTime.now
        while true {
            do {
                return try connectedOnce(body)
            } catch SessionError.store(let reason) {
                let patience = reason.holds("locked") ? 5 : 0.2
                guard MonotonicTime.now < start.advanced(bySeconds: patience) else {
                    throw SessionError.store(reason)
                }
                makeTable()
                ThreadPause.microseconds(UInt32.random(in: 5_000...50_000))
            }
        }
    }

    /// Creates the table if it is missing. If that fails, the statement that needs it reports the
    /// reason.
    private func makeTable() {
        guard !hasTable.load(ordering: .relaxed) else { return }
        let isMade: Void? = try? connectedOnce { connection in
            // MySQL's TEXT is limited to 64 KiB.
            let text = connection.driver == "mysql" ? "MEDIUMTEXT" : "TEXT"
            _ = try connection.query(
                "CREATE TABLE IF NOT EXISTS \(table) (id VARCHAR(40) PRIMARY KEY, "
                    + "expires BIGINT NOT NULL, record \(text) NOT NULL)")
        }
        if isMade != nil { hasTable.store(true, ordering: .relaxed) }
    }

    private func connectedOnce<Result>(_ body: (DBDConnection) throws -> Result) throws -> Result {
        guard msw_has_dbd() != 0 else {
            throw SessionError.store("SwiftSessionStore dbd needs mod_dbd, which is not loaded")
        }
        return try unsafe CallPool.with { pool in
            guard let server = MainServer.record,
                let opened = unsafe msw_dbd_open(pool, server.pointer)
            else { throw SessionError.store("mod_dbd has no connection to its database") }
            defer { unsafe msw_dbd_close(server.pointer, opened) }
            return try body(unsafe DBDConnection(opened, pool))
        }
    }
}

// SAFETY: used only in the call that has opened it.
/// A connection from mod_dbd.
@safe private struct DBDConnection {
    private let connection: UnsafeMutablePointer<ap_dbd_t>
    private let pool: OpaquePointer

    init(_ connection: UnsafeMutablePointer<ap_dbd_t>, _ pool: OpaquePointer) {
        unsafe self.connection = connection
        unsafe self.pool = pool
    }

    /// apr_dbd's name of the database type: "sqlite3", "mysql", "pgsql" …
    var driver: String { ModSwift.text(unsafe apr_dbd_name(connection.pointee.driver)) ?? "" }

    /// Runs a statement.
    ///
    /// - Returns: The number of changed rows.
    func query(_ statement: String) throws -> Int {
        var count: Int32 = 0
        let code = unsafe apr_dbd_query(
            connection.pointee.driver, connection.pointee.handle, &count, statement)
        try check(code)
        return Int(count)
    }

    /// Returns the first column of the first row; nil if there is none.
    func text(_ statement: String) throws -> String? {
        var result: OpaquePointer?
        try check(
            unsafe apr_dbd_select(
                connection.pointee.driver, pool, connection.pointee.handle, &result, statement, 0))
        var found: String?
        var row: OpaquePointer?
        // Read to the end, because only then is the result freed.
        while unsafe apr_dbd_get_row(connection.pointee.driver, pool, result, &row, -1) == 0 {
            found =
                found ?? ModSwift.text(unsafe apr_dbd_get_entry(connection.pointee.driver, row, 0))
        }
        return found
    }

    private func check(_ code: Int32) throws {
        guard code != 0 else { return }
        let reason =
            ModSwift.text(
                unsafe apr_dbd_error(connection.pointee.driver, connection.pointee.handle, code))
            ?? "error \(code)"
        throw SessionError.store("the database says: \(reason) (\(code))")
    }
}
