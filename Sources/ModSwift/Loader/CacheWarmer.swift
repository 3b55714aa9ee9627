// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
internal import ModuleCache
internal import Synchronization
internal import SystemCalls

/// Builds the smallest possible handler when a server starts with an empty cache.
///
/// This fills the compiler's own module cache before the first request needs it, which saves that
/// request a quarter of a second. It also reports a broken compiler at startup.
enum CacheWarmer {
    private static let source = "import ModSwift\n\nfunc handler(_ req: Request) {}\n"

    /// The path of its compiled form after it was built.
    private static let artifact = Mutex("")

    /// Called in the parent at each start: the path to check is the same for all children.
    static func prepareParent() {
        let layout = CacheDirectory(LoaderSettings.current.cacheDirectory)
        let identity = identity(layout.warmSource)
        var inputs = identity.inputs
        inputs.sources = [BuildInputs.Source(bytes: Array(source.utf8))]
        let names = ModuleNames(sourcePath: identity.sourcePath, key: ModuleKey(inputs))
        artifact.withLock { $0 = "\(layout.modules)/\(names.file)" }
    }

    private static func identity(_ path: String) -> ModuleIdentity {
        ModuleIdentity(sourcePath: path, namespace: Namespace.main, optimize: true)
    }

    /// Called once in each child: the first one builds, on a background thread.
    static func start() {
        // The least recently used modules are removed from the cache.
        if FileSystem.touch(artifact.withLock { $0 }) { return }
        let settings = LoaderSettings.current
        // An unusable cache is reported for the first request that needs it.
        guard let cache = try? ArtifactCache(settings.cacheDirectory), !cache.isReadOnly,
            let source = try? source(in: cache), cache.artifact(source.module) == nil
        else { return }
        // If no thread can be started, the first build takes longer.
        _ = BackgroundThread.start { warm(cache, source, settings) }
    }

    private static func source(in cache: ArtifactCache) throws -> ModuleSource {
        let path = cache.warmSource
        if !FileSystem.isRegularFile(path) {
            // Several children may do this at the same time: each writes its own file and renames
            // it.
            let own = "\(path).\(ServerUser.process)"
            defer { FileSystem.remove(own) }
            try FileSystem.write(Array(source.utf8), to: own)
            try FileSystem.rename(own, to: path)
        }
        return try ModuleSource(identity(path))
    }

    private static func warm(
        _ cache: ArtifactCache, _ source: ModuleSource, _ settings: LoaderSettings
    ) {
        do {
            // Another child is building it.
            guard let lock = try FileLock(cache.lockPath(source.key)) else { return }
            if cache.artifact(source.module) == nil {
                let deadline = MonotonicTime.now.advanced(bySeconds: settings.buildTimeout)
                try Builder(settings: settings, cache: cache)
                    .build(source.module, of: source, until: deadline)
            }
            _ = consume lock
        } catch {
            let failure = HandlerFailure(describing: error)
            MainServer.log(
                "MSW0112: handlers cannot be built: \(failure.logMessage())", failure.level)
        }
    }
}
