// SPDX-License-Identifier: Apache-2.0

/// The function for a handler name under one server and one SwiftPath.
///
/// The name's entry has a chain of these, so that a request finds its function without the file
/// system, a lock or a dictionary.
final class ResolvedHandler: Sendable {
    /// The maximum length of a chain; entries for further servers are in a dictionary.
    private static let longestChain = 16

    let place: ConfigurationScope
    private let length: Int
    private let next: ResolvedHandler?
    /// Nil for a built-in handler.
    private let slot: Immortal<ModuleSlot>?
    private let function: String
    private let mayBeAbsent: Bool
    /// The file suffix in the publisher's directive.
    private let suffix: String?
    private let loaded = ImmortalReference<LoadedHandler>()
    /// The handler in a stand-in version, which a proper version may replace.
    private let standIn = ImmortalReference<LoadedHandler>()

    init(
        slot: ModuleSlot, function: String, mayBeAbsent: Bool, _ server: ServerRecord?,
        _ configuration: DirectoryConfiguration
    ) {
        self.slot = slot.immortal
        self.function = function
        self.mayBeAbsent = mayBeAbsent
        place = ConfigurationScope(server, configuration)
        next = nil
        length = 1
        suffix = nil
    }

    /// Creates an entry for a built-in handler.
    init(
        builtIn handler: Immortal<LoadedHandler>, _ server: ServerRecord?,
        _ configuration: DirectoryConfiguration
    ) {
        slot = nil
        function = ""
        mayBeAbsent = false
        place = ConfigurationScope(server, configuration)
        next = nil
        length = 1
        suffix = nil
        loaded.store(handler)
    }

    /// Creates an entry for the publisher, which finds a different handler for each URL.
    init(
        publisherFor suffix: String?, _ server: ServerRecord?,
        _ configuration: DirectoryConfiguration
    ) {
        slot = nil
        function = ""
        mayBeAbsent = false
        place = ConfigurationScope(server, configuration)
        next = nil
        length = 1
        self.suffix = suffix
    }

    private init(_ resolved: ResolvedHandler, before next: ResolvedHandler?) {
        slot = resolved.slot
        function = resolved.function
        mayBeAbsent = resolved.mayBeAbsent
        place = resolved.place
        suffix = resolved.suffix
        self.next = next
        length = 1 + (next?.length ?? 0)
        if slot == nil, let handler = resolved.loaded.load() { loaded.store(handler) }
    }

    /// Whether the chain that begins here has no space for another entry.
    var isFull: Bool { length >= Self.longestChain }

    /// A copy of this entry with `next` behind it, in place of the entry there for the same server
    /// and SwiftPath; nil if the chain is full. The entries of `next` are shared where possible: a
    /// chain is never freed.
    func before(_ next: ResolvedHandler) -> ResolvedHandler? {
        guard next.contains(place) else {
            return next.isFull ? nil : ResolvedHandler(self, before: next)
        }
        return ResolvedHandler(self, before: next.without(place))
    }

    private func contains(_ place: ConfigurationScope) -> Bool {
        self.place == place || next?.contains(place) == true
    }

    private func without(_ place: ConfigurationScope) -> ResolvedHandler? {
        self.place == place ? next : ResolvedHandler(self, before: next?.without(place))
    }

    /// The function in the version that the subject uses; nil if the chain has no entry for the
    /// subject's server and SwiftPath.
    ///
    /// - Throws: ``HandlerFailure``.
    @inline(__always)
    func handler(
        for subject: some HandlerContext, _ configuration: DirectoryConfiguration
    ) throws -> Immortal<LoadedHandler>? {
        let place = ConfigurationScope(subject.servingServer, configuration)
        if self.place == place {
            guard let loaded = loaded.load() else {
                return try current(for: subject, ReloadPolicy(configuration))
            }
            if !configuration.autoReloads || isCurrent(loaded, for: subject, configuration) {
                return loaded
            }
            return try current(for: subject, ReloadPolicy(configuration))
        }
        return try next?.handler(at: place, for: subject, configuration)
    }

    /// Whether a handler belongs to the current version and the subject uses that version.
    @inline(__always)
    private func isCurrent(
        _ loaded: Immortal<LoadedHandler>, for subject: some HandlerContext,
        _ configuration: DirectoryConfiguration
    ) -> Bool {
        guard let slot, let current = slot.with({ $0.current }),
            loaded.with({ $0.isOf(current) })
        else { return false }
        return subject.keeps(current, of: slot, ReloadPolicy(configuration))
    }

    private func handler(
        at place: ConfigurationScope, for subject: some HandlerContext,
        _ configuration: DirectoryConfiguration
    ) throws -> Immortal<LoadedHandler>? {
        if self.place == place {
            return try current(for: subject, ReloadPolicy(configuration))
        }
        return try next?.handler(at: place, for: subject, configuration)
    }

    /// The function in the current version, or in the version that the subject has already used.
    ///
    /// - Throws: ``HandlerFailure``.
    func current(
        for subject: some HandlerContext, _ policy: ReloadPolicy
    ) throws -> Immortal<LoadedHandler> {
        guard let slot else {
            if let builtIn = loaded.load() { return builtIn }
            return try Publisher.handler(
                for: subject, suffix: suffix, policy, in: place)
        }
        let version = try subject.version(of: slot.object, policy)
        // With SwiftAutoReload Off, a loaded version is not checked again.
        if policy == .never, version.isStandIn { return try handler(of: version, keptIn: standIn) }
        return try handler(of: version, keptIn: loaded)
    }

    @inline(__always)
    private func handler(
        of version: ModuleVersion, keptIn place: borrowing ImmortalReference<LoadedHandler>
    ) throws -> Immortal<LoadedHandler> {
        if let handler = place.load(), handler.with({ $0.version === version }) { return handler }
        return place.store(try version.handler(function, mayBeAbsent: mayBeAbsent))
    }
}
