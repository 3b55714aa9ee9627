// SPDX-License-Identifier: Apache-2.0

import HandlerDiscovery
import ModuleArtifact
import ModuleGraph
import PageParsing
import SystemCalls

/// One build, from the bytes of the source to the file in the cache.
struct ModuleBuild {
    private let order: BuildArguments

    init(_ order: BuildArguments) { self.order = order }

    /// Builds the module.
    ///
    /// - Throws: ``BuildError``, ``SystemError``.
    func run() throws {
        let workplace = try WorkingDirectory(order)
        defer { workplace.remove() }
        guard !order.isProgram else { return try buildProgram(workplace) }
        let files = try readFiles()
        let page = order.isPage ? files.first.map { readPage($0.bytes) } : nil
        let sources =
            try page.map { try write(page: $0, workplace) } ?? writeHandlers(files, workplace)
        try layOutImports(workplace)
        func shown(_ text: String) -> String {
            let text = authored(text, workplace, files)
            return page?.quoted(in: text) ?? text
        }
        do {
            let warnings = try Compiler(order, workplace, sources: sources).compile()
            if let refusal = MainQueue.refusal(in: warnings) {
                throw BuildError(exit: .diagnostics, text: refusal)
            }
            try publish(workplace, warnings: shown(warnings))
        } catch let problem as BuildError {
            throw BuildError(exit: problem.exit, text: shown(problem.text))
        }
    }

    // MARK: Sources

    /// A source file as it was read.
    private struct File {
        let path: String
        let bytes: [UInt8]
    }

    private func readFiles() throws -> [File] {
        func read(_ path: String) throws -> File {
            File(path: path, bytes: try FileSystem.read(path, limit: 1 << 28).bytes)
        }
        guard !order.isPage, case .directory(let names)? = ModuleLookup.module(at: order.source)
        else { return [try read(order.source)] }
        return try names.map { try read("\(order.source)/\($0)") }
    }

    /// Builds the program of a script.
    private func buildProgram(_ workplace: WorkingDirectory) throws {
        let file = File(
            path: order.source, bytes: try FileSystem.read(order.source, limit: 1 << 28).bytes)
        try checkKey(of: [BuildInputs.Source(bytes: file.bytes)])
        let text = String(decoding: file.bytes, as: UTF8.self)
        // The line with the interpreter may only be the first line.
        let source = text.hasPrefix("#!") ? "//\(text)" : text
        try FileSystem.write(Array(located(source, order.source).utf8), to: workplace.source(0))
        do {
            try ScriptCompiler(order, workplace).compile(imports: ScriptImports(of: text))
        } catch let problem as BuildError {
            throw BuildError(exit: problem.exit, text: authored(problem.text, workplace, [file]))
        }
        try FileSystem.setMode(0o700, of: workplace.library)
        try publish(workplace, warnings: "", mode: 0o700)
    }

    /// Checks that the bytes to be compiled are those from which the child computed the key.
    private func checkKey(of sources: [BuildInputs.Source]) throws {
        guard order.isTrial || order.key(of: sources) == order.key else {
            throw BuildError(exit: .sourceChanged, text: "\(order.source) has changed")
        }
    }

    /// Writes the compiler's input for sources with handlers.
    ///
    /// - Returns: The paths of the files.
    private func writeHandlers(
        _ files: [File], _ workplace: WorkingDirectory
    ) throws -> [String] {
        try checkKey(
            of: files.map { file in
                BuildInputs.Source(
                    name: file.path == order.source ? "" : FilePath.name(of: file.path),
                    bytes: file.bytes)
            })
        var written: [String] = []
        var sources: [HandlerSource] = []
        for (number, file) in files.enumerated() {
            let text = String(decoding: file.bytes, as: UTF8.self)
            sources.append(HandlerSource(path: file.path, text: text))
            written.append(workplace.source(number))
            try FileSystem.write(Array(located(text, file.path).utf8), to: workplace.source(number))
        }
        let registration = Registration(of: sources)
        try FileSystem.write(Array(registration.text.utf8), to: workplace.registration)
        return try written + [workplace.registration]
            + writeMainQueue(for: files.map(\.bytes), workplace)
    }

    /// Writes what is compiled with sources so that the main queue is refused.
    ///
    /// - Returns: The path of the file; empty where they have no use for it.
    private func writeMainQueue(
        for sources: [[UInt8]], _ workplace: WorkingDirectory
    ) throws -> [String] {
        guard let text = MainQueue.declarations(for: sources) else { return [] }
        try FileSystem.write(Array(text.utf8), to: workplace.mainQueue)
        return [workplace.mainQueue]
    }

    private func readPage(_ bytes: [UInt8]) -> PageFiles {
        PageFiles(path: order.source, bytes: bytes) {
            try? FileSystem.read($0, limit: 1 << 28).bytes
        }
    }

    /// Writes the compiler's input for a server page.
    private func write(page: PageFiles, _ workplace: WorkingDirectory) throws -> [String] {
        try checkKey(of: [BuildInputs.Source(bytes: page.keyBytes)])
        do {
            let translation = try PageTranslation(of: page)
            let source = Array(translation.source.utf8)
            try FileSystem.write(source, to: workplace.source(0))
            return try [workplace.source(0)] + writeMainQueue(for: [source], workplace)
        } catch let error as PageSyntaxError {
            throw BuildError(exit: .diagnostics, text: error.quoting(page))
        }
    }

    /// Returns the source for the compiler: a snapshot whose messages refer to the author's file.
    private func located(_ text: String, _ path: String) -> String {
        // A byte order mark is only allowed at the beginning.
        let text = text.first == "\u{FEFF}" ? String(text.dropFirst()) : text
        // A control character in a path is not allowed there.
        let printable = String(path.map { $0.isNewline || $0 < " " ? "?" : $0 })
        let literal = printable.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "#sourceLocation(file: \"\(literal)\", line: 1)\n\(text)\n"
    }

    // MARK: Imports

    /// Writes the interfaces of the modules that this one is compiled against.
    private func layOutImports(_ workplace: WorkingDirectory) throws {
        guard !order.closure.isEmpty else { return }
        let directory = WorkingDirectory.imports(in: workplace.directory)
        try FileSystem.makeDirectory(directory, mode: 0o700)
        for module in order.closure {
            let path = "\(order.cache)/modules/\(module.names.file)"
            guard let file = try? FileSystem.read(path, limit: 1 << 30).bytes,
                let stamp = try? Stamp(of: file), stamp.key == module.key
            else { throw BuildError(exit: .importMissing, text: "\(path) is not there") }
            try FileSystem.write(
                Array(stamp.interface(in: file)),
                to: "\(directory)/\(module.names.module).swiftmodule")
        }
    }

    // MARK: Messages

    /// Returns diagnostics with the author's names instead of generated ones.
    private func authored(
        _ text: String, _ workplace: WorkingDirectory, _ files: [File]
    ) -> String {
        var text = text
        for names in [order.names] + order.closure.map(\.names) {
            text = text.replacing(names.module, with: names.display)
        }
        for (number, file) in files.enumerated() {
            text = text.replacing(workplace.source(number), with: file.path)
        }
        return MissingModules.noted(
            in: text,
            searched: ModuleReader.directories(for: order.source, searchPath: order.searched))
    }

    // MARK: The result

    /// Stamps the library and renames it atomically to its final path.
    private func publish(
        _ workplace: WorkingDirectory, warnings: String, mode: UInt32 = 0o600
    ) throws {
        let library = try FileSystem.read(workplace.library, limit: 1 << 30).bytes
        // A page cannot be imported.
        let interface =
            order.isPage || order.isProgram
            ? []
            : try FileSystem.read(
                WorkingDirectory.interface(in: workplace.directory), limit: 1 << 30
            ).bytes
        let warnings = Array(warnings.utf8)
        let payload = library + interface + warnings
        let stamp = Stamp(
            buildID: order.buildID, compilerVersion: order.compilerVersion, key: order.key,
            module: order.names.module, sourcePath: order.source,
            imports: order.imports.map { _, module in
                Stamp.Import(key: module.key, sourcePath: module.path)
            }, payload: payload, interfaceSize: interface.count, warningsSize: warnings.count)
        try FileSystem.write(payload + stamp.bytes, to: workplace.stamped, mode: mode)
        try FileSystem.rename(workplace.stamped, to: "\(order.cache)/modules/\(order.names.file)")
    }
}

/// A separate directory for one build, inside the cache so that its result can be renamed into
/// place.
struct WorkingDirectory {
    let directory: String

    /// Returns the path of the compiler's input for one of the author's files.
    func source(_ number: Int) -> String {
        "\(directory)/source\(number == 0 ? "" : "-\(number + 1)").swift"
    }
    var registration: String { "\(directory)/registration.swift" }
    var mainQueue: String { "\(directory)/main-queue.swift" }
    var library: String { Self.library(in: directory) }
    var stamped: String { "\(directory)/stamped.so" }

    /// The path of the library that the compiler creates.
    static func library(in directory: String) -> String { "\(directory)/module.so" }

    /// The path of the interface that the compiler creates for importing modules.
    static func interface(in directory: String) -> String { "\(directory)/interface.swiftmodule" }

    /// The directory of the interfaces of imported modules.
    static func imports(in directory: String) -> String { "\(directory)/imports" }

    /// Creates the directory; removes the files of an earlier build that was killed.
    init(_ order: BuildArguments) throws {
        directory = "\(order.cache)/work/\(order.key.short)"
        FileSystem.removeTree(directory)
        try FileSystem.makeDirectory(directory, mode: 0o700)
    }

    func remove() { FileSystem.removeTree(directory) }
}
