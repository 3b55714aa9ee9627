// SPDX-License-Identifier: Apache-2.0

/// A handler that is kept as long as the process, in the form in which the loader returns it.
final class ImmortalHandler: Sendable {
    private let reference = ImmortalReference<LoadedHandler>()

    init(_ handler: LoadedHandler) { reference.store(handler) }

    var loaded: Immortal<LoadedHandler> {
        guard let loaded = reference.load() else { stop("A handler was lost") }
        return loaded
    }
}
