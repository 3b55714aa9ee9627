// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
internal import ModuleCache
internal import SystemCalls

/// The directory of compiled modules (SwiftCacheDir), as a process that loads from it sees it.
///
/// It is checked before anything in it is loaded: what is in it runs in the server. What lies where
/// in it is ``CacheDirectory``'s business.
struct ArtifactCache {
    private let layout: CacheDirectory

    var directory: String { layout.path }
    var modules: String { layout.modules }
    var work: String { layout.work }
    var warmSource: String { layout.warmSource }

    /// Opens the cache.
    ///
    /// - Throws: ``HandlerFailure`` when others could have put something into it.
    init(_ directory: String) throws {
        layout = CacheDirectory(directory)
        do {
            try layout.open(owner: ProcessUser.current)
        } catch {
            throw HandlerFailure.unusableCache(error, in: directory)
        }
    }

    /// The compiled form of a source; nil when it has to be built.
    ///
    /// One that is damaged, of another build or of another compiler counts as missing and is built
    /// again.
    func artifact(_ source: ModuleSource) -> String? { artifact(source.names, source.key) }

    /// The last build of a module that could be loaded, and where it lies; nil where there is none.
    func lastGood(_ identity: ModuleIdentity) -> (key: ModuleKey, path: String)? {
        guard let key = layout.lastGoodBuild(of: identity.inputs(source: [])) else { return nil }
        let names = ModuleNames(sourcePath: identity.sourcePath, key: key)
        return artifact(names, key).map { (key, $0) }
    }

    /// Remembers for all processes that a module could be loaded.
    func noteGood(_ source: ModuleSource) {
        layout.noteGoodBuild(
            source.key, of: source.identity.inputs(source: []), by: ServerUser.process)
    }

    private func artifact(_ names: ModuleNames, _ key: ModuleKey) -> String? {
        let path = "\(modules)/\(names.file)"
        do {
            try FileSystem.checkPrivateFile(path, owner: ProcessUser.current)
            let stamp = try Stamp(of: FileSystem.read(path, limit: 1 << 30).bytes)
            guard stamp.key == key, stamp.buildID == LibraryImage.buildID,
                stamp.compilerVersion == LoaderSettings.compilerVersion
            else { return nil }
            // The cache is cleaned of what was not used for longest.
            FileSystem.touch(path)
            return path
        } catch PrivacyError.missing {
            return nil
        } catch let error as SystemError where error.isMissing {
            // Removed between the two looks, by a process that cleans.
            return nil
        } catch {
            MainServer.log("MSW0109: \(path) is not used and built again: \(error)", .warning)
            FileSystem.remove(path)
            return nil
        }
    }

    /// The file whose lock is held while a key is built.
    func lockPath(_ key: ModuleKey) -> String { layout.lockPath(key.short) }

    /// Waits for the lock of a key; nil when the deadline came first.
    func lock(_ key: ModuleKey, until deadline: MonotonicTime) throws -> FileLock? {
        do {
            while true {
                if let lock = try FileLock(lockPath(key)) { return lock }
                guard MonotonicTime.now < deadline else { return nil }
                pause(milliseconds: 10)
            }
        } catch {
            throw HandlerFailure.unusableCache(error, in: directory)
        }
    }

    /// Brings the cache under its bound (SwiftCacheSize), after a build.
    ///
    /// A bound that cannot be kept is told and is no reason not to answer.
    func trim(to bound: Int, keeping source: ModuleSource) {
        guard bound > 0 else { return }
        do {
            let cleaning = try layout.prune(to: bound, keeping: [source.names.file])
            if !cleaning.removed.isEmpty {
                MainServer.log(
                    "MSW0116: removed what was not used for longest from the cache: "
                        + cleaning.removed.map(\.name).joined(separator: ", "), .info)
            }
            guard cleaning.remaining > bound else { return }
            MainServer.log(
                "MSW0115: \(directory) holds \(CacheSize(cleaning.remaining).text), more than "
                    + "SwiftCacheSize allows (\(CacheSize(bound).text)), and nothing more can be "
                    + "removed from it", .warning)
        } catch {
            MainServer.log(
                "MSW0115: \(directory) cannot be kept below SwiftCacheSize: \(error)", .warning)
        }
    }
}
