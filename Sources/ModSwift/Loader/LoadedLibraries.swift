// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
internal import ModuleGraph
internal import Synchronization

/// A compiled module in this process.
final class LoadedLibrary: @unchecked Sendable {  // because it never changes, but for its use
    let module: ModuleNode
    let identity: ModuleIdentity
    /// The compiler's warnings.
    let warnings: String
    /// The handlers that it has registered.
    let collected: HandlerCollector
    let functions: StateFunctions
    private let use = Mutex<Weak>(Weak())

    private struct Weak { weak var object: ModuleUse? }

    init(
        _ module: ModuleNode, _ identity: ModuleIdentity, warnings: String,
        _ collected: HandlerCollector
    ) {
        self.module = module
        self.identity = identity
        self.warnings = warnings
        self.collected = collected
        functions = StateFunctions(collected)
    }

    /// Creates the use for requests that begin from now on; nil if the module has no `closeModule`.
    func newUse() -> ModuleUse? {
        guard functions.close != nil else { return nil }
        return use.withLock { weak in
            if let object = weak.object { return object }
            let object = ModuleUse(self)
            weak.object = object
            return object
        }
    }

    /// The use for a request, which holds it until it ends.
    var currentUse: ModuleUse? { use.withLock { $0.object } }
}

/// The compiled modules in this process. They are never unloaded.
enum LoadedLibraries {
    private static let known = Mutex<[ModuleKey: LoadedLibrary]>([:])
    /// Modules that can no longer be loaded in this process.
    private static let broken = Mutex<[ModuleKey: LoadError]>([:])

    static func library(_ key: ModuleKey) -> LoadedLibrary? { known.withLock { $0[key] } }

    /// Returns the module that contains the code of a `#fileID`; nil if that is not a handler's.
    static func library(ofCode fileID: StaticString) -> LoadedLibrary? {
        let text = "\(fileID)"
        let name = text.utf8.prefix { $0 != UInt8(ascii: "/") }
        return known.withLock { known in
            known.values.first { $0.module.names.module.utf8.elementsEqual(name) }
        }
    }

    /// All of them, by path.
    static var all: [LoadedLibrary] {
        known.withLock { Array($0.values) }.sorted {
            ($0.module.path, $0.module.key.short) < ($1.module.path, $1.module.key.short)
        }
    }

    /// Loads a module whose imports are loaded: once, even if its file is removed later.
    static func load(
        _ artifact: ArtifactCache.Artifact, _ module: ModuleNode, _ identity: ModuleIdentity
    ) throws(LoadError) {
        let collector = HandlerCollector()
        if identity.isProgram {
            do {
                collector.script = try ScriptProgram(artifact.path, source: module.path)
            } catch {
                throw LoadError("\(error)", path: artifact.path)
            }
        } else {
            if let error = broken.withLock({ $0[module.key] }) { throw error }
            do {
                try DynamicLibrary.load(artifact.path, registrar: collector)
            } catch {
                if error.isHalfLoaded { broken.withLock { $0[module.key] = error } }
                throw error
            }
        }
        var identity = identity
        identity.sourcePath = module.path
        identity.isPage = collector.page != nil
        let library = LoadedLibrary(module, identity, warnings: artifact.warnings, collector)
        known.withLock { known in
            if known[module.key] == nil { known[module.key] = library }
        }
    }
}
