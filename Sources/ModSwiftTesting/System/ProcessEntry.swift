// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A process of this machine, from /proc.
struct ProcessEntry: Sendable {
    let pid: pid_t
    let name: String
    /// The kernel's letter for the state.
    let state: UInt8
    let parent: pid_t
    let session: pid_t
    let threads: Int

    /// Whether it has ended and has not been reaped.
    var isZombie: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }

    /// Whether it is sleeping.
    var isSleeping: Bool { state == UInt8(ascii: "S") }
}
