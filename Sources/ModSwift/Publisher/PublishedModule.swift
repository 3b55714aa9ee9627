// SPDX-License-Identifier: Apache-2.0

internal import PublisherPaths

/// A published function or value, as the builder's code has registered it.
struct Publication {
    /// The path, as in "Type/method".
    let path: String
    /// Whether the function takes components of the URL after its path.
    let takesRest: Bool
    let call: (PublishedCall) throws -> Status
}

/// The public declarations of a module, as the builder's code has registered them.
struct PublishedDeclarations {
    /// In the order of the source.
    var publications: [Publication] = []
    /// Declarations that cannot be published, with the reasons.
    var refusals: [String: String] = [:]
    /// The access declarations, with the paths that they protect.
    var protections: [(path: String, access: () throws -> Access)] = []
}

/// The published declarations of a version of a module: a table of paths and a handler for each.
final class PublishedModule: @unchecked Sendable {  // because it never changes
    /// The published paths, for people.
    let paths: [String]
    /// Public declarations that cannot be published, with the reasons.
    let refusals: [String: String]
    private let table: PathTable
    /// The handlers, by their numbers in the table.
    private let handlers: [ImmortalHandler]
    /// The protections of paths at which there is nothing, by prefix, the longest first.
    private let guards: [(prefix: [UInt8], handler: ImmortalHandler)]

    init(_ declared: PublishedDeclarations, _ version: ModuleVersion) {
        let publications = declared.publications
        paths = publications.map(\.path).sorted()
        refusals = declared.refusals.filter { refused in
            !publications.contains { $0.path == refused.key }
        }
        let protections = Protections(declared.protections)
        let handlers = publications.map { publication in
            let chain = protections.chain(of: publication.path)
            return ImmortalHandler(
                LoadedHandler(version: version, name: "/\(publication.path)") { request in
                    try request.publish(publication, chain)
                })
        }
        guards = protections.prefixes.map { prefix in
            let chain = protections.chain(of: prefix)
            return (
                Array(prefix.utf8),
                ImmortalHandler(
                    LoadedHandler(version: version, name: "/\(prefix)") { request in
                        try chain.admit(request)
                        throw Status.notFound
                    })
            )
        }
        // `index` also serves the path that contains it, unless something else is published there.
        let aliases = publications.indices.compactMap { index in
            publications[index].path.indexed.map { (path: $0, index: index) }
        }
        table = PathTable(
            publications.map { PathTable.Path($0.path, takesRest: $0.takesRest) }
                + aliases.map {
                    PathTable.Path($0.path, takesRest: publications[$0.index].takesRest)
                })
        self.handlers = handlers + aliases.map { handlers[$0.index] }
    }

    /// The published declaration for a path.
    struct Match {
        let handler: Immortal<LoadedHandler>
        /// The length of the published path in bytes.
        let length: Int
    }

    /// Finds the published declaration for a path.
    ///
    /// - Parameter path: Without slashes at its ends.
    func match(_ path: Span<UInt8>) -> Match? {
        table.match(path).map { Match(handler: handlers[$0.index].loaded, length: $0.length) }
    }

    /// Returns the handler that protects a path at which there is nothing; nil if the path is not
    /// protected.
    func refusal(of path: Span<UInt8>) -> Immortal<LoadedHandler>? {
        guards.first { path.begins(with: $0.prefix) }?.handler.loaded
    }
}

extension String {
    /// The path that an `index` serves; nil for any other path.
    fileprivate var indexed: String? {
        if self == "index" { return "" }
        return hasSuffix("/index") ? String(dropLast("/index".count)) : nil
    }
}

extension Span<UInt8> {
    /// Whether it is the path of prefix or a path below it; every path is below the empty one.
    fileprivate func begins(with prefix: [UInt8]) -> Bool {
        guard count >= prefix.count else { return false }
        for index in prefix.indices where self[index] != prefix[index] { return false }
        return prefix.isEmpty || count == prefix.count || self[prefix.count] == UInt8(ascii: "/")
    }
}

/// The access declarations of a module.
private struct Protections {
    private let all: [(path: String, access: () throws -> Access)]

    init(_ declared: [(path: String, access: () throws -> Access)]) {
        // From the module inwards; those of the same path in the order of declaration.
        all = declared.enumerated().sorted {
            ($0.element.path.utf8.count, $0.offset) < ($1.element.path.utf8.count, $1.offset)
        }.map(\.element)
    }

    /// Returns the protections of a path.
    func chain(of path: String) -> AccessChain {
        AccessChain(
            protections: all.filter { access in
                access.path.isEmpty || path == access.path || path.hasPrefix("\(access.path)/")
            }.map(\.access))
    }

    /// The protected paths, the longest first.
    var prefixes: [String] { Set(all.map(\.path)).sorted { $0.utf8.count > $1.utf8.count } }
}

extension Request {
    /// Calls a published function or value.
    fileprivate func publish(_ publication: Publication, _ chain: AccessChain) throws -> Status {
        try chain.admit(self)
        let path = publication.takesRest ? state.takePublishedPath() : []
        do {
            return try publication.call(PublishedCall(self, path: path))
        } catch let problems as PublishedProblems {
            throw refusal(problems)
        }
    }

    /// The response to a request with invalid arguments: 400, with all problems as text, or in the
    /// note that an `ErrorDocument` may show.
    private func refusal(_ problems: PublishedProblems) -> HTTPError {
        live.log(
            "MSW0781: the arguments of \(printable(uri)) are wrong: "
                + printable(problems.text.split(separator: "\n").joined(separator: ", ")),
            level: .info)
        notes["error-notes"] = problems.problems.map { "\($0)".htmlEscaped }
            .joined(separator: "<br />")
        return HTTPError(
            .badRequest, live.hasErrorDocument(for: .badRequest) ? "" : problems.text)
    }
}
