// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One process of this machine, as /proc shows it.
struct ProcessEntry: Sendable {
    let pid: pid_t
    let name: String
    /// A letter of the kernel's.
    let state: UInt8
    let parent: pid_t
    let session: pid_t
    let threads: Int

    /// Ended, and not yet reaped.
    var isZombie: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }

    /// Waiting for something.
    var isSleeping: Bool { state == UInt8(ascii: "S") }
}
