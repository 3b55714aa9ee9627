// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A pipe that nothing is written to: who watches its one end learns when the other is closed.
package final class Lifeline: Sendable {
    /// The end to watch.
    package let descriptor: Int32
    private let writeEnd: Int32

    /// Makes the pipe; no other program inherits it.
    package init() throws {
        var ends: [Int32] = [-1, -1]
        // SAFETY: the call fills in two descriptors.
        guard unsafe pipe2(&ends, O_CLOEXEC) == 0 else { throw SystemError("pipe", "") }
        descriptor = ends[0]
        writeEnd = ends[1]
    }

    /// Lets the watchers know. Call once; safe in a signal handler.
    package func end() { close(writeEnd) }
}
