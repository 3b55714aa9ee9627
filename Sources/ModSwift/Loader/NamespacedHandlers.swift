// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The functions of handler names if directives name the namespace: one name may then refer to any
/// number of functions.
enum NamespacedHandlers {
    private struct Key: Hashable, Sendable {
        let entry: UInt
        let place: ConfigurationScope
        let namespace: String
    }

    // Entries are never freed in a child.
    private static let known = Mutex<[Key: ResolvedHandler]>([:])

    /// Returns the cached function for a subject; nil if there is none.
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
