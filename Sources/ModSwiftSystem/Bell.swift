// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Wakes the one thread that waits for it.
package final class Bell: Sendable {
    fileprivate let descriptor: Int32
    private let writeEnd: Int32

    package init() throws { (descriptor, writeEnd) = try Pipe.ends() }

    deinit {
        close(writeEnd)
        close(descriptor)
    }

    /// The thread that waits, or waits next, wakes up.
    package func ring() {
        // SAFETY: one byte, copied.
        _ = unsafe write(writeEnd, "r", 1)
    }

    /// Called when it has rung.
    fileprivate func silence() {
        // SAFETY: the bytes are thrown away, as many as there is room for.
        _ = unsafe withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) {
            unsafe read(descriptor, $0.baseAddress, 64)
        }
    }
}

extension Lifeline {
    /// Waits for the end, or for a bell.
    ///
    /// - Returns: Whether the end has come.
    package func ends(before deadline: MonotonicTime, or bell: Bell) -> Bool {
        let left = max(0, deadline.nanoseconds - MonotonicTime.now.nanoseconds)
        var files = [descriptor, bell.descriptor].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        // SAFETY: structures of ours. Rounded up, or the last millisecond would be a busy loop.
        unsafe poll(&files, 2, Int32(clamping: left / 1_000_000 + 1))
        if files[1].revents != 0 { bell.silence() }
        return files[0].revents != 0
    }
}
