// SPDX-License-Identifier: Apache-2.0

/// What one word of the configuration stands for under one server and one SwiftPath.
///
/// The word keeps a chain of these, so that a request finds its function without a look at the file
/// system, a lock or a dictionary.
final class ResolvedHandler: Sendable {
    private let place: ConfigurationPlace
    private let next: ResolvedHandler?
    private let slot: ModuleSlot
    private let function: String
    private let loaded = ImmortalReference<LoadedHandler>()

    init(
        slot: ModuleSlot, function: String, _ record: RequestRecord,
        _ configuration: DirectoryConfiguration, before next: ResolvedHandler?
    ) {
        self.slot = slot
        self.function = function
        place = ConfigurationPlace(record, configuration)
        self.next = next
    }

    private init(_ resolved: ResolvedHandler, before next: ResolvedHandler?) {
        slot = resolved.slot
        function = resolved.function
        place = resolved.place
        self.next = next
    }

    /// The same in front of others.
    func before(_ next: ResolvedHandler?) -> ResolvedHandler {
        ResolvedHandler(self, before: next?.without(place))
    }

    private func without(_ place: ConfigurationPlace) -> ResolvedHandler? {
        let rest = next?.without(place)
        return self.place == place ? rest : ResolvedHandler(self, before: rest)
    }

    /// The one of the chain that holds for a request.
    @inline(__always)
    func matching(
        _ record: RequestRecord, _ configuration: DirectoryConfiguration
    ) -> ResolvedHandler? {
        let place = ConfigurationPlace(record, configuration)
        var candidate: ResolvedHandler? = self
        while let resolved = candidate {
            if resolved.place == place { return resolved }
            candidate = resolved.next
        }
        return nil
    }

    /// The function, in the version that the request keeps to.
    ///
    /// - Throws: ``Failure``.
    @inline(__always)
    func handler(for request: Request, autoReload: Bool) throws -> LoadedHandler {
        if !autoReload, let loaded = loaded.load() { return loaded }
        return try current(for: request, autoReload: autoReload)
    }

    private func current(for request: Request, autoReload: Bool) throws -> LoadedHandler {
        let version = try request.version(of: slot, autoReload: autoReload)
        if let loaded = loaded.load(), loaded.version === version { return loaded }
        let handler = try version.handler(function)
        loaded.store(handler)
        return handler
    }
}

extension Request {
    /// The version of a module that this request uses, from its first phase to its last.
    fileprivate func version(of slot: ModuleSlot, autoReload: Bool) throws -> ModuleVersion {
        if let met = existingExtras?.versions.first(where: { $0.slot === slot }) {
            return met.version
        }
        let version = try slot.version(autoReload: autoReload)
        extras.versions.append((slot, version))
        return version
    }
}
