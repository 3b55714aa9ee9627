// SPDX-License-Identifier: Apache-2.0

package import Glibc

/// A time of the monotonic clock.
package struct MonotonicTime: Comparable {
    /// Nanoseconds since an arbitrary time.
    package let nanoseconds: Int

    package static var now: MonotonicTime {
        var time = Glibc.timespec()
        // SAFETY: the call fills the structure in.
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: time.tv_sec * 1_000_000_000 + time.tv_nsec)
    }

    package func advanced(bySeconds seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: nanoseconds + Int(seconds * 1e9))
    }

    /// The time that poll(2) must wait for it: rounded up, because otherwise the last millisecond
    /// would be a busy loop. Nil if it has passed.
    var pollMilliseconds: Int32? {
        let left = nanoseconds - Self.now.nanoseconds
        return left > 0 ? Int32(clamping: left / 1_000_000 + 1) : nil
    }

    package var timespec: Glibc.timespec {
        Glibc.timespec(
            tv_sec: nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
    }

    package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }
}

/// Sleeps.
package func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }
