// SPDX-License-Identifier: Apache-2.0
//
// What a session is at each moment of its request, and what follows from that. No input or output:
// the caller asks what to do, does it, and says what came of it.

/// The state of one request's session.
package struct SessionState: Equatable, Sendable {
    /// What there is of it in the store.
    package enum Origin: Equatable, Sendable {
        /// Nothing.
        case fresh
        /// A record, as it was when it was last read or written.
        case stored(revision: UInt64)
    }

    /// What `save` has to do.
    package enum Save: Equatable, Sendable {
        /// Insert a new record.
        case insert
        /// Write the record, if it still exists.
        case update
        /// Nothing but its expiry may have changed.
        case touch
    }

    /// What the response says to the client's browser.
    package enum Cookie: Equatable, Sendable { case none, set, delete }

    /// The id; nil for a new session before anything needs one.
    package private(set) var key: StoreKey?
    package private(set) var origin = Origin.fresh
    /// Whether the request found no session.
    package private(set) var isNew = true
    /// Whether values or settings differ from the record's.
    package private(set) var isChanged = false
    /// The Set-Cookie that the response needs.
    package private(set) var cookie = Cookie.none
    /// Whether the client sent a cookie that does not name this session.
    private var hasStaleCookie = false

    /// Milliseconds since 1970.
    package private(set) var created: Int64
    /// Milliseconds since 1970: this request's.
    package let accessed: Int64
    /// Seconds.
    package private(set) var timeout: UInt32
    /// The last use that the store knows of, in milliseconds since 1970.
    private var written: Int64

    /// A session of a client that brought no id.
    ///
    /// - Parameters:
    ///   - now: Milliseconds since 1970.
    ///   - timeout: Seconds; the longest is ``longestTimeout``.
    package init(now: Int64, timeout: UInt32) {
        created = now
        accessed = now
        written = now
        self.timeout = min(timeout, Self.longestTimeout)
    }

    /// Ten years: whatever a store adds to it is still a date.
    package static let longestTimeout: UInt32 = 10 * 366 * 86_400

    /// Whether a record is still to be used.
    package static func isLive(expires: Int64, now: Int64) -> Bool { expires > now }

    /// Takes what the store has under the client's id.
    ///
    /// - Returns: Whether it is the session; a record that has expired is none.
    package mutating func load(_ record: SessionRecord, for key: StoreKey) -> Bool {
        guard Self.isLive(expires: record.expires, now: accessed) else { return false }
        self.key = key
        origin = .stored(revision: record.revision)
        isNew = false
        isChanged = false
        created = record.created
        written = record.accessed
        timeout = record.timeout
        return true
    }

    /// The client has sent an id that names no session.
    package mutating func noteStaleCookie() { hasStaleCookie = true }

    /// Some value is another one now.
    package mutating func change() { isChanged = true }

    package mutating func setTimeout(_ seconds: UInt32) {
        let seconds = min(max(seconds, 1), Self.longestTimeout)
        guard seconds != timeout else { return }
        timeout = seconds
        isChanged = true
    }

    /// When the record expires if nobody uses it after this request, in milliseconds since 1970.
    package var expires: Int64 { accessed + Int64(timeout) * 1000 }

    /// Whether the store should hear of this use: not of each one.
    package var isTouchDue: Bool {
        guard case .stored = origin else { return false }
        return accessed - written >= max(Int64(timeout) * 1000 / 20, 1000)
    }

    /// The store knows of this use.
    package mutating func touched() { written = accessed }

    // MARK: Save

    /// What a save has to do.
    package var save: Save {
        guard case .stored = origin else { return .insert }
        return isChanged ? .update : .touch
    }

    /// The key, with which a new session is to be inserted.
    package mutating func key(orNew make: () -> StoreKey) -> StoreKey {
        if let key { return key }
        let new = make()
        key = new
        return new
    }

    /// The record to be written.
    package func record(_ values: [UInt8]) -> SessionRecord {
        let revision: UInt64 = if case .stored(let revision) = origin { revision &+ 1 } else { 1 }
        return SessionRecord(
            expires: expires, created: created, timeout: timeout, revision: revision,
            values: values)
    }

    /// A record was written.
    package mutating func wrote(_ record: SessionRecord) {
        if origin == .fresh { cookie = .set }
        origin = .stored(revision: record.revision)
        isChanged = false
        written = accessed
    }

    /// What a save without the lock finds in the store.
    package enum Found: Equatable, Sendable { case same, changed, gone }

    package func found(_ record: SessionRecord?) -> Found {
        guard case .stored(let revision) = origin else { return .same }
        guard let record, Self.isLive(expires: record.expires, now: accessed) else { return .gone }
        return record.revision == revision ? .same : .changed
    }

    /// The cookie that the client has is not what it should be: the next write sets it.
    package mutating func needCookie() { cookie = .set }

    // MARK: Other ids, and the end

    /// The record was replaced by one with another id.
    package mutating func renewed(_ record: SessionRecord, as key: StoreKey) {
        wrote(record)
        self.key = key
        cookie = .set
    }

    /// An id that nothing was stored under yet is given up.
    package mutating func forgetKey() {
        if origin == .fresh { key = nil }
    }

    /// The record was deleted, or is of no use: what follows is another session.
    ///
    /// - Parameter expireCookie: Whether the browser is to forget the id.
    package mutating func startOver(expireCookie: Bool, timeout: UInt32) {
        let hadCookie = !isNew || hasStaleCookie || cookie != .none
        key = nil
        origin = .fresh
        isNew = true
        isChanged = false
        created = accessed
        written = accessed
        self.timeout = min(timeout, Self.longestTimeout)
        cookie = expireCookie && hadCookie ? .delete : .none
    }
}
