// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
internal import ModuleGraph
internal import Synchronization
internal import SystemCalls

/// One build of a module, loaded. Never unloaded, never changed.
final class ModuleVersion: @unchecked Sendable {  // because it never changes
    let identity: ModuleIdentity
    /// The build, with those of its imports.
    let module: ModuleNode
    var sourcePath: String { identity.sourcePath }
    var key: ModuleKey { module.key }
    /// The state of the source that it was built from; nil if that no longer exists.
    let fingerprint: FileFingerprint?
    /// The other files that determine whether it is current.
    let dependencies: DependencyFiles
    /// The libraries, its own and its imports', with a `closeModule` function to call after the
    /// last use.
    private let closing: [LoadedLibrary]
    /// Watches all files that it was built from; nil for a stand-in.
    private let watch: FileWatch?
    /// The duration of its build in this process; nil if another process built it.
    let buildMilliseconds: Int?
    private var handlers: [String: Immortal<LoadedHandler>] = [:]
    /// Stand-ins for optional functions that are absent; one for each name.
    private let absent = Mutex<[String: Immortal<LoadedHandler>]>([:])
    let refusals: [String: String]
    private let publications: PublishedDeclarations
    private let madePublished = ImmortalReference<PublishedModule>()
    /// The page, if the module is one.
    let page: LoadedPage?
    private let loadedPage = ImmortalReference<LoadedHandler>()
    /// The program, if the module is a CGI script.
    private let script: ScriptProgram?
    private let loadedScript = ImmortalReference<LoadedHandler>()

    init(
        identity: ModuleIdentity, module: ModuleNode, fingerprint: FileFingerprint?,
        dependencies: DependencyFiles, buildMilliseconds: Int?, collected: HandlerCollector
    ) {
        self.identity = identity
        self.module = module
        self.fingerprint = fingerprint
        self.dependencies = dependencies
        watch = fingerprint.map { dependencies.watch(with: identity.sourcePath, $0) }
        closing = (module.closure + [module]).compactMap { LoadedLibraries.library($0.key) }
            .filter { $0.functions.close != nil }
        self.buildMilliseconds = buildMilliseconds
        refusals = collected.refusals
        publications = collected.published
        script = collected.script
        let path = identity.sourcePath
        page = collected.page.map { LoadedPage(path: path, files: $0.files, $0.body) }
        for (name, handler) in collected.handlers {
            handlers[name] = Immortal(
                keeping: LoadedHandler(version: self, name: name, handler: handler))
        }
        if let page { loadedPage.store(handler(of: page)) }
        if let script { loadedScript.store(handler(of: script)) }
    }

    /// The script as a handler.
    var scriptHandler: Immortal<LoadedHandler>? { loadedScript.load() }

    private func handler(of script: ScriptProgram) -> LoadedHandler {
        LoadedHandler(version: self, name: "script") { try script.run($0) }
    }

    /// The page as a handler.
    var pageHandler: Immortal<LoadedHandler>? { loadedPage.load() }

    private func handler(of page: LoadedPage) -> LoadedHandler {
        LoadedHandler(
            version: self, name: "page",
            handler: .request { request in
                request.contentType = "text/html; charset=utf-8"
                try page.run(request)
                return .ok
            })
    }

    /// Creates a version with the same code, for a source that was touched but not changed.
    init(_ version: ModuleVersion, _ source: ModuleSource) {
        identity = version.identity
        module = version.module
        fingerprint = source.fingerprint
        dependencies = source.dependencies
        watch = dependencies.watch(with: identity.sourcePath, source.fingerprint)
        closing = version.closing
        page = version.page
        script = version.script
        buildMilliseconds = version.buildMilliseconds
        refusals = version.refusals
        publications = version.publications
        handlers = version.handlers.mapValues {
            $0.with {
                Immortal(
                    keeping: LoadedHandler(version: self, name: $0.name, handler: $0.handler))
            }
        }
        if let page { loadedPage.store(handler(of: page)) }
        if let script { loadedScript.store(handler(of: script)) }
    }

    /// Whether its files are as they were when it was created.
    ///
    /// - Parameter fingerprint: The current state of its own source.
    func isCurrent(_ fingerprint: FileFingerprint?) -> Bool {
        guard let fingerprint else { return false }
        return self.fingerprint == fingerprint && dependencies.areUnchanged
    }

    /// Whether its files are currently unchanged: one stat(2) for each.
    @inline(__always)
    var isUnchanged: Bool { watch?.areUnchanged ?? false }

    /// Whether a `closeModule` function is to be called after the last use.
    @inline(__always)
    var wantsToBeClosed: Bool { !closing.isEmpty }

    /// The object that a request holds as long as it uses this version.
    @inline(__always)
    var uses: [ModuleUse] { closing.isEmpty ? [] : closing.compactMap(\.currentUse) }

    /// Whether one request may use both: no module occurs in them in different states.
    func agrees(with other: ModuleVersion) -> Bool {
        // Two files that import nothing: neither can be in the other.
        if module.closure.isEmpty, other.module.closure.isEmpty { return true }
        guard identity.namespace == other.identity.namespace,
            identity.optimize == other.identity.optimize
        else { return true }
        return module.agrees(with: other.module)
    }

    /// Whether it is the last good version, of a source that no longer exists.
    var isStandIn: Bool { fingerprint == nil }

    /// Its published declarations, created when the publisher first needs them.
    var published: Immortal<PublishedModule> {
        madePublished.load() ?? madePublished.store(PublishedModule(publications, self))
    }

    /// The names that a directive may use.
    var handlerNames: [String] {
        handlers.filter { if case .state = $0.value.object.handler { false } else { true } }.keys
            .sorted()
    }

    /// Its functions in quarantine, with the reasons.
    var quarantines: [String] {
        let all = handlers.values.map(\.object).sorted { $0.name < $1.name }
            .compactMap(Quarantine.description)
        return all + (pageHandler.flatMap { $0.with(Quarantine.description) }.map { [$0] } ?? [])
    }

    /// Returns a function of the module.
    ///
    /// - Parameter mayBeAbsent: Whether a missing function is permitted. A function that exists and
    ///   cannot be a handler is always an error, because its author relies on it.
    /// - Throws: The reason why there is no such handler.
    func handler(_ function: String, mayBeAbsent: Bool) throws -> Immortal<LoadedHandler> {
        if let handler = handlers[function] { return handler }
        if mayBeAbsent, refusals[function] == nil {
            return absent.withLock { absent in
                if let handler = absent[function] { return handler }
                let handler = Immortal(
                    keeping: LoadedHandler(version: self, name: function, handler: .absent))
                absent[function] = handler
                return handler
            }
        }
        throw HandlerFailure.noFunction(function, in: self)
    }
}

/// A handler that can be called.
final class LoadedHandler: @unchecked Sendable {  // because it never changes
    /// The version; nil for a built-in handler.
    let version: ModuleVersion?
    /// The function's name, as in "Type.method".
    let name: String
    let handler: Handler
    private let versionIdentity: ObjectIdentifier?
    /// Whether it is a function of a request; read at each call, without reference counting.
    let takesRequest: Bool
    let requestBody: (Request) throws -> Status
    /// Whether it represents a missing function.
    var isAbsent: Bool { if case .absent = handler { true } else { false } }

    init(version: ModuleVersion?, name: String, handler: Handler) {
        self.version = version
        versionIdentity = version.map { ObjectIdentifier($0) }
        self.name = name
        self.handler = handler
        if case .request(let body) = handler {
            (takesRequest, requestBody) = (true, body)
        } else {
            (takesRequest, requestBody) = (false, { _ in .declined })
        }
    }

    /// Whether it belongs to a version.
    @inline(__always)
    func isOf(_ version: Immortal<ModuleVersion>) -> Bool { versionIdentity == version.identity }

    /// Creates a handler of a request.
    convenience init(
        version: ModuleVersion?, name: String, _ body: @escaping (Request) throws -> Status
    ) {
        self.init(version: version, name: name, handler: .request(body))
    }
}
