// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A call to a thread that waits for a descriptor.
package final class WakeSignal: Sendable {
    /// Why a wait has ended.
    package enum Event: Sendable {
        case readable
        case raised
        case late
    }

    private let ends: (readEnd: Int32, writeEnd: Int32)

    /// Makes the pipe; no other program inherits it.
    package init() throws {
        ends = try Pipe.ends()
        _ = fcntl(ends.readEnd, F_SETFL, O_NONBLOCK)
        _ = fcntl(ends.writeEnd, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(ends.readEnd)
        close(ends.writeEnd)
    }

    /// Ends the wait that is under way, or else the next one.
    package func raise() {
        // A pipe that is full has been raised often enough.
        var byte: UInt8 = 1
        _ = unsafe write(ends.writeEnd, &byte, 1)
    }

    /// Waits until a descriptor can be read, or has come to its end, or the signal was raised.
    ///
    /// - Parameter deadline: nil waits for ever.
    package func wait(forInputOn descriptor: Int32, until deadline: MonotonicTime?) -> Event {
        switch InputWait.wait(for: descriptor, or: ends.readEnd, until: deadline) {
        case .first: return .readable
        case .late: return .late
        case .second:
            clear()
            return .raised
        }
    }

    /// Waits until the signal was raised.
    package func wait(until deadline: MonotonicTime?) -> Event {
        // poll(2) passes over negative descriptors.
        wait(forInputOn: -1, until: deadline)
    }

    private func clear() {
        var bytes: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]
        // SAFETY: read(2) writes at most the array's count.
        while unsafe read(ends.readEnd, &bytes, 8) == 8 {}
    }
}
