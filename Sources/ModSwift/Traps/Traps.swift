// SPDX-License-Identifier: Apache-2.0
//
// What a trap has for consequences beyond its request: it is counted, its handler may be put into
// quarantine, and its process is replaced.

enum Traps {
    /// Called on the thread that has just left handler code that trapped.
    ///
    /// - Parameter loaded: The handler; nil for a closure.
    static func contained(
        _ trap: Trap, in loaded: LoadedHandler?, _ configuration: DirectoryConfiguration?
    ) {
        TrapTable.shared?.count(.traps)
        if let loaded, let limit = configuration?.trapLimit { Quarantine.count(loaded, limit) }
        Drain.count(isUrgent: RuntimeLocks.mayBeHeld(at: trap.frames))
    }
}

/// How often a handler may trap: SwiftTrapLimit.
struct TrapLimit {
    /// 0: as often as it will.
    let traps: Int
    let seconds: Int

    /// Whoever knows an input that traps could shut a handler with so many requests: a low limit
    /// would make an outage of one bad input.
    static let standard = TrapLimit(traps: 100, seconds: 60)
}

extension DirectoryConfiguration {
    var trapLimit: TrapLimit { setTrapLimit ?? .standard }
}
