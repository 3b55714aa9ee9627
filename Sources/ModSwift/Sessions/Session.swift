// SPDX-License-Identifier: Apache-2.0

internal import SessionCoding
internal import SystemCalls
internal import ValueCoding

/// What the server remembers of a client from one request to the next.
///
/// ```swift
/// let session = try req.session()
/// session["hits"] = (session["hits"] as? Int ?? 0) + 1
/// try session.save()
/// ```
///
/// A request has one session, made by ``Request/session(lock:)``. Nothing is stored, and no cookie is set,
/// before ``save()``. The session's lock is held until the request ends, unless ``unlock()`` gives it back
/// before: requests of one client that change the session come one after the other, in all processes.
///
/// Corresponds to `Session.Session` in mod_python.
public final class Session {
    private let request: Request
    private let options: SessionOptions
    private let store: any SessionStore
    private var state: SessionState
    private var values = SessionValues()
    private var heldLock: StoreLock?
    /// Whether it was asked for with its lock.
    private var wantsLock: Bool
    /// The Set-Cookie that the response has, without its attributes.
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
        // Browsers send one for each path that has one.
        try request.eachSessionKey(named: options.cookieName) { key in try open(key) }
    }

    // MARK: About it

    /// The id: 32 hexadecimal digits. A new session has got one, but nothing is stored under it before
    /// ``save()``. It is as good as a password: do not log it.
    ///
    /// Corresponds to `Session.id()` in mod_python.
    public var id: String { text(of: state.key { .random() }) }

    /// Whether the client brought no session, or one that is unknown or has expired.
    ///
    /// Corresponds to `Session.is_new()` in mod_python.
    public var isNew: Bool { state.isNew }

    /// When it was made, in seconds since 1970.
    ///
    /// Corresponds to `Session.created()` in mod_python.
    public var created: Double { Double(state.created) / 1000 }

    /// When it was last used: the time of this request, in seconds since 1970.
    ///
    /// Corresponds to `Session.last_accessed()` in mod_python.
    public var lastAccessed: Double { Double(state.accessed) / 1000 }

    /// For how many seconds the session lives without being used; from 1 second to ten years. What is set
    /// is stored by ``save()``.
    ///
    /// `SwiftOption mod_swift.session.timeout` says what a new session begins with; 1800 otherwise.
    /// Corresponds to `Session.timeout()` and `Session.set_timeout()` in mod_python.
    public var timeout: Int {
        get { Int(state.timeout) }
        set { state.setTimeout(UInt32(clamping: newValue)) }
    }

    /// Whether the browser keeps the cookie when it is closed, for as long as ``timeout``. The response to
    /// the ``save()`` that first says so has the cookie; false at the beginning.
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

    /// A value: an integer, a floating-point number, a string, a Boolean, bytes (`[UInt8]`), or an array or
    /// dictionary of these. Setting nil removes it. Integers are read as `Int`.
    ///
    /// ```swift
    /// session["user"] = "ann"
    /// let user = session["user"] as? String
    /// ```
    ///
    /// A value of another type is refused and ends the request as 500; see ``set(_:to:)`` for types of your
    /// own, and for an error that is thrown at once.
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

    /// Keeps a value of a type of your own.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - value: The value.
    /// - Throws: What the type's `encode(to:)` throws; ``SessionError/unsupported(_:)``.
    public func set(_ name: String, to value: some Encodable) throws {
        guard name.utf8.first != 0 else { throw Self.reservedName }
        change(name, to: try Value(encoding: value))
    }

    /// A value that ``set(_:to:)`` has kept.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - type: Its type, as it is now: properties may have been added since, if they are optional.
    /// - Returns: The value; nil where there is none.
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

    /// Stores the session, if it still exists: one that was deleted meanwhile is not brought back.
    ///
    /// The first call for a new session sets the cookie, so it comes before the response's first bytes are
    /// sent. What is changed afterwards needs another call.
    ///
    /// - Throws: ``SessionError``. ``SessionError/gone`` and ``SessionError/conflict`` only without the
    ///   lock.
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
        try asking {
            try store.insert(record.encoded, for: text(of: key), expires: record.expiresInSeconds)
        }
        state.wrote(record)
    }

    private func update() throws {
        guard let key = state.key else { return }
        try locked(key) {
            guard state.save == .update else {
                try asking { try store.touch(text(of: key), expires: Double(state.expires) / 1000) }
                return state.touched()
            }
            let record = try state.record(encodedValues())
            let existed = try asking {
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

    /// Gives the session another id and makes the old one void. Call it where a client gains rights, as at
    /// a login: no client can have known an id that is generated now. What was changed is stored, too.
    ///
    /// A new session that was not saved yet just goes on.
    ///
    /// - Throws: ``SessionError``.
    public func renew() throws {
        guard case .stored = state.origin, let key = state.key else { return state.forgetKey() }
        try request.requireUnsentHead()
        let newKey = StoreKey.random()
        let newLock = wantsLock ? try lock(newKey) : nil
        try locked(key) {
            let record = try state.record(encodedValues())
            let existed = try asking {
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

    /// Ends the session: deletes what is stored, empties it, and has the browser forget the cookie. What is
    /// set afterwards begins another session, with another id.
    ///
    /// If the store fails, the request ends as 500: a logout that did not happen does not look like one.
    /// See ``delete()`` for an error that is thrown at once.
    ///
    /// Corresponds to `Session.invalidate()` in mod_python.
    public func invalidate() {
        do {
            try end(expireCookie: true)
        } catch {
            request.remember(mistake: "session.invalidate(): \(error)")
        }
    }

    /// Ends the session, as ``invalidate()`` does; the browser keeps the void cookie.
    ///
    /// - Throws: ``SessionError``.
    ///
    /// Corresponds to `Session.delete()` in mod_python.
    public func delete() throws { try end(expireCookie: false) }

    private func end(expireCookie: Bool) throws {
        if case .stored = state.origin, let key = state.key {
            let lock = isLocked ? nil : try lock(key)
            defer { lock?.unlock() }
            _ = try asking { try store.delete(text(of: key)) }
        }
        heldLock?.unlock()
        heldLock = nil
        showsToken = false
        values.removeAll()
        state.startOver(expireCookie: expireCookie, timeout: try options.timeout())
        try sendCookie()
    }

    // MARK: Lock

    /// Takes the session's lock, where the request does not have it. If the session was changed meanwhile,
    /// its values are read again; changes of this request that were not saved are an error then.
    ///
    /// - Throws: ``SessionError/lockTimeout(seconds:)``, after `mod_swift.session.lock_timeout` (10 s);
    ///   ``SessionError/gone``, ``SessionError/conflict``.
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

    /// Gives the lock back before the request ends, for a request that takes long and no longer changes
    /// the session. ``save()`` takes it again for its own time.
    ///
    /// Corresponds to `Session.unlock()` in mod_python.
    public func unlock() {
        heldLock?.unlock()
        heldLock = nil
        wantsLock = false
    }

    private func lock(_ key: StoreKey) throws -> StoreLock {
        let timeout = try options.lockTimeout()
        guard let lock = try asking({ try store.lock(text(of: key), timeout: timeout) }) else {
            throw SessionError.lockTimeout(seconds: timeout)
        }
        return lock
    }

    /// Calls body with the lock. Where the request has none, or has lost it, it takes it for this call, and
    /// looks whether the record is still the one that was read.
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

    /// A token for a form's hidden field, which ``checkCSRF(_:)`` compares: it proves that the form
    /// came from a page of this session. Each call gives another one, all are good until ``renew()`` or
    /// the session's end.
    ///
    /// A new session has to be saved, or the token belongs to nothing.
    public var csrfToken: String {
        showsToken = true
        return CSRFToken.text(of: tokenSecret, mask: StoreKey.random().bytes)
    }

    /// Refuses a request whose form does not come from a page of this session. Call it for methods that
    /// change something, such as POST.
    ///
    /// - Parameter token: What the form's field holds; nil where there is none.
    /// - Throws: ``SessionError/wrongToken``, which ends the request as 403.
    public func checkCSRF(_ token: String?) throws {
        guard case .stored = state.origin, let token, CSRFToken.matches(token, tokenSecret) else {
            throw SessionError.wrongToken
        }
    }

    /// Refuses a request whose form does not come from a page of this session.
    ///
    /// ```swift
    /// let form = try req.form()
    /// try req.session().checkCSRF(form)
    /// ```
    ///
    /// - Parameters:
    ///   - form: The form that was sent.
    ///   - field: The name of the hidden field that has the ``csrfToken``.
    /// - Throws: ``SessionError/wrongToken``, which ends the request as 403.
    public func checkCSRF(_ form: FieldStorage, field: String = "csrf") throws {
        try checkCSRF(form.getFirst(field))
    }

    private var tokenSecret: [UInt8] {
        Array(KeyDigest.of("mod_swift csrf", id).bytes)
    }

    // MARK: Its own

    /// Loads what is stored under a client's id.
    ///
    /// - Returns: Whether it is the session.
    private func open(_ key: StoreKey) throws -> Bool {
        let lock = wantsLock ? try lock(key) : nil
        guard let bytes = try asking({ try store.load(text(of: key)) }) else { return isStale() }
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

    /// A key as the store has it.
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

    /// The store hears that the session is used. Where another request has the lock, that one says so.
    private func touch(_ key: StoreKey) throws {
        let lock = isLocked ? nil : try asking { try store.lock(text(of: key), timeout: 0) }
        guard isLocked || lock != nil else { return }
        defer { lock?.unlock() }
        try asking { try store.touch(text(of: key), expires: Double(state.expires) / 1000) }
        state.touched()
    }

    private func load(_ key: StoreKey) throws -> SessionRecord? {
        try asking { try store.load(text(of: key)) }.flatMap { SessionRecord($0) }
    }

    /// What cannot be read is told once: it is removed, if nobody is writing it.
    private func discard(_ key: StoreKey, _ lock: StoreLock?, _ reason: String) {
        request.log("MSW0656: \(reason); the client gets a new session", level: .warning)
        guard let lock = lock ?? (try? store.lock(text(of: key), timeout: 0)) else { return }
        defer { lock.unlock() }
        _ = try? store.delete(text(of: key))
    }

    /// Has a store do something; what it throws is an error of the store.
    private func asking<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as SessionError {
            throw error
        } catch {
            throw SessionError.store("\(error)")
        }
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

    /// The request has ended.
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

    /// The state of a ``TypedSession``; nil where there is none, or none of this type.
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
