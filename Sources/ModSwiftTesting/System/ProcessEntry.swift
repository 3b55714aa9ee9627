// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One process of this machine, as /proc shows it.
struct ProcessEntry: Sendable {
    let pid: pid_t
    let name: String
    let state: String
    let parent: pid_t
    let session: pid_t
    let threads: Int

    /// Ended, and not yet reaped.
    var isZombie: Bool { state == "Z" || state == "X" }
}
