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
/// A state that was stored by an older version of the type is decoded as the type is now: properties that
/// were added have to be optional. What no longer decodes is a new session, and a line in the log.
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

    /// Whether the client brought no session, or one that is unknown or has expired.
    public var isNew: Bool { session.isNew }

    /// Stores the session with its state; see ``Session/save()``.
    ///
    /// - Throws: ``SessionError``; what the type's `encode(to:)` throws.
    public func save() throws {
        try session.setTypedState(value)
        try session.save()
    }

    /// Gives the session another id; see ``Session/renew()``.
    ///
    /// - Throws: ``SessionError``; what the type's `encode(to:)` throws.
    public func renew() throws {
        try session.setTypedState(value)
        try session.renew()
    }

    /// Ends the session; see ``Session/invalidate()``. The state is what a new session begins with.
    ///
    /// - Throws: What making that state throws.
    public func invalidate() throws {
        session.invalidate()
        value = try initial()
    }
}
