// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
internal import ModuleGraph
internal import SystemCalls

/// Loads a module for its sources: from the cache, or after a build.
struct ModuleLoad {
    private let source: ModuleSource
    private let replacing: ModuleVersion?
    private let settings = LoaderSettings.current

    init(_ source: ModuleSource, replacing: ModuleVersion?) {
        self.source = source
        self.replacing = replacing
    }

    /// Loads the module, after building it and its imports if they are not in the cache.
    ///
    /// - Parameter deadline: The time at which waiting for a build ends.
    /// - Throws: ``HandlerFailure``.
    func version(until deadline: MonotonicTime) throws -> ModuleVersion {
        if let version = try cachedVersion() { return version }
        let cache = try ArtifactCache(settings.cacheDirectory)
        guard !cache.isReadOnly else {
            let modules = source.module.closure + [source.module]
            let missing = modules.first { cache.artifact($0) == nil } ?? source.module
            throw HandlerFailure.notCompiled(
                missing, of: source, cache.absence(of: missing), in: cache.directory)
        }
        var attempts = 3
        while true {
            do {
                try buildImports(in: cache, until: deadline)
                let version = try builtVersion(in: cache, until: deadline)
                if version.buildMilliseconds != nil {
                    cache.trim(to: settings.cacheSize, keeping: source.module)
                }
                return version
            } catch is ImportMissing {
                // It has just been removed by a cleaning.
                attempts -= 1
                guard attempts > 0 else {
                    throw HandlerFailure.builderFailed(
                        "a module that \(source.identity.sourcePath) imports goes from the cache "
                            + "as soon as it is there; give SwiftCacheSize more")
                }
            }
        }
    }

    /// Loads the module if that requires no build; otherwise returns nil.
    ///
    /// - Throws: ``HandlerFailure``.
    func cachedVersion() throws -> ModuleVersion? {
        if let replacing, replacing.key == source.key {
            return ModuleVersion(replacing, source)
        }
        let cache = try ArtifactCache(settings.cacheDirectory)
        do {
            let version = try Self.load(
                source.module, source.identity, source.fingerprint, source.dependencies, in: cache)
            cache.noteGood(source)
            return version
        } catch is ImportMissing {
            return nil
        }
    }

    // MARK: Building

    private func buildImports(in cache: ArtifactCache, until deadline: MonotonicTime) throws {
        let missing = source.module.closure.filter { cache.artifact($0) == nil }
        guard !missing.isEmpty else { return }
        try ImportBuilds(missing, until: deadline) { [self] module in
            _ = try build(module, in: cache, until: deadline)
        }.run()
    }

    /// Builds a module unless another process does so first: one build for each key on the machine.
    ///
    /// - Returns: The duration in milliseconds; nil if another process has built it.
    private func build(
        _ module: ModuleNode, in cache: ArtifactCache, until deadline: MonotonicTime
    ) throws -> Int? {
        guard let lock = try cache.lock(module.key, until: deadline) else {
            throw HandlerFailure.buildTimedOut(module.path, seconds: settings.buildTimeout)
        }
        let milliseconds = try build(module, locked: lock, in: cache, until: deadline)
        _ = consume lock
        return milliseconds
    }

    private func build(
        _ module: ModuleNode, locked: borrowing FileLock, in cache: ArtifactCache,
        until deadline: MonotonicTime
    ) throws -> Int? {
        if cache.artifact(module) != nil { return nil }
        try cache.throwRecentFailure(of: module, texts: source.texts)
        do {
            let milliseconds = try Builder(settings: settings, cache: cache)
                .build(module, of: source, until: deadline)
            if let warnings = cache.artifact(module)?.warnings, !warnings.isEmpty {
                MainServer.log("MSW0792: the compiler warns of \(module.path):\n\(warnings)", .info)
            }
            return milliseconds
        } catch let failure as HandlerFailure where failure.isLasting {
            cache.noteFailure(failure, of: module)
            throw failure
        }
    }

    private func builtVersion(
        in cache: ArtifactCache, until deadline: MonotonicTime
    ) throws -> ModuleVersion {
        guard let lock = try cache.lock(source.key, until: deadline) else {
            throw HandlerFailure.buildTimedOut(
                source.identity.sourcePath, seconds: settings.buildTimeout)
        }
        let milliseconds = try build(source.module, locked: lock, in: cache, until: deadline)
        let version = try Self.load(
            source.module, source.identity, source.fingerprint, source.dependencies, in: cache,
            buildMilliseconds: milliseconds)
        cache.noteGood(source)
        // The lock is held up to here: it keeps other processes from building the module, and from
        // removing it.
        _ = consume lock
        return version
    }

    // MARK: Loading

    /// Loads the last build of a module that could be loaded, by any process; nil if there is none.
    ///
    /// - Parameter known: The versions that this process has loaded in this way before.
    /// - Throws: ``HandlerFailure``.
    static func lastGoodVersion(
        of identity: ModuleIdentity, known: ModuleVersion?
    ) throws -> ModuleVersion? {
        let cache = try ArtifactCache(LoaderSettings.current.cacheDirectory)
        guard let module = cache.lastGood(identity) else { return nil }
        if let known, known.key == module.key { return known }
        do {
            return try load(module, identity, nil, .none, in: cache)
        } catch is ImportMissing {
            return nil
        }
    }

    /// - Throws: ``ImportMissing`` if a module is not in the cache; ``HandlerFailure``.
    private static func load(
        _ module: ModuleNode, _ identity: ModuleIdentity, _ fingerprint: FileFingerprint?,
        _ dependencies: DependencyFiles, in cache: ArtifactCache, buildMilliseconds: Int? = nil
    ) throws -> ModuleVersion {
        // None is loaded unless all of them exist. A library contains the names of the libraries
        // that it needs, but not their paths, so only libraries that were checked here are found.
        let missing = (module.closure + [module]).filter { LoadedLibraries.library($0.key) == nil }
        let needed = try missing.map { module in
            guard let artifact = cache.artifact(module) else { throw ImportMissing() }
            return (artifact, module)
        }
        do {
            for (artifact, module) in needed {
                try LoadedLibraries.load(artifact, module, identity)
            }
        } catch {
            guard FileSystem.isRegularFile(error.path) else { throw ImportMissing() }
            throw HandlerFailure.loadFailed(error.path, error.message)
        }
        guard let library = LoadedLibraries.library(module.key) else { throw ImportMissing() }
        return ModuleVersion(
            identity: identity, module: module, fingerprint: fingerprint,
            dependencies: dependencies, buildMilliseconds: buildMilliseconds,
            collected: library.collected)
    }
}
