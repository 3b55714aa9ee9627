// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A flag that one thread sets once and several threads read.
final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() { value.store(true, ordering: .relaxed) }
}
