// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A pipe that nothing is written to: who watches its one end learns when the other is closed.
package final class Lifeline: Sendable {
    /// The end to watch.
    package let descriptor: Int32
    private let writeEnd: Int32

    /// Makes the pipe; no other program inherits it.
    package init() throws {
        (descriptor, writeEnd) = try Pipe.ends()
    }

    /// Waits for the end.
    ///
    /// - Returns: Whether it came before the deadline.
    package func ends(before deadline: MonotonicTime) -> Bool {
        InputWait.wait(for: descriptor, or: nil, until: deadline) == .first
    }

    /// Lets the watchers know. Call once; safe in a signal handler.
    package func end() { close(writeEnd) }
}
