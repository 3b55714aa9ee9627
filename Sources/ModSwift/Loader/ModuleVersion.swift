// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
internal import SystemCalls

/// One build of a module, loaded. Never unloaded, never changed.
final class ModuleVersion: @unchecked Sendable {  // because it never changes
    let sourcePath: String
    let key: ModuleKey
    /// The state of the source it was built from; nil where that is not there any more.
    let fingerprint: FileFingerprint?
    /// The files that it includes; none but for a page.
    let included: IncludedFiles
    /// How long this process took to build it; nil where another one did.
    let buildMilliseconds: Int?
    private var handlers: [String: LoadedHandler] = [:]
    let refusals: [String: String]
    private let publications: PublishedDeclarations
    private let madePublished = ImmortalReference<PublishedModule>()
    /// Where the module is a page.
    let page: LoadedPage?
    private let loadedPage = ImmortalReference<LoadedHandler>()

    init(
        sourcePath: String, key: ModuleKey, fingerprint: FileFingerprint?, included: IncludedFiles,
        buildMilliseconds: Int?, collected: HandlerCollector
    ) {
        self.sourcePath = sourcePath
        self.key = key
        self.fingerprint = fingerprint
        self.included = included
        self.buildMilliseconds = buildMilliseconds
        refusals = collected.refusals
        publications = collected.published
        let path = sourcePath
        page = collected.page.map { LoadedPage(path: path, files: $0.files, $0.body) }
        for (name, handler) in collected.handlers {
            handlers[name] = LoadedHandler(version: self, name: name, handler: handler)
        }
        if let page { loadedPage.store(handler(of: page)) }
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

    /// The same code for a source that was touched and not changed.
    init(_ version: ModuleVersion, _ source: ModuleSource) {
        sourcePath = version.sourcePath
        key = version.key
        fingerprint = source.fingerprint
        included = source.included
        page = version.page
        buildMilliseconds = version.buildMilliseconds
        refusals = version.refusals
        publications = version.publications
        handlers = version.handlers.mapValues {
            LoadedHandler(version: self, name: $0.name, handler: $0.handler)
        }
        if let page { loadedPage.store(handler(of: page)) }
    }

    /// Whether it is the last good version, of a source that is not there any more.
    var isStandIn: Bool { fingerprint == nil }

    /// What the publisher publishes of it, made when the publisher first asks.
    var published: Immortal<PublishedModule> {
        madePublished.load() ?? madePublished.store(PublishedModule(publications, self))
    }

    var handlerNames: [String] { handlers.keys.sorted() }

    /// A function of the module.
    ///
    /// - Parameter mayBeAbsent: Whether a function that is not there is none, and no error. One that
    ///   is there and cannot be a handler always is an error: its author relies on it.
    /// - Throws: The reason why there is no such handler.
    func handler(_ function: String, mayBeAbsent: Bool) throws -> LoadedHandler {
        if let handler = handlers[function] { return handler }
        if mayBeAbsent, refusals[function] == nil {
            return LoadedHandler(version: self, name: function, handler: .absent)
        }
        throw HandlerFailure.noFunction(function, in: self)
    }
}

/// A handler that can be called.
final class LoadedHandler: @unchecked Sendable {  // because it never changes
    /// nil for a built-in one.
    let version: ModuleVersion?
    /// The function's, as in "Type.method".
    let name: String
    let handler: Handler
    /// It stands for a function that is not there.
    var isAbsent: Bool { if case .absent = handler { true } else { false } }

    init(version: ModuleVersion?, name: String, handler: Handler) {
        self.version = version
        self.name = name
        self.handler = handler
    }

    /// A handler of a request.
    convenience init(
        version: ModuleVersion?, name: String, _ body: @escaping (Request) throws -> Status
    ) {
        self.init(version: version, name: name, handler: .request(body))
    }
}
