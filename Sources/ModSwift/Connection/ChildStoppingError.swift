// SPDX-License-Identifier: Apache-2.0

/// The child is about to end while a connection handler waits for bytes from its client: because of
/// a restart, a stop, `MaxConnectionsPerChild`, or a trap in the child.
///
/// Thrown once by ``Connection/nextBytes(_:)``, ``Connection/nextLine(_:)`` and
/// ``Connection/nextLineString(_:)``. If the handler does not catch it, the connection is closed,
/// and nothing is logged. A handler that catches it may continue for as long as httpd waits for its
/// children: for `GracefulShutdownTimeout`, or not at all if the stop is not graceful.
public struct ChildStoppingError: Error, Sendable, CustomStringConvertible {
    init() {}

    /// "the child is stopping".
    public var description: String { "the child is stopping" }
}
