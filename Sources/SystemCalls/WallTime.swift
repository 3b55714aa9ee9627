// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A time of the wall clock, which may be set back.
package struct WallTime {
    /// Nanoseconds since 1970.
    package let nanoseconds: Int

    package static var now: WallTime {
        var time = Glibc.timespec()
        // SAFETY: the call fills the structure in.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(nanoseconds: time.tv_sec * 1_000_000_000 + time.tv_nsec)
    }

    /// Whole seconds since 1970.
    package var seconds: Int { nanoseconds / 1_000_000_000 }
}
