// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Something that several threads look at and one sets, once.
final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() { value.store(true, ordering: .relaxed) }
}
