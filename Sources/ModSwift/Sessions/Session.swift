// SPDX-License-Identifier: Apache-2.0

internal import SessionCoding
internal import SystemCalls
internal import ValueCoding

/// The data that the server keeps about a client from one request to the next.
///
/// ```swift
/// let session = try req.session()
/// session["hits"] = (session["hits"] as? Int ?? 0) + 1
/// try session.save()
/// ```
///
/// A request has one session, created by ``Request/session(lock:)``. Nothing is stored, and no
/// cookie is set, before ``save()``. The session's lock is held until the request ends, unless
/// ``unlock()`` releases it earlier: requests of one client that change the session run one after
/// the other, in all processes.
///
/// Corresponds to `Session.Session` in mod_python.
public final class Session {
    private let request: Request
    private let options: SessionOptions
    private let store: any SessionStore
    private var state: SessionState
    private var values = SessionValues()
    private var heldLock: StoreLock?
    /// Whether the session was requested with its lock.
    private var wantsLock: Bool
    /// The Set-Cookie in the response, without its attributes.
    private var sentCookie: String?
    private var hasWritten = false
    /// The text of the key that was last used.
    private var knownKey: (key: StoreKey, text: String)?
    private var showsToken = false

    init(for request: Request, locks: Bool) throws {
        self.request = request
        options = SessionOptions(request.options)
        store = try SessionStores.current()
        wantsLock = locks
        state = SessionState(now: WallClock.milliseconds, timeout: try options.timeout())
        // Browsers send one cookie for each path that has one.
        try request.eachSessionKey(named: options.cookieName) { key in try open(key) }
    }

    // MARK: Properties

    /// The id: 32 hexadecimal digits. A new session has one, but nothing is stored under it before
    /// ``save()``. It grants access like a password: do not log it.
    ///
    /// Corresponds to `Session.id()` in mod_python.
    public var id: String { text(of: state.key { .random() }) }

    /// Whether the client sent no session id, or one that is unknown or has expired.
    ///
    /// Corresponds to `Session.is_new()` in mod_python.
    public var isNew: Bool { state.isNew }

    /// The time of creation, in seconds since 1970.
    ///
    /// Corresponds to `Session.created()` in mod_python.
    public var created: Double { Double(state.created) / 1000 }

    /// The time of the last use: the time of this request, in seconds since 1970.
    ///
    /// Corresponds to `Session.last_accessed()` in mod_python.
    public var lastAccessed: Double { Double(state.accessed) / 1000 }

    /// The time in seconds after which an unused session expires; from 1 second to ten years. A new
    /// value is stored by ``save()``.
    ///
    /// `SwiftOption mod_swift.session.timeout` sets the initial value of a new session; otherwise
    /// it is 1800.
    /// Corresponds to `Session.timeout()` and `Session.set_timeout()` in mod_python.
    public var timeout: Int {
        get { Int(state.timeout) }
        set { state.setTimeout(UInt32(clamping: newValue)) }
    }

    /// Whether the browser keeps the cookie when it is closed, for as long as ``timeout``. The
    /// cookie is sent by the first ``save()`` after a change; initially false.
    public var isPersistent: Bool {
        get { values[OwnName.persistent] != nil }
        set {
            guard newValue != isPersistent else { return }
            values[OwnName.persistent] = newValue ? .bool(true) : nil
            state.change()
            state.needCookie()
        }
    }

    /// Whether this request has the session's lock.
    public var isLocked: Bool { heldLock?.isHeld == true }

    // MARK: Values

    /// A value: an integer, a floating-point number, a string, a Boolean, bytes (`[UInt8]`), or an
    /// array or dictionary of these. Setting nil removes it. Integers are returned as `Int`.
    ///
    /// ```swift
    /// session["user"] = "ann"
    /// let user = session["user"] as? String
    /// ```
    ///
    /// A value of another type is rejected and ends the request as 500; see ``set(_:to:)`` for your
    /// own types, and to get an error immediately.
    public subscript(name: String) -> Any? {
        get { values[name]?.plain }
        set {
            do {
                try setPlain(newValue, for: name)
            } catch {
                request.remember(mistake: "\(error)")
            }
        }
    }

    private func setPlain(_ newValue: Any?, for name: String) throws {
        guard let newValue else { return change(name, to: nil) }
        guard name.utf8.first != 0 else { throw Self.reservedName }
        guard let value = Value(plain: newValue) else {
            throw SessionError.unsupported(
                "session[\"\(printable(name))\"]: a \(type(of: newValue)) cannot be kept as it is; use "
                    + "session.set(_:to:) with a Codable type")
        }
        change(name, to: value)
    }

    private func change(_ name: String, to value: Value?) {
        guard values[name] != value else { return }
        values[name] = value
        state.change()
    }

    private static var reservedName: SessionError {
        .unsupported("names of a session's values must not begin with NUL")
    }

    /// Sets a value of your own type.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - value: The value.
    /// - Throws: Errors of the type's `encode(to:)`; ``SessionError/unsupported(_:)``.
    public func set(_ name: String, to value: some Encodable) throws {
        guard name.utf8.first != 0 else { throw Self.reservedName }
        change(name, to: try Value(encoding: value))
    }

    /// Returns a value that was set by ``set(_:to:)``.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - type: Its current type: optional properties may have been added since it was stored.
    /// - Returns: The value; nil if there is none.
    /// - Throws: `DecodingError` for a value of another type.
    public func get<T: Decodable>(_ name: String, as type: T.Type) throws -> T? {
        try values[name]?.decoded(as: type)
    }

    /// The names of the values, in the order in which they were first set.
    public var names: [String] { values.names }

    /// Removes all values; the session itself remains.
    public func removeAll() {
        for name in values.names { change(name, to: nil) }
    }

    // MARK: Store

    /// Stores the session, if it still exists: a session that was deleted in the meantime is not
    /// restored.
    ///
    /// The first call for a new session sets the cookie, so it must be made before the response's
    /// first bytes are sent. Later changes need another call.
    ///
    /// - Throws: ``SessionError``. ``SessionError/gone`` and ``SessionError/conflict`` only without
    ///   the lock.
    ///
    /// Corresponds to `Session.save()` in mod_python.
    public func save() throws {
        switch state.save {
        case .insert: try insert()
        case .update, .touch: try update()
        }
        hasWritten = true
        try sendCookie()
    }

    private func insert() throws {
        try request.requireUnsentHead()
        let key = state.key { .random() }
        if wantsLock, !isLocked { heldLock = try lock(key) }
        let record = try state.record(encodedValues())
        try SessionError.asking {
            try store.insert(record.encoded, for: text(of: key), expires: record.expiresInSeconds)
        }
        state.wrote(record)
    }

    private func update() throws {
        guard let key = state.key else { return }
        try locked(key) {
            guard state.save == .update else {
                try SessionError.asking {
                    try store.touch(text(of: key), expires: Double(state.expires) / 1000)
                }
                return state.touched()
            }
            let record = try state.record(encodedValues())
            let existed = try SessionError.asking {
                try store.update(
                    record.encoded, for: text(of: key), expires: record.expiresInSeconds)
            }
            guard existed else { throw SessionError.gone }
            state.wrote(record)
        }
    }

    private func encodedValues() throws -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try values.encoded()
        } catch {
            throw SessionError.unsupported("the session's values cannot be kept: \(error)")
        }
        guard bytes.count <= SessionRecord.largestValues else {
            throw SessionError.unsupported(
                "the session's values take \(bytes.count) bytes, and it may hold "
                    + "\(SessionRecord.largestValues); keep large data elsewhere")
        }
        return bytes
    }

    /// Gives the session a new id and invalidates the old one. Call it when a client gains rights,
    /// as at a login: no client can already know an id that is generated now. Changes are stored,
    /// too.
    ///
    /// A new session that has not been saved yet only gets another id.
    ///
    /// - Throws: ``SessionError``.
    public func renew() throws {
        guard case .stored = state.origin, let key = state.key else { return state.forgetKey() }
        try request.requireUnsentHead()
        let newKey = StoreKey.random()
        let newLock = wantsLock ? try lock(newKey) : nil
        try locked(key) {
            let record = try state.record(encodedValues())
            let existed = try SessionError.asking {
                try store.replace(
                    text(of: key), by: newKey.text, with: record.encoded,
                    expires: record.expiresInSeconds)
            }
            guard existed else { throw SessionError.gone }
            state.renewed(record, as: newKey)
        }
        hasWritten = true
        heldLock?.unlock()
        heldLock = newLock
        try sendCookie()
    }

    /// Ends the session: deletes the stored data, removes all values, and makes the browser delete
    /// the cookie. Values set afterwards start another session, with another id.
    ///
    /// If the store fails, the request ends as 500, so that a failed logout does not look
    /// successful. See ``delete()`` to get an error immediately.
    ///
    /// Corresponds to `Session.invalidate()` in mod_python.
    public func invalidate() {
        do {
            try end(expireCookie: true)
        } catch {
            request.remember(mistake: "session.invalidate(): \(error)")
        }
    }

    /// Ends the session like ``invalidate()``; but the browser keeps the cookie, which is no longer
    /// valid.
    ///
    /// - Throws: ``SessionError``.
    ///
    /// Corresponds to `Session.delete()` in mod_python.
    public func delete() throws { try end(expireCookie: false) }

    private func end(expireCookie: Bool) throws {
        if case .stored = state.origin, let key = state.key {
            let lock = isLocked ? nil : try lock(key)
            defer { lock?.unlock() }
            _ = try SessionError.asking { try store.delete(text(of: key)) }
        }
        heldLock?.unlock()
        heldLock = nil
        showsToken = false
        values.removeAll()
        state.startOver(expireCookie: expireCookie, timeout: try options.timeout())
        try sendCookie()
    }

    // MARK: Lock

    /// Takes the session's lock, if the request does not hold it. If the session was changed in the
    /// meantime, its values are read again; if this request has unsaved changes, that is an error.
    ///
    /// - Throws: ``SessionError/lockTimeout(seconds:)``, after `mod_swift.session.lock_timeout` (10
    ///   s); ``SessionError/gone``, ``SessionError/conflict``.
    ///
    /// Corresponds to `Session.lock()` in mod_python.
    public func lock() throws {
        wantsLock = true
        guard !isLocked, case .stored = state.origin, let key = state.key else { return }
        let lock = try lock(key)
        let record = try load(key)
        switch state.found(record) {
        case .same: break
        case .gone: throw SessionError.gone
        case .changed:
            guard !state.isChanged, let record, let values = try? SessionValues(record.values),
                state.load(record, for: key)
            else { throw SessionError.conflict }
            self.values = values
        }
        heldLock = lock
    }

    /// Releases the lock before the request ends, for a request that takes long and no longer
    /// changes the session. ``save()`` takes it again while it runs.
    ///
    /// Corresponds to `Session.unlock()` in mod_python.
    public func unlock() {
        heldLock?.unlock()
        heldLock = nil
        wantsLock = false
    }

    private func lock(_ key: StoreKey) throws -> StoreLock {
        let timeout = try options.lockTimeout()
        guard
            let lock = try SessionError.asking({ try store.lock(text(of: key), timeout: timeout) })
        else {
            throw SessionError.lockTimeout(seconds: timeout)
        }
        return lock
    }

    /// Calls body with the lock. If the request does not hold it, or has lost it, takes the lock
    /// for this call, and checks whether the record is still the one that was read.
    private func locked(_ key: StoreKey, _ body: () throws -> Void) throws {
        if isLocked { return try body() }
        let lock = try lock(key)
        defer { lock.unlock() }
        switch state.found(try load(key)) {
        case .same: try body()
        case .gone: throw SessionError.gone
        case .changed: throw SessionError.conflict
        }
    }

    // MARK: Forms

    /// A token for a hidden field of a form, which ``checkCSRF(_:)`` compares: it proves that the
    /// form came from a page of this session. Each access returns a different token; all are valid
    /// until ``renew()`` or the session's end.
    ///
    /// A new session must be saved, or the token will be refused.
    public var csrfToken: String {
        showsToken = true
        return CSRFToken.text(of: tokenSecret, mask: StoreKey.random().bytes)
    }

    /// Rejects a request whose form does not come from a page of this session. Call it for methods
    /// that change something, such as POST.
    ///
    /// - Parameter token: The value of the form's field; nil if there is none.
    /// - Throws: ``SessionError/wrongToken``, which ends the request as 403.
    public func checkCSRF(_ token: String?) throws {
        guard case .stored = state.origin, let token, CSRFToken.matches(token, tokenSecret) else {
            throw SessionError.wrongToken
        }
    }

    /// Rejects a request whose form does not come from a page of this session.
    ///
    /// ```swift
    /// let form = try req.form()
    /// try req.session().checkCSRF(form)
    /// ```
    ///
    /// - Parameters:
    ///   - form: The client's form.
    ///   - field: The name of the hidden field that contains the ``csrfToken``.
    /// - Throws: ``SessionError/wrongToken``, which ends the request as 403.
    public func checkCSRF(_ form: FieldStorage, field: String = "csrf") throws {
        try checkCSRF(form.getFirst(field))
    }

    private var tokenSecret: [UInt8] {
        Array(KeyDigest.of("mod_swift csrf", id).bytes)
    }

    // MARK: Private functions

    /// Loads the record stored under a client's id.
    ///
    /// - Returns: Whether it is a valid session.
    private func open(_ key: StoreKey) throws -> Bool {
        let lock = wantsLock ? try lock(key) : nil
        guard let bytes = try SessionError.asking({ try store.load(text(of: key)) }) else {
            return isStale()
        }
        guard let record = SessionRecord(bytes), let values = try? SessionValues(record.values)
        else {
            discard(key, lock, "the record of a session (\(bytes.count) bytes) cannot be read")
            return isStale()
        }
        guard state.load(record, for: key) else { return isStale() }
        self.values = values
        heldLock = lock
        if state.isTouchDue { try touch(key) }
        return true
    }

    /// Returns the key as text for the store.
    private func text(of key: StoreKey) -> String {
        if let knownKey, knownKey.key == key { return knownKey.text }
        let text = key.text
        knownKey = (key, text)
        return text
    }

    private func isStale() -> Bool {
        state.noteStaleCookie()
        return false
    }

    /// Extends the lifetime in the store. If another request holds the lock, that request does so.
    private func touch(_ key: StoreKey) throws {
        let lock =
            isLocked ? nil : try SessionError.asking { try store.lock(text(of: key), timeout: 0) }
        guard isLocked || lock != nil else { return }
        defer { lock?.unlock() }
        try SessionError.asking {
            try store.touch(text(of: key), expires: Double(state.expires) / 1000)
        }
        state.touched()
    }

    private func load(_ key: StoreKey) throws -> SessionRecord? {
        try SessionError.asking { try store.load(text(of: key)) }.flatMap { SessionRecord($0) }
    }

    /// Logs a record that cannot be read, and removes it unless another request holds its lock.
    private func discard(_ key: StoreKey, _ lock: StoreLock?, _ reason: String) {
        request.log("MSW0656: \(reason); the client gets a new session", level: .warning)
        guard let lock = lock ?? (try? store.lock(text(of: key), timeout: 0)) else { return }
        defer { lock.unlock() }
        _ = try? store.delete(text(of: key))
    }

    private func sendCookie() throws {
        switch state.cookie {
        case .none: break
        case .set:
            guard let id = state.key.map(text), sentCookie != id + "\(isPersistent)" else { return }
            try request.setSessionCookie(
                id, maxAge: isPersistent ? timeout : nil, options, replacing: sentCookie != nil)
            sentCookie = id + "\(isPersistent)"
        case .delete:
            try request.setSessionCookie(
                "", maxAge: 0, options, replacing: sentCookie != nil)
            sentCookie = ""
        }
    }

    /// Called when the request has ended.
    func finish() {
        if showsToken, state.origin == .fresh {
            request.log(
                "MSW0657: a page shows the csrfToken of a new session that was not saved; its form will "
                    + "be refused. Call session.save() before the page is written", level: .warning)
        }
        if let lock = heldLock.take() { SessionEnd.unlock(lock) }
        if hasWritten { SessionEnd.clean(store) }
    }

    // MARK: Typed state

    private enum OwnName {
        static let state = "\0state"
        static let persistent = "\0persistent"
    }

    /// The state of a ``TypedSession``; nil if there is none, or it cannot be decoded as this type.
    func typedState<State: Decodable>(as type: State.Type) throws -> State? {
        guard let value = values[OwnName.state] else { return nil }
        do {
            return try value.decoded(as: type)
        } catch {
            request.log(
                "MSW0658: the state of a session is no \(type) any more: \(error); the client gets a new "
                    + "session", level: .warning)
            try end(expireCookie: false)
            return nil
        }
    }

    func setTypedState(_ state: some Encodable) throws {
        change(OwnName.state, to: try Value(encoding: state))
    }
}

extension SessionRecord {
    var expiresInSeconds: Double { Double(expires) / 1000 }
}
