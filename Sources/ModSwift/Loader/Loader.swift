// SPDX-License-Identifier: Apache-2.0
//
// Resolves a handler name to a function that can be called.

internal import ModuleGraph
internal import Synchronization
internal import SystemCalls

/// All modules of this process.
enum Loader {
    private static let slots = Mutex<[ModuleIdentity: ModuleSlot]>([:])

    /// Reserves space in the parent for the modules of most servers, and thereby makes the runtime
    /// create the metadata of such a table.
    static func prepareParent() { slots.withLock { $0.reserveCapacity(24) } }

    /// Returns the function for a handler name, in the version that the subject has pinned.
    ///
    /// - Throws: ``HandlerFailure``.
    @inline(__always)
    static func handler(
        _ reference: HandlerReference, _ phase: Phase, _ subject: some HandlerContext,
        _ configuration: DirectoryConfiguration
    ) throws -> Immortal<LoadedHandler> {
        if let entry = reference.entry, configuration.usesFastPath,
            let resolved = entry.resolved
        {
            do {
                if let handler = try resolved.with({ try $0.handler(for: subject, configuration) })
                {
                    return handler
                }
            } catch is SourceMissing {}
        }
        let handler = try resolve(reference, phase, subject, configuration)
        if configuration.awaitsDebugger { Debugger.wait(before: reference, phase, subject) }
        return handler
    }

    /// Resolves a name at the first use, and if nothing can be cached.
    private static func resolve(
        _ reference: HandlerReference, _ phase: Phase, _ subject: some HandlerContext,
        _ configuration: DirectoryConfiguration
    ) throws -> Immortal<LoadedHandler> {
        let words: (module: String, function: String?, directory: String?)
        var mayBeAbsent = false
        switch reference {
        case .configured(let entry), .provided(let entry, _):
            words = (entry.module, entry.function, entry.directory)
            mayBeAbsent = entry.isSilent
        case .added(let added): words = (added.module, added.function, added.directory)
        }
        if words.module == BuiltInHandlers.module, words.function == Pages.name,
            let request = subject as? Request
        {
            return try Pages.handler(for: request, phase, configuration)
        }
        if words.module == BuiltInHandlers.module, words.function == CGI.name,
            let request = subject as? Request
        {
            return try CGI.handler(for: request, phase, configuration)
        }
        if words.module == BuiltInHandlers.module, words.function != Publisher.name {
            let handler = try BuiltInHandlers.handler(words.function ?? phase.defaultFunction)
            remember(
                ResolvedHandler(builtIn: handler, subject.servingServer, configuration), reference,
                configuration)
            return handler
        }
        let namespace = Namespace.name(
            for: subject, handlerIn: words.directory, configuration)
        subject.enter(namespace, for: phase)
        if words.module == BuiltInHandlers.module {
            return try published(for: subject, in: namespace, reference, configuration)
        }
        if let handler = try remembered(reference, in: namespace, subject, configuration) {
            return handler
        }
        let source = try ModuleFinder(directory: words.directory, path: configuration.path)
            .source(of: words.module)
        let server = subject.servingServer
        let identity = ModuleIdentity(
            sourcePath: source, namespace: namespace, optimize: server?.optimizes ?? true,
            searchPath: configuration.path)
        let resolved = ResolvedHandler(
            slot: slot(identity), function: words.function ?? phase.defaultFunction,
            mayBeAbsent: mayBeAbsent, server, configuration)
        let handler = try found(words.module, in: source) {
            try resolved.current(for: subject, ReloadPolicy(configuration))
        }
        remember(resolved, reference, configuration)
        if let entry = reference.entry, isNamespaced(entry, configuration) {
            NamespacedHandlers.remember(resolved, entry, in: namespace)
        }
        return handler
    }

    /// Whether the function of a name is cached by namespace: if directives name one, and if more
    /// virtual hosts share the name than its chain may hold.
    private static func isNamespaced(
        _ entry: HandlerEntry, _ configuration: DirectoryConfiguration
    ) -> Bool {
        !configuration.isFromHtaccess
            && (!configuration.usesFastPath || entry.resolved?.with(\.isFull) == true)
    }

    /// Caches the function of a name in its configuration entry, if it is always the same.
    private static func remember(
        _ resolved: ResolvedHandler, _ reference: HandlerReference,
        _ configuration: DirectoryConfiguration
    ) {
        guard let entry = reference.entry, configuration.usesFastPath else { return }
        guard let present = entry.resolved?.object else { return entry.remember(resolved) }
        if let chain = resolved.before(present) { entry.remember(chain) }
    }

    /// Returns the publisher's function for a request; caches that the name refers to the
    /// publisher.
    private static func published(
        for subject: some HandlerContext, in namespace: String, _ reference: HandlerReference,
        _ configuration: DirectoryConfiguration
    ) throws -> Immortal<LoadedHandler> {
        let suffix = reference.entry?.fileExtension
        let policy = ReloadPolicy(configuration)
        guard configuration.usesFastPath else {
            return try Publisher.handler(for: subject, in: namespace, suffix: suffix, policy)
        }
        let resolved = ResolvedHandler(
            publisherFor: suffix, subject.servingServer, configuration)
        remember(resolved, reference, configuration)
        return try resolved.current(for: subject, policy)
    }

    /// Returns the cached function of a name if directives name the namespace.
    private static func remembered(
        _ reference: HandlerReference, in namespace: String, _ subject: some HandlerContext,
        _ configuration: DirectoryConfiguration
    ) throws -> Immortal<LoadedHandler>? {
        guard let entry = reference.entry, isNamespaced(entry, configuration),
            let resolved = NamespacedHandlers.resolved(
                entry, in: namespace, for: subject, configuration)
        else { return nil }
        do {
            return try resolved.handler(for: subject, configuration)
        } catch is SourceMissing {
            return nil
        }
    }

    /// Returns the function that SwiftImport names, searched along the server's SwiftPath.
    ///
    /// - Returns: The function; nil if only a module is named.
    /// - Throws: ``HandlerFailure``.
    static func imported(
        _ entry: HandlerEntry, at server: ServerRecord, _ configuration: DirectoryConfiguration
    ) throws -> LoadedHandler? {
        if entry.module == BuiltInHandlers.module {
            return try BuiltInHandlers.handler(entry.function ?? "").object
        }
        let source = try ModuleFinder(directory: nil, path: configuration.path)
            .source(of: entry.module)
        let namespace =
            entry.interpreter ?? configuration.interpreter ?? Namespace.name(at: server)
        let identity = ModuleIdentity(
            sourcePath: source, namespace: namespace, optimize: server.optimizes,
            searchPath: configuration.path)
        let version = try found(entry.module, in: source) {
            try slot(identity).version(ReloadPolicy(configuration))
        }
        return try entry.function.map { try version.handler($0, mayBeAbsent: false).object }
    }

    /// Returns a module that code requests by name.
    ///
    /// - Parameters:
    ///   - caller: The module that requests it.
    ///   - request: The request that pins the version; nil if there is none.
    /// - Throws: ``HandlerFailure``.
    static func module(
        _ name: String, importedBy caller: ModuleIdentity, for request: Request?
    ) throws -> ModuleVersion {
        let source = try ModuleFinder(
            directory: FilePath.parent(of: caller.sourcePath), path: caller.searchPath
        ).source(of: name)
        var identity = caller
        identity.sourcePath = source
        identity.isPage = false
        let configuration = request?.live.configuration ?? MainServer.record?.defaults
        let policy = configuration.map { ReloadPolicy($0) } ?? .keepLastGood
        return try found(name, in: source) {
            guard let request else { return try slot(identity).version(policy) }
            return try request.version(of: slot(identity), policy)
        }
    }

    /// Treats a source that is removed between the search and the read as missing.
    private static func found<Result>(
        _ module: String, in source: String, _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch is SourceMissing {
            throw HandlerFailure.noModule(module, searched: [source])
        }
    }

    /// All modules that requests of this process have used, by path.
    static var modules: [ModuleSlot] {
        slots.withLock { Array($0.values) }.sorted {
            let (left, right) = ($0.identity, $1.identity)
            return (left.sourcePath, left.namespace) < (right.sourcePath, right.namespace)
        }
    }

    /// Returns the modules that are loaded with the same namespace and options as another one.
    static func neighbours(of identity: ModuleIdentity) -> [ModuleSlot] {
        slots.withLock { slots in
            slots.values.filter {
                $0.identity.namespace == identity.namespace
                    && $0.identity.optimize == identity.optimize
            }
        }
    }

    /// Returns the states of all modules that this process uses, and of their imports, by path.
    static func modules(besides identity: ModuleIdentity) -> [String: ModuleNode] {
        var found: [String: ModuleNode] = [:]
        for slot in neighbours(of: identity) where slot.identity != identity {
            guard let version = slot.currentVersion, !version.identity.isPage else { continue }
            for module in [version.module] + version.module.closure { found[module.path] = module }
        }
        return found
    }

    /// Returns the slot of a module that may not exist: nil if it has none and a condition holds.
    static func slot(
        _ identity: ModuleIdentity, unless isMissing: () -> Bool
    ) -> ModuleSlot? {
        if let slot = slots.withLock({ $0[identity] }) { return slot }
        return isMissing() ? nil : slot(identity)
    }

    /// Returns the slot of a module in this process.
    static func slot(_ identity: ModuleIdentity) -> ModuleSlot {
        slots.withLock { slots in
            if let slot = slots[identity] { return slot }
            let slot = ModuleSlot(identity)
            slots[identity] = slot
            return slot
        }
    }
}
