// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
internal import SystemCalls

/// The way from a source to a loaded module: from the cache, or through the builder.
struct ModuleLoad {
    private let source: ModuleSource
    private let replacing: ModuleVersion?
    private let settings = LoaderSettings.current

    init(_ source: ModuleSource, replacing: ModuleVersion?) {
        self.source = source
        self.replacing = replacing
    }

    /// Loads the module, and has it built first where it is not in the cache.
    ///
    /// - Parameter deadline: When waiting for a build ends.
    /// - Throws: ``HandlerFailure``.
    func version(until deadline: MonotonicTime) throws -> ModuleVersion {
        if let version = try cachedVersion() { return version }
        let cache = try ArtifactCache(settings.cacheDirectory)
        let version = try builtVersion(in: cache, until: deadline)
        if version.buildMilliseconds != nil {
            cache.trim(to: settings.cacheSize, keeping: source)
        }
        return version
    }

    /// Loads the module where that takes no build; nil where it does.
    ///
    /// - Throws: ``HandlerFailure``.
    func cachedVersion() throws -> ModuleVersion? {
        if let replacing, replacing.key == source.key {
            return ModuleVersion(replacing, source)
        }
        let cache = try ArtifactCache(settings.cacheDirectory)
        guard let path = cache.artifact(source) else { return nil }
        do {
            let version = try load(path, buildMilliseconds: nil)
            cache.noteGood(source)
            return version
        } catch  where !FileSystem.isRegularFile(path) {
            // Removed meanwhile, by a process that cleans the cache.
            return nil
        }
    }

    /// Builds unless another process does so first: one build for a key on the machine.
    private func builtVersion(
        in cache: ArtifactCache, until deadline: MonotonicTime
    ) throws -> ModuleVersion {
        var milliseconds: Int?
        guard let lock = try cache.lock(source.key, until: deadline) else {
            throw HandlerFailure.buildTimedOut(
                source.identity.sourcePath, seconds: settings.buildTimeout)
        }
        if cache.artifact(source) == nil {
            try cache.throwRecentFailure(of: source)
            do {
                milliseconds = try Builder(settings: settings, cache: cache)
                    .build(source, until: deadline)
            } catch let failure as HandlerFailure where failure.isLasting {
                cache.noteFailure(failure, of: source)
                throw failure
            }
        }
        guard let path = cache.artifact(source) else {
            throw HandlerFailure.builderFailed(
                "it said that it was done, but \(source.names.file) is not there")
        }
        let version = try load(path, buildMilliseconds: milliseconds)
        cache.noteGood(source)
        // Held to here: the lock is what keeps other processes from building the module, and from
        // removing it.
        _ = consume lock
        return version
    }

    private func load(_ path: String, buildMilliseconds: Int?) throws -> ModuleVersion {
        try Self.load(
            path, source.identity, source.key, source.fingerprint, source.included,
            buildMilliseconds: buildMilliseconds)
    }

    /// Loads the last build of a module that could be loaded, by any process; nil where there is none.
    ///
    /// - Parameter known: What this process has loaded so before.
    /// - Throws: ``HandlerFailure``.
    static func lastGoodVersion(
        of identity: ModuleIdentity, known: ModuleVersion?
    ) throws -> ModuleVersion? {
        let cache = try ArtifactCache(LoaderSettings.current.cacheDirectory)
        guard let (key, path) = cache.lastGood(identity) else { return nil }
        if let known, known.key == key { return known }
        return try load(path, identity, key, nil, .none, buildMilliseconds: nil)
    }

    private static func load(
        _ path: String, _ identity: ModuleIdentity, _ key: ModuleKey,
        _ fingerprint: FileFingerprint?, _ included: IncludedFiles, buildMilliseconds: Int?
    ) throws -> ModuleVersion {
        let collector = HandlerCollector()
        do {
            try DynamicLibrary.load(path, registrar: collector)
        } catch {
            throw HandlerFailure.loadFailed(path, error.message)
        }
        return ModuleVersion(
            sourcePath: identity.sourcePath, key: key, fingerprint: fingerprint,
            included: included, buildMilliseconds: buildMilliseconds, collected: collector)
    }
}
