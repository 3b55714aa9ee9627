// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The time of day.
package enum WallClock {
    /// Milliseconds since 1970.
    package static var milliseconds: Int64 {
        var time = Glibc.timespec()
        // SAFETY: the call fills the structure in.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
