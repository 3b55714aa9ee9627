// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
internal import ModuleCache
internal import ModuleGraph
internal import SystemCalls

/// The directory of compiled modules (SwiftCacheDir), for a process that loads from it.
///
/// It is checked before anything in it is loaded: its modules run in the server. ``CacheDirectory``
/// defines its layout.
struct ArtifactCache {
    private let layout: CacheDirectory
    /// Whether root has filled it, and this process may only read it.
    let isReadOnly: Bool

    var directory: String { layout.path }
    var modules: String { layout.modules }
    var work: String { layout.work }
    var warmSource: String { layout.warmSource }

    /// Opens the cache.
    ///
    /// - Throws: ``HandlerFailure`` if other users could have written to it.
    init(_ directory: String) throws {
        layout = CacheDirectory(directory)
        do {
            isReadOnly = try layout.open(owner: ProcessUser.current) == .readOnly
        } catch {
            throw HandlerFailure.unusableCache(error, in: directory)
        }
    }

    /// A compiled module in the cache.
    struct Artifact {
        let path: String
        let stamp: Stamp
        /// The compiler's warnings.
        let warnings: String
    }

    /// Returns the compiled form of a module; nil if it must be built.
    ///
    /// A damaged one, or one from another build or another compiler, counts as missing and is built
    /// again.
    func artifact(_ module: ModuleNode) -> Artifact? { artifact(module.names, module.key) }

    /// Returns the last build of a module that could be loaded, with the builds of its imports; nil
    /// if there is none.
    func lastGood(_ identity: ModuleIdentity) -> ModuleNode? {
        layout.lastGoodBuild(of: identity.inputs).flatMap {
            node(identity.sourcePath, $0, depth: 0)
        }
    }

    /// Records for all processes that a module could be loaded.
    func noteGood(_ source: ModuleSource) {
        guard !isReadOnly else { return }
        layout.noteGoodBuild(source.key, of: source.identity.inputs, by: ServerUser.process)
    }

    /// Returns a module and its imports, according to the stamps; nil if one of them is missing.
    private func node(_ path: String, _ key: ModuleKey, depth: Int) -> ModuleNode? {
        let names = ModuleNames(sourcePath: path, key: key)
        // The depth limits a cycle in the stamps.
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
            try FileSystem.checkPrivateFile(path, owner: isReadOnly ? 0 : ProcessUser.current)
            let file = try FileSystem.read(path, limit: 1 << 30).bytes
            let stamp = try Stamp(of: file)
            guard stamp.key == key, stamp.buildID == LibraryImage.buildID,
                stamp.compilerVersion == LoaderSettings.compilerVersion
            else { return nil }
            // The least recently used modules are removed from the cache.
            FileSystem.touch(path)
            return Artifact(path: path, stamp: stamp, warnings: stamp.warnings(in: file))
        } catch PrivacyError.missing {
            return nil
        } catch let error as SystemError where error.isMissing {
            // Removed between the two checks, by a process that cleans.
            return nil
        } catch {
            let rest = isReadOnly ? "" : " and built again"
            MainServer.log("MSW0109: \(path) is not used\(rest): \(error)", .warning)
            if !isReadOnly { FileSystem.remove(path) }
            return nil
        }
    }

    /// Describes why there is no compiled form of a source, if this process cannot create one.
    func absence(of module: ModuleNode) -> String {
        let compiled = (try? layout.list()) ?? []
        let stem = module.names.file.dropLast(ModuleKey.shortLength + 3)
        let stamps = compiled.filter { $0.name.hasPrefix(stem) }.compactMap { file in
            try? Stamp(of: FileSystem.read(file.path, limit: 1 << 30).bytes)
        }.filter { $0.sourcePath == module.path }
        guard let stamp = stamps.first(where: { $0.buildID == LibraryImage.buildID }) else {
            return stamps.first.map {
                "what is there was compiled for build \($0.buildID.prefix(12)) of mod_swift, and this "
                    + "server is build \(LibraryImage.buildID.prefix(12))"
            } ?? "it was not compiled"
        }
        return stamp.compilerVersion != LoaderSettings.compilerVersion
            ? "what is there was compiled by Swift \(stamp.compilerVersion)"
            : "what is there was compiled from another state of the file, or for another server name"
    }

    /// The file whose lock is held while a key is built.
    func lockPath(_ key: ModuleKey) -> String { layout.lockPath(key.short) }

    /// Waits for the lock of a key; nil if the deadline came first.
    func lock(_ key: ModuleKey, until deadline: MonotonicTime) throws -> FileLock? {
        do {
            while true {
                if let lock = try FileLock(lockPath(key)) { return lock }
                guard MonotonicTime.now < deadline, !BackgroundThread.areEnding else { return nil }
                pause(milliseconds: 10)
            }
        } catch {
            throw HandlerFailure.unusableCache(error, in: directory)
        }
    }

    /// Reduces the cache to its limit (SwiftCacheSize), after a build.
    ///
    /// If the limit cannot be kept, that is logged; the request is served anyway.
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
