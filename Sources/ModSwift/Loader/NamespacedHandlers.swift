// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The functions of handler names where directives name the namespace: one name may then stand for
/// any number of functions.
enum NamespacedHandlers {
    private struct Key: Hashable, Sendable {
        let entry: UInt
        let place: ConfigurationScope
        let namespace: String
    }

    // Words are never freed in a child.
    private static let known = Mutex<[Key: ResolvedHandler]>([:])

    /// What was remembered for a subject; nil where nothing was.
    static func resolved(
        _ entry: HandlerEntry, in namespace: String, for subject: some HandlerContext,
        _ configuration: DirectoryConfiguration
    ) -> ResolvedHandler? {
        let place = ConfigurationScope(subject.servingServer, configuration)
        let key = Key(entry: entry.identity, place: place, namespace: namespace)
        return known.withLock { $0[key] }
    }

    static func remember(
        _ resolved: ResolvedHandler, _ entry: HandlerEntry, in namespace: String
    ) {
        let key = Key(entry: entry.identity, place: resolved.place, namespace: namespace)
        known.withLock { $0[key] = resolved }
    }
}
