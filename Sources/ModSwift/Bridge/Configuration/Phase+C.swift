// SPDX-License-Identifier: Apache-2.0

internal import CApache

extension Phase {
    /// The shim's number of the phase; both follow the order of `msw_phase`.
    @inline(__always)
    init(_ phase: msw_phase) {
        self = Phase(rawValue: UInt8(truncatingIfNeeded: phase.rawValue)) ?? .content
    }
}
