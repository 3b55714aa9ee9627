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
        while true {
            guard let left = deadline.pollMilliseconds else { return false }
            var file = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // SAFETY: one structure of ours.
            if unsafe poll(&file, 1, left) > 0 { return true }
        }
    }

    /// Lets the watchers know. Call once; safe in a signal handler.
    package func end() { close(writeEnd) }
}
