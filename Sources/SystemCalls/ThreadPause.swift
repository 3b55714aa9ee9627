// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Lets time pass on this thread.
package enum ThreadPause {
    package static func microseconds(_ count: UInt32) { usleep(count) }
}
