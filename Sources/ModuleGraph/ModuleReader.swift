// SPDX-License-Identifier: Apache-2.0

package import ImportScanning
package import ModuleArtifact
package import SystemCalls

/// Reads a module's sources and those of everything that it imports, once each, and determines
/// their builds.
package struct ModuleReader {
    /// The largest source file that is compiled: 4 MiB.
    package static let fileLimit = 4 << 20
    /// The maximum number of modules, and of modules in a chain of imports; more are reported as an
    /// error.
    static let moduleLimit = 1_000
    static let depthLimit = 100

    /// The inputs that all modules have in common; its sources and imports are ignored.
    private let common: BuildInputs
    /// Directories that are searched after the directory of the importing module.
    private let searchPath: [String]
    /// Modules that are not read: the caller has determined their states.
    private let pinned: [String: ModuleNode]

    private var known: [String: ModuleNode] = [:]
    /// The chain of modules from the first one to the current one, each with the import that leads
    /// to the next.
    private var trail: [(path: String, place: String)] = []
    /// The files of each module, and the places where its imports were searched, by its path.
    private var entries: [String: [DependencyFiles.Entry]] = [:]
    /// The text of each file that was read, by its path.
    package private(set) var texts: [String: String] = [:]

    package init(
        common: BuildInputs, searchPath: [String], pinned: [String: ModuleNode] = [:]
    ) {
        self.common = common
        self.searchPath = searchPath
        self.pinned = pinned
    }

    /// A source file as it was read.
    package struct File {
        package let path: String
        package let bytes: [UInt8]
        package let imports: [ImportDeclaration]

        package init(path: String, bytes: [UInt8], imports: [ImportDeclaration]) {
            self.path = path
            self.bytes = bytes
            self.imports = imports
        }
    }

    /// The result of ``read(_:)``.
    package struct Result {
        package let module: ModuleNode
        /// The state of the module's file or directory.
        package let fingerprint: FileFingerprint
        package let dependencies: DependencyFiles

        package init(
            module: ModuleNode, fingerprint: FileFingerprint, dependencies: DependencyFiles
        ) {
            self.module = module
            self.fingerprint = fingerprint
            self.dependencies = dependencies
        }
    }

    /// Reads a module.
    ///
    /// - Parameter path: The path of its file, which ends in ".swift", or of its directory.
    package mutating func read(_ path: String) throws(ModuleReadError) -> Result {
        if let known = known[path], let own = entries[path]?.first,
            let fingerprint = own.fingerprint
        {
            return Result(
                module: known, fingerprint: fingerprint, dependencies: dependencies(of: known))
        }
        guard let (files, fingerprint) = try files(of: path) else { throw .missing }
        let module = try node(path, files)
        return Result(
            module: module, fingerprint: fingerprint, dependencies: dependencies(of: module))
    }

    /// Resolves the imports of a file that the caller has read.
    ///
    /// - Parameter key: The bytes that determine its build.
    package mutating func module(
        _ file: File, keyBytes key: [UInt8]
    ) throws(ModuleReadError) -> ModuleNode {
        try node(file.path, [file], sources: [BuildInputs.Source(bytes: key)])
    }

    /// Returns the files that a module depends on, other than its own file or directory.
    package func dependencies(of module: ModuleNode) -> DependencyFiles {
        let all = ([module] + module.closure).flatMap { entries[$0.path] ?? [] }
        return DependencyFiles(all.filter { $0.path != module.path })
    }

    /// All files that have been read so far.
    package var allFiles: DependencyFiles { DependencyFiles(Array(entries.values.joined())) }

    // MARK: One module

    /// Reads the files of a module; nil if there is none.
    private mutating func files(
        of path: String
    ) throws(ModuleReadError) -> (files: [File], fingerprint: FileFingerprint)? {
        if path.hasSuffix(".swift") {
            guard let (file, fingerprint) = try file(path) else { return nil }
            entries[path] = [DependencyFiles.Entry(path: path, fingerprint: fingerprint)]
            return ([file], fingerprint)
        }
        // Before its names are read, so that a later change of the directory changes the
        // fingerprint.
        guard let fingerprint = FileSystem.fingerprint(of: path) else { return nil }
        guard case .directory(let names)? = ModuleLookup.module(at: path) else { return nil }
        var files: [File] = []
        entries[path] = [DependencyFiles.Entry(path: path, fingerprint: fingerprint)]
        for name in names {
            guard let (file, fingerprint) = try file("\(path)/\(name)") else { continue }
            entries[path]?.append(
                DependencyFiles.Entry(path: file.path, fingerprint: fingerprint))
            files.append(file)
        }
        return files.isEmpty ? nil : (files, fingerprint)
    }

    private mutating func file(
        _ path: String
    ) throws(ModuleReadError) -> (File, FileFingerprint)? {
        let bytes: [UInt8]
        let fingerprint: FileFingerprint
        do {
            (bytes, fingerprint) = try FileSystem.read(path, limit: Self.fileLimit)
        } catch let error as SystemError {
            if error.isMissing { return nil }
            throw .unreadable(error)
        } catch {
            return nil
        }
        if bytes.contains(0) {
            throw .notSwift(path: path, reason: "contains a NUL byte; it is not a source")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .notSwift(path: path, reason: "is not UTF-8 text, as Swift sources must be")
        }
        texts[path] = text
        return (
            File(path: path, bytes: bytes, imports: ImportDeclaration.all(in: bytes)), fingerprint
        )
    }

    private mutating func node(
        _ path: String, _ files: [File], sources: [BuildInputs.Source]? = nil
    ) throws(ModuleReadError) -> ModuleNode {
        let imports = try imports(of: path, files)
        var inputs = common
        inputs.sourcePath = path
        inputs.sources = sources ?? Self.sources(of: files, path)
        inputs.imports = imports.map { BuildInputs.Import(name: $0.name, key: $0.module.key) }
        let node = ModuleNode(path: path, key: ModuleKey(inputs), imports: imports)
        known[path] = node
        return node
    }

    /// Returns the sources of a module in the form for its key.
    package static func sources(of files: [File], _ path: String) -> [BuildInputs.Source] {
        files.map {
            BuildInputs.Source(
                name: $0.path == path ? "" : FilePath.name(of: $0.path), bytes: $0.bytes)
        }
    }

    // MARK: Imports

    private mutating func imports(
        of path: String, _ files: [File]
    ) throws(ModuleReadError) -> [ModuleNode.Import] {
        var found: [ModuleNode.Import] = []
        var tried: [String] = []
        for file in files {
            for declaration in file.imports where !tried.contains(declaration.module) {
                tried.append(declaration.module)
                guard !ModuleLookup.reserved.contains(declaration.module) else { continue }
                let place = "\(file.path):\(declaration.line):\(declaration.column)"
                if let module = try module(named: declaration.module, for: path, at: place) {
                    found.append(ModuleNode.Import(name: declaration.module, module: module))
                }
            }
        }
        return found.count < 2 ? found : found.sorted { $0.name < $1.name }
    }

    /// Returns the directories in which a module's imports are searched.
    package static func directories(for path: String, searchPath: [String]) -> [String] {
        [FilePath.parent(of: path)] + searchPath
    }

    /// Returns the module that a name refers to in another one; nil if no source has that name.
    private mutating func module(
        named name: String, for importer: String, at place: String
    ) throws(ModuleReadError) -> ModuleNode? {
        let directories = Self.directories(for: importer, searchPath: searchPath)
        for path in ModuleLookup.candidates(for: name, in: directories) where path != importer {
            if let node = pinned[path] ?? known[path] { return node }
            if trail.contains(where: { $0.path == path }) {
                throw .refused(diagnostics: circle(to: path, by: importer, at: place))
            }
            guard ModuleLookup.module(at: path) != nil else {
                // A file that is created there later takes precedence.
                entries[importer, default: []].append(
                    DependencyFiles.Entry(
                        path: path, fingerprint: FileSystem.fingerprint(of: path)))
                continue
            }
            guard trail.count < Self.depthLimit, known.count < Self.moduleLimit else {
                throw .refused(
                    diagnostics:
                        "\(place): error: more than \(Self.depthLimit) modules import each "
                        + "other in a row, or more than \(Self.moduleLimit) are imported in all")
            }
            trail.append((importer, place))
            defer { trail.removeLast() }
            guard let (files, _) = try files(of: path) else { continue }
            return try node(path, files)
        }
        return nil
    }

    /// Describes modules that import each other, in the compiler's form: an error at the import
    /// that closes the cycle, a note at each of the others.
    private func circle(to path: String, by importer: String, at place: String) -> String {
        let start = trail.firstIndex { $0.path == path } ?? 0
        let steps = trail[start...] + [(importer, place)]
        func name(_ path: String) -> String {
            ModuleNames(sourcePath: path, key: ModuleKey(common)).display
        }
        let names = (steps.map { name($0.path) } + [name(path)]).joined(separator: " imports ")
        let notes = steps.enumerated().dropLast().map { index, step in
            let next = steps[steps.startIndex + index + 1].path
            return "\(step.place): note: \(name(step.path)) imports \(name(next)) here"
        }
        return (["\(place): error: modules import each other: \(names)"] + notes)
            .joined(separator: "\n") + "\n"
    }
}
