// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A pipe to which nothing is written: a process that watches its one end is notified when the
/// other is closed.
package final class Lifeline: Sendable {
    /// The end to watch.
    package let descriptor: Int32
    private let writeEnd: Int32

    /// Creates the pipe; no other program inherits it.
    package init() throws {
        (descriptor, writeEnd) = try Pipe.ends()
    }

    /// Waits for the end.
    ///
    /// - Returns: Whether it occurred before the deadline.
    package func ends(before deadline: MonotonicTime) -> Bool {
        InputWait.wait(for: descriptor, or: nil, until: deadline) == .first
    }

    /// Notifies the watchers. Call once; safe in a signal handler.
    package func end() { close(writeEnd) }
}
