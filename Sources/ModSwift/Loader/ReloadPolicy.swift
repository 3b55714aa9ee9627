// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// What a request does about a module whose source has changed since it was loaded.
enum ReloadPolicy {
    /// SwiftAutoReload Off: it does not look.
    case never
    /// SwiftDebug On: it waits for the new version, and sees what is wrong with it.
    case wait
    /// Otherwise: it goes on with the last good version, while the new one is being made and when
    /// it cannot be made.
    case keepLastGood

    init(_ configuration: DirectoryConfiguration) {
        self =
            !configuration.autoReloads || Self.isFrozen
            ? .never : configuration.debugs ? .wait : .keepLastGood
    }

    private static let frozen = Atomic(false)

    /// Whether nothing is looked at again in this process.
    static var isFrozen: Bool { frozen.load(ordering: .relaxed) }

    /// Disables further checks for changed sources in this process.
    static func freeze() { frozen.store(true, ordering: .relaxed) }
}
