// SPDX-License-Identifier: Apache-2.0

/// A session whose values are the properties of a type.
///
/// ```swift
/// struct Cart: Codable { var items: [String] = [] }
///
/// let session = try req.session(as: Cart.self, initial: Cart())
/// session.value.items.append("book")
/// try session.save()
/// ```
///
/// A state that was stored by an older version of the type is decoded as the current type: added
/// properties must be optional. If a state can no longer be decoded, the client gets a new session,
/// and that is logged.
public final class TypedSession<State: Codable> {
    /// The session itself, with its lock, its id and its token.
    public let session: Session
    /// The state, stored by ``save()``.
    public var value: State

    private let initial: () throws -> State

    init(_ session: Session, initial: @escaping () throws -> State) throws {
        self.session = session
        self.initial = initial
        value = try session.typedState(as: State.self) ?? initial()
    }

    /// Whether the client sent no session id, or one that is unknown or has expired.
    public var isNew: Bool { session.isNew }

    /// Stores the session with its state; see ``Session/save()``.
    ///
    /// - Throws: ``SessionError``; errors of the type's `encode(to:)`.
    public func save() throws {
        try session.setTypedState(value)
        try session.save()
    }

    /// Gives the session a new id; see ``Session/renew()``.
    ///
    /// - Throws: ``SessionError``; errors of the type's `encode(to:)`.
    public func renew() throws {
        try session.setTypedState(value)
        try session.renew()
    }

    /// Ends the session; see ``Session/invalidate()``. The state becomes that of a new session.
    ///
    /// - Throws: Errors of creating that state.
    public func invalidate() throws {
        session.invalidate()
        value = try initial()
    }
}
