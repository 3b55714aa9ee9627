// SPDX-License-Identifier: Apache-2.0

/// The main server of this child, and its error log.
enum MainServer {
    // SAFETY: set in child_init, before any other thread; the record lives as long as the child.
    nonisolated(unsafe) private static var kept: ServerRecord?

    /// Nil in the parent.
    static var record: ServerRecord? { unsafe kept }

    /// Called once in a child, before it serves requests.
    static func keep(_ server: ServerRecord) { unsafe kept = server }

    /// Writes a line to its log.
    static func log(_ text: String, _ level: LogLevel) { record?.log(text, level: level) }
}
