// SPDX-License-Identifier: Apache-2.0
//
// `SwiftHandler mod_swift::publisher`: finds the published function for a URL. It is not itself a
// handler: the loader gets from it the function and module for a request, and calls the function
// like any handler.

internal import ModuleGraph
internal import PublisherPaths
internal import SystemCalls

enum Publisher {
    /// Its name after `mod_swift::`.
    static let name = "publisher"

    /// Returns the published declaration for the URL of a request whose configuration is not
    /// special.
    ///
    /// - Parameters:
    ///   - suffix: The file suffix in the directive, as in ".do".
    ///   - scope: The scope of the configuration.
    /// - Throws: ``HandlerFailure``; ``Status`` if there is nothing at the URL.
    static func handler(
        for context: some HandlerContext, suffix: String?, _ policy: ReloadPolicy,
        in scope: ConfigurationScope
    ) throws -> Immortal<LoadedHandler> {
        let request = try contentRequest(context)
        do {
            if let known = try knownHandler(for: request, policy, scope) { return known }
        } catch is SourceMissing {}
        return try foundHandler(
            for: request, suffix: suffix, policy,
            namespace: Namespace.name(at: request.servingServer), rememberedIn: scope)
    }

    /// Returns the published declaration for the URL of a request whose directives set a namespace,
    /// or for which nothing may be cached.
    ///
    /// - Throws: ``HandlerFailure``; ``Status`` if there is nothing at the URL.
    static func handler(
        for context: some HandlerContext, in namespace: String, suffix: String?,
        _ policy: ReloadPolicy
    ) throws -> Immortal<LoadedHandler> {
        try foundHandler(
            for: contentRequest(context), suffix: suffix, policy, namespace: namespace,
            rememberedIn: nil)
    }

    private static func contentRequest(_ context: some HandlerContext) throws -> Request {
        guard let request = context as? Request, request.phase == .content else {
            throw HandlerFailure.publisherElsewhere
        }
        return request
    }

    // MARK: Cached files

    /// Finds the handler in the cache, by the file alone; nil if it is not cached.
    private static func knownHandler(
        for request: Request, _ policy: ReloadPolicy, _ scope: ConfigurationScope
    ) throws -> Immortal<LoadedHandler>? {
        try request.live.withFileAndPathInfo { file, pathInfo in
            let known = KnownFiles.find(file, scope, isOfDirectory: try isOfDirectory(request))
            guard let known, known.holds(policy) else { return nil }
            return try handler(of: known.slot, known.name, pathInfo, request, policy)
        } ?? nil
    }

    // MARK: Searching

    private static func foundHandler(
        for request: Request, suffix: String?, _ policy: ReloadPolicy, namespace: String,
        rememberedIn scope: ConfigurationScope?
    ) throws -> Immortal<LoadedHandler> {
        let record = request.live
        var file = record.filename ?? ""
        if record.isDirectory, !file.hasSuffix("/") { file += "/" }
        guard let path = ModulePath(file: file, suffixes: suffixes + (suffix.map { [$0] } ?? []))
        else { return try refuse(request, []) }
        let optimize = request.servingServer?.optimizes ?? true
        let searchPath = record.configuration?.path ?? []
        func slot(_ source: String) -> ModuleSlot? {
            guard ModuleLookup.module(at: source) != nil else { return nil }
            return Loader.slot(
                ModuleIdentity(
                    sourcePath: source, namespace: namespace, optimize: optimize,
                    searchPath: searchPath))
        }
        let isOfDirectory = try isOfDirectory(request)
        let direct = isOfDirectory ? nil : slot(path.source)
        let places =
            isOfDirectory
            ? [path.directory] : path.name == nil ? [path.source] : [path.source, path.index]
        guard let slot = direct ?? places.last.flatMap(slot) else {
            return try refuse(request, places)
        }
        let name = direct == nil ? path.name ?? "" : ""
        return try record.withFileAndPathInfo { file, pathInfo in
            do {
                let handler = try handler(of: slot, Array(name.utf8), pathInfo, request, policy)
                if let scope {
                    KnownFiles.remember(
                        file, scope, slot, name: name,
                        unless: isOfDirectory ? nil : path.source,
                        isNamed: isNamed(name, by: handler))
                }
                return handler
            } catch is SourceMissing {
                return try refuse(request, places)
            }
        } ?? refuse(request, [])
    }

    /// Whether all Swift files of the directory form one module, instead of one module for each
    /// file.
    ///
    /// - Throws: ``HandlerFailure`` if the option has another value.
    private static func isOfDirectory(_ request: Request) throws -> Bool {
        try request.live.configuration?.publishesDirectories() ?? false
    }

    /// Whether a name that is not a file is part of the path that was found: a function that takes
    /// the rest of the path would accept any number of names.
    private static func isNamed(_ name: String, by handler: Immortal<LoadedHandler>) -> Bool {
        let path = handler.object.name.dropFirst()
        return path == name || path.hasPrefix("\(name)/")
    }

    /// The suffixes that may be omitted from a file's name. The configuration does not change while
    /// a child runs.
    private static let suffixes: [String] =
        [".swift"] + Directive.tree.flatMap(\.suffixesForModSwift)

    // MARK: In a module

    /// - Parameter name: A prefix of the path that follows the file.
    private static func handler(
        of slot: ModuleSlot, _ name: [UInt8], _ pathInfo: Span<UInt8>, _ request: Request,
        _ policy: ReloadPolicy
    ) throws -> Immortal<LoadedHandler> {
        let published = try request.version(of: slot, policy).published.object
        request.live.nameFile(slot.identity.sourcePath)
        let inner = pathInfo.withoutOuterSlashes
        guard !name.isEmpty else {
            return try handler(of: published, pathInfo.extracting(inner), request)
        }
        var path = name
        if !inner.isEmpty { path.append(UInt8(ascii: "/")) }
        for index in inner { path.append(pathInfo[index]) }
        return try handler(of: published, path.span, request)
    }

    private static func handler(
        of published: PublishedModule, _ path: Span<UInt8>, _ request: Request
    ) throws -> Immortal<LoadedHandler> {
        if let match = published.match(path) {
            if match.length == path.count { return match.handler }
            if let rest = PathComponents.of(path.extracting(match.length..<path.count)) {
                request.state.publishedPath = rest
                return match.handler
            }
        }
        if let refusal = published.refusal(of: path) { return refusal }
        request.live.log(reason(published, path, request), level: .info)
        throw Status.notFound
    }

    private static func reason(
        _ published: PublishedModule, _ path: Span<UInt8>, _ request: Request
    ) -> String {
        let text = String(decoding: path.array, as: UTF8.self)
        let place = "\(printable(text)) in \(request.filename ?? "")"
        guard let reason = published.refusals[text] else {
            return "MSW0780: there is nothing public at \(place)"
        }
        return "MSW0782: \(place) is public and not published: \(reason)"
    }

    private static func refuse(
        _ request: Request, _ searched: [String]
    ) throws -> Immortal<LoadedHandler> {
        let places = searched.isEmpty ? "its name is private" : searched.joined(separator: ", ")
        request.live.log(
            "MSW0780: there is no module for \(printable(request.uri)): \(printable(places))",
            level: .info)
        throw Status.notFound
    }
}

extension DirectoryConfiguration {
    /// The value of `SwiftOption mod_swift.publisher.directory`.
    ///
    /// - Throws: ``HandlerFailure`` for values other than `On` and `Off`.
    func publishesDirectories() throws -> Bool {
        guard let word = option("mod_swift.publisher.directory") else { return false }
        switch word.lowercased() {
        case "on": return true
        case "off": return false
        default: throw HandlerFailure.noSwitch("mod_swift.publisher.directory", word)
        }
    }
}

extension Directive {
    /// The suffixes of files that are passed to mod_swift, with their dots.
    var suffixesForModSwift: [String] {
        if isSection { return children.flatMap(\.suffixesForModSwift) }
        let words = args.split(whereSeparator: \.isWhitespace).map {
            $0.hasPrefix("\"") && $0.hasSuffix("\"") ? $0.dropFirst().dropLast() : $0
        }
        guard name.lowercased() == "addhandler", words.first == "mod_swift" else { return [] }
        return words.dropFirst().map { $0.hasPrefix(".") ? String($0) : ".\($0)" }
    }
}
