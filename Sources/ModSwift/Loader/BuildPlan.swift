// SPDX-License-Identifier: Apache-2.0
//
// The modules that a configuration needs, listed for "modswift build" by httpd's own check of the
// configuration (httpd -t -D DUMP_SWIFT_MODULES).

internal import ModuleArtifact
internal import ModuleGraph
internal import SystemCalls

/// A section of the configuration, merged with the enclosing ones.
struct ConfigurationSection {
    let server: ServerRecord
    /// The directory; nil if there is none, or it is a pattern.
    let directory: String?
    let configuration: DirectoryConfiguration
}

/// The modules for the handler names of a configuration.
struct BuildPlan {
    private let main: ServerRecord
    private let settings: LoaderSettings
    private var identities: [ModuleIdentity] = []
    private var seen: Set<ModuleIdentity> = []
    private var problems: [String] = []
    /// The extensions of files that are mapped to mod_swift.
    private let suffixes = Set(Directive.tree.flatMap(\.suffixesForModSwift))
    /// The directories whose files are one module that the publisher publishes.
    private let wholeDirectories: [String]

    init(of main: ServerRecord, _ sections: [ConfigurationSection]) {
        self.main = main
        settings = Startup.settings(of: main)
        wholeDirectories = sections.compactMap { section in
            guard (try? section.configuration.publishesDirectories()) == true else { return nil }
            return section.directory.map { FilePath.normalized($0) }
        }
        for section in sections { add(section) }
        for server in sequence(first: main, next: \.next) { add(server) }
    }

    private enum Kind {
        case module, page, program

        /// The extensions of such files, for any mapping to mod_swift.
        var suffixes: Set<String> {
            switch self {
            case .module: []
            case .page: [".psp"]
            case .program: [".cgi"]
            }
        }
    }

    // MARK: Sections

    private mutating func add(_ section: ConfigurationSection) {
        for position in 0..<Phase.count {
            guard let phase = Phase(rawValue: UInt8(position)) else { continue }
            let entries = section.configuration.handlers(for: phase)
            for index in 0..<entries.count { add(entries[index], section) }
        }
        for entry in section.configuration.filterEntries { add(entry, section) }
    }

    private mutating func add(_ entry: HandlerEntry, _ section: ConfigurationSection) {
        guard entry.module == BuiltInHandlers.module else {
            return addModule(entry, section)
        }
        switch entry.function {
        case Pages.name:
            addFiles(of: entry, section, kind: .page) { suffixes in
                { path in suffixes.contains { path.hasSuffix($0) } }
            }
        case CGI.name:
            addFiles(of: entry, section, kind: .program) { suffixes in
                { path in suffixes.contains { path.hasSuffix($0) } || FileSystem.isScript(path) }
            }
        case Publisher.name:
            addPublished(entry, section)
        default: break
        }
    }

    private mutating func addModule(_ entry: HandlerEntry, _ section: ConfigurationSection) {
        let finder = ModuleFinder(directory: entry.directory, path: section.configuration.path)
        do {
            let source = try finder.source(of: entry.module)
            for namespace in namespaces(of: entry.directory, section) {
                add(source, namespace, section.server, section.configuration)
            }
        } catch {
            problems.append("\(entry.source): \(HandlerFailure(describing: error).summary)")
        }
    }

    /// Adds the files below the section's directory that are served by one of mod_swift's built-in
    /// handlers.
    private mutating func addFiles(
        of entry: HandlerEntry, _ section: ConfigurationSection, kind: Kind,
        _ chosen: (Set<String>) -> (String) -> Bool
    ) {
        guard let directory = section.directory ?? section.server.documentRoot else { return }
        let isChosen = chosen(entry.fileExtension.map { [$0] } ?? suffixes.union(kind.suffixes))
        for path in FileSystem.files(below: FilePath.normalized(directory)) where isChosen(path) {
            guard kind != .program else {
                add(ModuleIdentity(program: path, optimize: section.server.optimizes))
                continue
            }
            // Only a namespace named after the file's directory depends on the file.
            let own = "\(FilePath.parent(of: path))/"
            for namespace in namespaces(of: own, section, file: own) {
                add(path, namespace, section.server, section.configuration, isPage: kind == .page)
            }
        }
    }

    /// Adds the published modules below the section's directory: files, or directories.
    private mutating func addPublished(_ entry: HandlerEntry, _ section: ConfigurationSection) {
        let whole: Bool
        do {
            whole = try section.configuration.publishesDirectories()
        } catch {
            problems.append("\(entry.source): \(HandlerFailure(describing: error).summary)")
            return
        }
        guard whole else {
            // Files of an inner section's directory are not modules by themselves.
            let others = wholeDirectories
            return addFiles(of: entry, section, kind: .module) { _ in
                { path in
                    path.hasSuffix(".swift") && !others.contains { path.hasPrefix("\($0)/") }
                }
            }
        }
        guard let directory = section.directory ?? section.server.documentRoot else { return }
        for path in FileSystem.directories(below: FilePath.normalized(directory))
        where ModuleLookup.module(at: path) != nil {
            for namespace in namespaces(of: "\(path)/", section, file: "\(path)/") {
                add(path, namespace, section.server, section.configuration)
            }
        }
    }

    /// Returns the namespaces in which a handler may run.
    ///
    /// - Parameters:
    ///   - directive: The directory of its directive.
    ///   - file: The directory of the requested file; nil: any directory below the section's.
    private func namespaces(
        of directive: String?, _ section: ConfigurationSection, file: String? = nil
    ) -> [String] {
        let configuration = section.configuration
        if configuration.usesFastPath { return [Namespace.name(at: section.server)] }
        if let name = configuration.interpreter { return [name] }
        if configuration.namesNamespaceByFile {
            if let file { return [file] }
            guard let directory = section.directory else { return [] }
            return FileSystem.directories(below: FilePath.normalized(directory)).map { "\($0)/" }
        }
        if configuration.namesNamespaceByDirective { return [directive ?? Namespace.main] }
        return [Namespace.name(at: section.server)]
    }

    // MARK: Servers

    private mutating func add(_ server: ServerRecord) {
        guard let defaults = server.defaults else { return }
        let section = ConfigurationSection(
            server: server, directory: nil, configuration: defaults)
        for entries in [server.preConnectionHandlers, server.connectionHandlers] {
            for index in 0..<entries.count { add(entries[index], section) }
        }
        for entry in server.providerEntries { add(entry, section) }
        let imports = server.imports
        for index in 0..<imports.count {
            let finder = ModuleFinder(directory: nil, path: defaults.path)
            guard let source = try? finder.source(of: imports[index].module) else { continue }
            let namespace = imports[index].interpreter ?? defaults.interpreter
            add(source, namespace ?? Namespace.name(at: server), server, defaults)
        }
    }

    private mutating func add(
        _ source: String, _ namespace: String, _ server: ServerRecord,
        _ configuration: DirectoryConfiguration, isPage: Bool = false
    ) {
        let identity = ModuleIdentity(
            sourcePath: source, namespace: namespace, optimize: server.optimizes, isPage: isPage,
            searchPath: configuration.path)
        add(identity)
    }

    private mutating func add(_ identity: ModuleIdentity) {
        if seen.insert(identity).inserted { identities.append(identity) }
    }

    // MARK: The list

    /// Writes the list to standard output: a line for each value and each module, with fields
    /// separated by tabs. `modswift build` reads it.
    func print() {
        var lines = [
            ["mod_swift-plan", "1"], ["build", LibraryImage.buildID],
            ["compiler", settings.compiler], ["compiler-version", LoaderSettings.compilerVersion],
            ["cache", settings.cacheDirectory], ["timeout", "\(settings.buildTimeout)"],
            ["builder", Builder.program],
        ]
        if let owner = ServerUser.configured {
            lines.append(["owner", "\(owner.user)", "\(owner.group)"])
        }
        lines += problems.map { ["problem", $0] }
        var listed: Set<ModuleKey> = []
        for identity in identities {
            do {
                let source = try ModuleSource(identity)
                // Each module after its imports.
                for module in source.module.closure + [source.module]
                where listed.insert(module.key).inserted {
                    lines.append(
                        ["module", module.path, module.names.file, module.key.hexadecimal]
                            + Builder.arguments(
                                module, of: source, settings, cache: settings.cacheDirectory))
                }
            } catch let error as SourceFailure {
                lines.append(["problem", "\(identity.sourcePath): \(error.failure.summary)"])
            } catch {
                lines.append(["problem", "\(identity.sourcePath): it is not there"])
            }
        }
        lines.append(["end"])
        // A path with a tab or line break is omitted; such a source is compiled at its first
        // request.
        let texts = lines.map { line in
            line.allSatisfy { !$0.contains { $0 == "\t" || $0.isNewline } }
                ? line.joined(separator: "\t") : "problem\ta path with a tab or a line break"
        }
        StandardOutput.write(texts.map { "\($0)\n" }.joined())
    }
}

extension FileSystem {
    /// Returns the directory itself and all directories below it; links are not followed.
    fileprivate static func directories(below path: String) -> [String] {
        let names = (try? names(in: path)) ?? []
        return [path]
            + names.map { "\(path)/\($0)" }.filter {
                (try? info(of: $0))?.kind == .directory
            }.flatMap(directories)
    }

    /// Whether a Swift source is a script, and not a module with handlers in the same directory.
    fileprivate static func isScript(_ path: String) -> Bool {
        guard path.hasSuffix(".swift"), let file = try? read(path, limit: ModuleSource.limit) else {
            return false
        }
        return !String(decoding: file.bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .contains { $0.hasPrefix("import ModSwift") }
    }

    /// Returns the regular files below a directory, and links to regular files.
    fileprivate static func files(below path: String) -> [String] {
        directories(below: path).flatMap { directory in
            ((try? names(in: directory)) ?? []).map { "\(directory)/\($0)" }
        }.filter(isRegularFile)
    }
}
