// SPDX-License-Identifier: Apache-2.0

/// The child is to end while a connection handler waits for its client's bytes: a restart, a stop,
/// `MaxConnectionsPerChild`, or a trap somewhere in the child.
///
/// Thrown once by ``Connection/nextBytes(_:)``, ``Connection/nextLine(_:)`` and
/// ``Connection/nextLineString(_:)``. Not caught, it ends the conversation, and is not logged. A handler that
/// catches it may go on for as long as httpd waits for its children: `GracefulShutdownTimeout`, or no time at
/// all for a stop that is not graceful.
public struct ChildStoppingError: Error, Sendable, CustomStringConvertible {
    init() {}

    /// "the child is stopping".
    public var description: String { "the child is stopping" }
}
