// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
internal import ModuleCache
internal import ModuleGraph
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

    /// A compiled module in the cache.
    struct Artifact {
        let path: String
        let stamp: Stamp
        /// What the compiler warned of.
        let warnings: String
    }

    /// The compiled form of a module; nil when it has to be built.
    ///
    /// One that is damaged, of another build or of another compiler counts as missing and is built
    /// again.
    func artifact(_ module: ModuleNode) -> Artifact? { artifact(module.names, module.key) }

    /// The last build of a module that could be loaded, with the builds of what it imports; nil where
    /// there is none.
    func lastGood(_ identity: ModuleIdentity) -> ModuleNode? {
        layout.lastGoodBuild(of: identity.inputs).flatMap {
            node(identity.sourcePath, $0, depth: 0)
        }
    }

    /// Remembers for all processes that a module could be loaded.
    func noteGood(_ source: ModuleSource) {
        layout.noteGoodBuild(source.key, of: source.identity.inputs, by: ServerUser.process)
    }

    /// A module and what it imports, as the stamps say it; nil where one of them is missing.
    private func node(_ path: String, _ key: ModuleKey, depth: Int) -> ModuleNode? {
        let names = ModuleNames(sourcePath: path, key: key)
        // A stamp is not to be trusted to end.
        guard depth < 100, let artifact = artifact(names, key) else { return nil }
        var imports: [ModuleNode.Import] = []
        for entry in artifact.stamp.imports {
            guard let module = node(entry.sourcePath, entry.key, depth: depth + 1) else {
                return nil
            }
            imports.append(ModuleNode.Import(name: module.names.display, module: module))
        }
        return ModuleNode(path: path, key: key, imports: imports)
    }

    private func artifact(_ names: ModuleNames, _ key: ModuleKey) -> Artifact? {
        let path = "\(modules)/\(names.file)"
        do {
            try FileSystem.checkPrivateFile(path, owner: ProcessUser.current)
            let file = try FileSystem.read(path, limit: 1 << 30).bytes
            let stamp = try Stamp(of: file)
            guard stamp.key == key, stamp.buildID == LibraryImage.buildID,
                stamp.compilerVersion == LoaderSettings.compilerVersion
            else { return nil }
            // The cache is cleaned of what was not used for longest.
            FileSystem.touch(path)
            return Artifact(path: path, stamp: stamp, warnings: stamp.warnings(in: file))
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
    func trim(to bound: Int, keeping module: ModuleNode) {
        guard bound > 0 else { return }
        do {
            let kept = Set(([module] + module.closure).map(\.names.file))
            let cleaning = try layout.prune(to: bound, keeping: kept)
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
