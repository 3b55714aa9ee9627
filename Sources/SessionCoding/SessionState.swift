// SPDX-License-Identifier: Apache-2.0
//
// The state of a session during its request, and the resulting actions. No input or output: the
// caller reads which action is necessary, performs it, and reports the result.

/// The state of one request's session.
package struct SessionState: Equatable, Sendable {
    /// The stored form of the session.
    package enum Origin: Equatable, Sendable {
        /// It has not been stored.
        case fresh
        /// A record, as it was when it was last read or written.
        case stored(revision: UInt64)
    }

    /// The action of `save`.
    package enum Save: Equatable, Sendable {
        /// Insert a new record.
        case insert
        /// Write the record, if it still exists.
        case update
        /// At most its expiry has changed.
        case touch
    }

    /// The cookie in the response.
    package enum Cookie: Equatable, Sendable { case none, set, delete }

    /// The id; nil for a new session until it is needed.
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

    /// The time of creation in milliseconds since 1970.
    package private(set) var created: Int64
    /// The time of this request in milliseconds since 1970.
    package let accessed: Int64
    /// The timeout in seconds.
    package private(set) var timeout: UInt32
    /// The last use that is recorded in the store, in milliseconds since 1970.
    private var written: Int64

    /// Creates a session for a client that sent no id.
    ///
    /// - Parameters:
    ///   - now: The current time in milliseconds since 1970.
    ///   - timeout: The timeout in seconds; at most ``longestTimeout``.
    package init(now: Int64, timeout: UInt32) {
        created = now
        accessed = now
        written = now
        self.timeout = min(timeout, Self.longestTimeout)
    }

    /// Ten years: an expiry computed from it is a valid date in every store.
    package static let longestTimeout: UInt32 = 10 * 366 * 86_400

    /// Whether a record has not expired.
    package static func isLive(expires: Int64, now: Int64) -> Bool { expires > now }

    /// Loads the record that the store has under the client's id.
    ///
    /// - Returns: Whether it is valid; a record that has expired is not.
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

    /// Records that the client has sent an id for which there is no session.
    package mutating func noteStaleCookie() { hasStaleCookie = true }

    /// Records that a value has changed.
    package mutating func change() { isChanged = true }

    package mutating func setTimeout(_ seconds: UInt32) {
        let seconds = min(max(seconds, 1), Self.longestTimeout)
        guard seconds != timeout else { return }
        timeout = seconds
        isChanged = true
    }

    /// The time at which the record expires if the session is not used after this request, in
    /// milliseconds since 1970.
    package var expires: Int64 { accessed + Int64(timeout) * 1000 }

    /// Whether this use should be recorded in the store; not every use is.
    package var isTouchDue: Bool {
        guard case .stored = origin else { return false }
        return accessed - written >= max(Int64(timeout) * 1000 / 20, 1000)
    }

    /// Records that the store has recorded this use.
    package mutating func touched() { written = accessed }

    // MARK: Save

    /// The action that a save requires.
    package var save: Save {
        guard case .stored = origin else { return .insert }
        return isChanged ? .update : .touch
    }

    /// Returns the key, creating one for a new session.
    package mutating func key(orNew make: () -> StoreKey) -> StoreKey {
        if let key { return key }
        let new = make()
        key = new
        return new
    }

    /// Returns the record to be written.
    package func record(_ values: [UInt8]) -> SessionRecord {
        let revision: UInt64 = if case .stored(let revision) = origin { revision &+ 1 } else { 1 }
        return SessionRecord(
            expires: expires, created: created, timeout: timeout, revision: revision,
            values: values)
    }

    /// Records that a record was written.
    package mutating func wrote(_ record: SessionRecord) {
        if origin == .fresh { cookie = .set }
        origin = .stored(revision: record.revision)
        isChanged = false
        written = accessed
    }

    /// The result of comparing the record in the store during a save without the lock.
    package enum Found: Equatable, Sendable { case same, changed, gone }

    package func found(_ record: SessionRecord?) -> Found {
        guard case .stored(let revision) = origin else { return .same }
        guard let record, Self.isLive(expires: record.expires, now: accessed) else { return .gone }
        return record.revision == revision ? .same : .changed
    }

    /// Records that the client's cookie must be replaced: the next write sets it.
    package mutating func needCookie() { cookie = .set }

    // MARK: Renewal and end

    /// Records that the record was replaced by one with another id.
    package mutating func renewed(_ record: SessionRecord, as key: StoreKey) {
        wrote(record)
        self.key = key
        cookie = .set
    }

    /// Drops an id under which nothing has been stored yet.
    package mutating func forgetKey() {
        if origin == .fresh { key = nil }
    }

    /// Begins another session after the record was deleted, or could not be used.
    ///
    /// - Parameter expireCookie: Whether the browser must delete the id.
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
