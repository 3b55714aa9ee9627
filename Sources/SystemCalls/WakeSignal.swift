// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A signal that wakes a thread waiting for a descriptor.
package final class WakeSignal: Sendable {
    /// The reason why a wait has ended.
    package enum Event: Sendable {
        case readable
        case raised
        case late
    }

    private let ends: (readEnd: Int32, writeEnd: Int32)

    /// Creates the pipe; no other program inherits it.
    package init() throws {
        ends = try Pipe.ends()
        _ = fcntl(ends.readEnd, F_SETFL, O_NONBLOCK)
        _ = fcntl(ends.writeEnd, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(ends.readEnd)
        close(ends.writeEnd)
    }

    /// Ends the current wait, or otherwise the next one.
    package func raise() {
        // If the pipe is full, the signal is already raised.
        var byte: UInt8 = 1
        _ = unsafe write(ends.writeEnd, &byte, 1)
    }

    /// Waits until a descriptor is readable or at its end, or the signal is raised.
    ///
    /// - Parameter deadline: The time at which the wait ends; nil: never.
    package func wait(forInputOn descriptor: Int32, until deadline: MonotonicTime?) -> Event {
        switch InputWait.wait(for: descriptor, or: ends.readEnd, until: deadline) {
        case .first: return .readable
        case .late: return .late
        case .second:
            clear()
            return .raised
        }
    }

    /// Waits until the signal is raised.
    package func wait(until deadline: MonotonicTime?) -> Event {
        // poll(2) ignores negative descriptors.
        wait(forInputOn: -1, until: deadline)
    }

    private func clear() {
        var bytes: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]
        // SAFETY: read(2) writes at most the array's count.
        while unsafe read(ends.readEnd, &bytes, 8) == 8 {}
    }
}
