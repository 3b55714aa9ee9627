// SPDX-License-Identifier: Apache-2.0

internal import SessionCoding

extension Request {
    /// The session of the client that sent this request, created at the first call. Subrequests and
    /// internal redirects share the session of the request that they belong to.
    ///
    /// ```swift
    /// let session = try req.session()
    /// session["hits"] = (session["hits"] as? Int ?? 0) + 1
    /// try session.save()
    /// ```
    ///
    /// - Parameter lock: Whether other requests of this session wait until this one has ended.
    ///   Without the lock, the session is for reading; ``Session/save()`` then fails if it was
    ///   changed in the meantime.
    /// - Returns: The session; a new one if the client sent none that the store knows.
    /// - Throws: ``SessionError``.
    ///
    /// Corresponds to `Session.Session(req)` in mod_python.
    public func session(lock: Bool = true) throws -> Session {
        let owner = sessionOwner
        if let session = owner.state.session {
            if lock { try session.lock() }
            return session
        }
        let session = try Session(for: owner, locks: lock)
        owner.state.session = session
        return session
    }

    /// The client's session, with a state of your own type.
    ///
    /// - Parameters:
    ///   - type: The type of the state.
    ///   - lock: As for ``session(lock:)``.
    ///   - initial: The state of a new session.
    /// - Returns: The session. Each call reads the state that was last saved.
    /// - Throws: ``SessionError``.
    public func session<State: Codable>(
        as type: State.Type, lock: Bool = true, initial: @autoclosure @escaping () -> State
    ) throws -> TypedSession<State> {
        try TypedSession(session(lock: lock), initial: initial)
    }

    /// The client's session, with a state of your own type. A new session's state has 0, false, ""
    /// and nothing in collections and optionals, *regardless of the default values of its
    /// properties*; if you need other values, or the type has no such value, pass one:
    /// ``session(as:lock:initial:)``.
    ///
    /// - Parameters:
    ///   - type: The type of the state.
    ///   - lock: As for ``session(lock:)``.
    /// - Returns: The session. Each call reads the state that was last saved.
    /// - Throws: ``SessionError``; `DecodingError` if the type has no such value.
    public func session<State: Codable>(
        as type: State.Type, lock: Bool = true
    ) throws -> TypedSession<State> {
        try TypedSession(session(lock: lock)) { try InitialValueDecoder.value(of: type) }
    }

    /// Whether a handler has requested the session.
    var hasSession: Bool { sessionOwner.stateIfAny?.session != nil }

    /// The request that the client sent.
    private var sessionOwner: Request {
        var record = live
        while let outer = record.main ?? record.previous { record = outer }
        return Request.of(record)
    }
}
