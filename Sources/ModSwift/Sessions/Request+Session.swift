// SPDX-License-Identifier: Apache-2.0

internal import SessionCoding

extension Request {
    /// The session of the client that sent this request, made when it is first asked for. Subrequests and
    /// internal redirects have the one of the request they belong to.
    ///
    /// ```swift
    /// let session = try req.session()
    /// session["hits"] = (session["hits"] as? Int ?? 0) + 1
    /// try session.save()
    /// ```
    ///
    /// - Parameter lock: Whether other requests of this session wait until this one has ended. Without, the
    ///   session is for reading; a ``Session/save()`` then fails if it was changed meanwhile.
    /// - Returns: The session; a new one where the client brought none that the store knows.
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

    /// The client's session, with a state of a type of yours.
    ///
    /// - Parameters:
    ///   - type: The type of the state.
    ///   - lock: As ``session(lock:)`` has it.
    ///   - initial: The state of a new session.
    /// - Returns: The session. Each call reads the state that was last saved.
    /// - Throws: ``SessionError``.
    public func session<State: Codable>(
        as type: State.Type, lock: Bool = true, initial: @autoclosure @escaping () -> State
    ) throws -> TypedSession<State> {
        try TypedSession(session(lock: lock), initial: initial)
    }

    /// The client's session, with a state of a type of yours. A new session's state has 0, false, "" and
    /// nothing in collections and optionals, *whatever default values its properties have*; where that is
    /// not what you want, or the type has no such value, give one: ``session(as:lock:initial:)``.
    ///
    /// - Parameters:
    ///   - type: The type of the state.
    ///   - lock: As ``session(lock:)`` has it.
    /// - Returns: The session. Each call reads the state that was last saved.
    /// - Throws: ``SessionError``; `DecodingError` when the type has no such value.
    public func session<State: Codable>(
        as type: State.Type, lock: Bool = true
    ) throws -> TypedSession<State> {
        try TypedSession(session(lock: lock)) { try InitialValueDecoder.value(of: type) }
    }

    /// Whether a handler has asked for the session.
    var hasSession: Bool { sessionOwner.stateIfAny?.session != nil }

    /// The request that the client sent.
    private var sessionOwner: Request {
        var record = live
        while let outer = record.main ?? record.previous { record = outer }
        return Request.of(record)
    }
}
