// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Pauses the current thread.
package enum ThreadPause {
    package static func microseconds(_ count: UInt32) { usleep(count) }
}
