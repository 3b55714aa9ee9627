// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
internal import PageParsing
internal import Synchronization
internal import SystemCalls

/// Finds pages and builds them.
enum Pages {
    /// The handler's name after `mod_swift::`.
    static let name = "psp"

    /// Returns the handler of `mod_swift::psp` for the file of a request: the page itself, so that
    /// each page has its own version, trap count and quarantine.
    ///
    /// - Throws: ``Status/notFound`` if there is no such file; ``HandlerFailure``.
    static func handler(
        for request: Request, _ phase: Phase, _ configuration: DirectoryConfiguration
    ) throws -> Immortal<LoadedHandler> {
        guard phase == .content else { throw HandlerFailure.pagePhase(phase) }
        guard let path = request.filename else { throw Status.notFound }
        if configuration.debugs, path.hasSuffix("_"), FileSystem.isRegularFile("\(path.dropLast())")
        {
            return listing.loaded
        }
        let version = try version(path, request, configuration)
        guard let handler = version.pageHandler else { throw HandlerFailure.noPage(path) }
        return handler
    }

    /// Loads a page for a handler, or for another page.
    ///
    /// - Throws: ``HandlerFailure`` if it does not exist, or does not compile.
    static func page(_ path: String, for request: Request) throws -> LoadedPage {
        guard let configuration = request.live.configuration else {
            throw HandlerFailure.missingPage(path)
        }
        do {
            guard let page = try version(path, request, configuration).page else {
                throw HandlerFailure.noPage(path)
            }
            return page
        } catch let status as Status where status == .notFound {
            throw HandlerFailure.missingPage(path)
        }
    }

    private static func version(
        _ path: String, _ request: Request, _ configuration: DirectoryConfiguration,
        _ policy: ReloadPolicy? = nil
    ) throws -> ModuleVersion {
        let namespace = Namespace.name(for: request, handlerIn: nil, configuration)
        request.enter(namespace, for: request.phase)
        let identity = ModuleIdentity(
            sourcePath: path, namespace: namespace,
            optimize: request.servingServer?.optimizes ?? true, isPage: true,
            searchPath: configuration.path)
        // A slot is kept until the process ends, and clients may request any number of missing pages.
        guard let slot = Loader.slot(identity, unless: { isMissing(path) }) else {
            throw Status.notFound
        }
        do {
            return try request.version(of: slot, policy ?? ReloadPolicy(configuration))
        } catch is SourceMissing {
            throw Status.notFound
        }
    }

    /// Whether a page does not exist. If that cannot be determined, loading it reports the reason.
    private static func isMissing(_ path: String) -> Bool {
        do {
            _ = try FileSystem.info(of: path)
            return false
        } catch {
            return error.isMissing
        }
    }

    // MARK: Pages from text

    /// The maximum number of distinct texts in a process: compiled code is never unloaded.
    private static let textLimit = 512
    private static let texts = Mutex<Set<String>>([])

    /// Loads a page that is not in a file.
    ///
    /// - Throws: ``HandlerFailure`` if it does not compile, or if there are too many.
    static func page(text: String, for request: Request) throws -> LoadedPage {
        let bytes = Array(text.utf8)
        let digest = String(digest(of: bytes).prefix(ModuleKey.shortLength))
        let isAllowed = texts.withLock { texts in
            texts.contains(digest) || (texts.count < textLimit && texts.insert(digest).inserted)
        }
        guard isAllowed else { throw HandlerFailure.tooManyTexts(textLimit) }
        let cache = try ArtifactCache(LoaderSettings.current.cacheDirectory)
        let path = "\(cache.work)/page-\(digest).psp"
        if !FileSystem.isRegularFile(path) {
            do {
                let part = "\(path).\(ServerUser.process)"
                try FileSystem.write(bytes, to: part)
                try FileSystem.rename(part, to: path)
            } catch {
                throw HandlerFailure.unusableCache(error, in: cache.directory)
            }
        }
        guard let configuration = request.live.configuration,
            let page = try version(path, request, configuration, .never).page
        else { throw HandlerFailure.noPage(path) }
        return page
    }

    // MARK: The listing

    private static let listing = ImmortalHandler(
        LoadedHandler(version: nil, name: name, PageListing.respond))
}
