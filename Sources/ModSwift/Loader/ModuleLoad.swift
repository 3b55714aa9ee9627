// SPDX-License-Identifier: Apache-2.0

internal import ModSwiftArtifact
internal import ModSwiftSystem

/// The way from a source to a loaded module: from the cache, or through the builder.
struct ModuleLoad {
    private let source: ModuleSource
    private let replacing: ModuleVersion?
    private let settings = LoaderSettings.current

    init(_ source: ModuleSource, replacing: ModuleVersion?) {
        self.source = source
        self.replacing = replacing
    }

    /// Loads the module.
    ///
    /// - Parameter deadline: When waiting for a build ends.
    /// - Throws: ``Failure``.
    func version(until deadline: MonotonicTime) throws -> ModuleVersion {
        if let replacing, replacing.key == source.key {
            return ModuleVersion(replacing, fingerprint: source.fingerprint)
        }
        let cache = try ArtifactCache(settings.cacheDirectory)
        if let path = cache.artifact(source) { return try load(path) }
        try build(in: cache, until: deadline)
        guard let path = cache.artifact(source) else {
            throw Failure.builderFailed(
                "it said that it was done, but \(source.names.file) is not there")
        }
        return try load(path)
    }

    /// Builds unless another process does so first: one build for a key on the machine.
    private func build(in cache: ArtifactCache, until deadline: MonotonicTime) throws {
        guard let lock = try cache.lock(source.key, until: deadline) else {
            throw Failure.buildTimedOut(source.identity.sourcePath, seconds: settings.buildTimeout)
        }
        if cache.artifact(source) == nil {
            try Builder(settings: settings, cache: cache).build(source, until: deadline)
        }
        // Held to here: the lock is what keeps other processes from building.
        _ = consume lock
    }

    private func load(_ path: String) throws -> ModuleVersion {
        let collector = HandlerCollector()
        do {
            try DynamicLibrary.load(path, registrar: collector)
        } catch {
            throw Failure.loadFailed(path, error.message)
        }
        return ModuleVersion(
            sourcePath: source.identity.sourcePath, key: source.key,
            fingerprint: source.fingerprint, collected: collector)
    }
}
