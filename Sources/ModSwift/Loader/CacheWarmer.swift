// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
internal import SystemCalls

/// Builds the smallest handler there is when a server starts with an empty cache.
///
/// The compiler's own module cache is then filled before the first request needs it, which saves it
/// a quarter of a second; and a compiler that does not work is told at the start.
enum CacheWarmer {
    private static let source = "import ModSwift\n\nfunc handler(_ req: Request) {}\n"

    /// Called once in each child: the first one builds, on a thread of its own.
    static func start() {
        let settings = LoaderSettings.current
        // A cache that cannot be used is told to the first request that needs it.
        guard let cache = try? ArtifactCache(settings.cacheDirectory), !cache.isReadOnly,
            let source = try? source(in: cache), cache.artifact(source.module) == nil
        else { return }
        BackgroundThread.start { warm(cache, source, settings) }
    }

    private static func source(in cache: ArtifactCache) throws -> ModuleSource {
        let path = cache.warmSource
        if !FileSystem.isRegularFile(path) {
            // Several children may be at it: each writes its own and moves it to its place.
            let own = "\(path).\(ServerUser.process)"
            defer { FileSystem.remove(own) }
            try FileSystem.write(Array(source.utf8), to: own)
            try FileSystem.rename(own, to: path)
        }
        return try ModuleSource(
            ModuleIdentity(sourcePath: path, namespace: Namespace.main, optimize: true))
    }

    private static func warm(
        _ cache: ArtifactCache, _ source: ModuleSource, _ settings: LoaderSettings
    ) {
        do {
            // Another child is at it.
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
