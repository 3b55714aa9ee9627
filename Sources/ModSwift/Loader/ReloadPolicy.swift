// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The behaviour of a request if a module's source has changed since it was loaded.
enum ReloadPolicy {
    /// SwiftAutoReload Off: it does not check.
    case never
    /// SwiftDebug On: it waits for the new version, and shows its errors.
    case wait
    /// Otherwise: it continues with the last good version, while the new one is being created and
    /// if it cannot be created.
    case keepLastGood

    init(_ configuration: DirectoryConfiguration) {
        self =
            !configuration.autoReloads || Self.isFrozen
            ? .never : configuration.debugs ? .wait : .keepLastGood
    }

    private static let frozen = Atomic(false)

    /// Whether sources are no longer checked in this process.
    static var isFrozen: Bool { frozen.load(ordering: .relaxed) }

    /// Disables further checks for changed sources in this process.
    static func freeze() { frozen.store(true, ordering: .relaxed) }
}
