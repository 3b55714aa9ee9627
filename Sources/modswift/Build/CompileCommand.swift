// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CompilerDiagnostics
import Foundation
import ImportScanning
import ModuleArtifact
import ModuleCache
import ModuleGraph
import PageParsing
import SystemCalls

/// `modswift compile`.
struct CompileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compile",
        abstract: "Compiles sources and shows what is wrong with them; for editors and CI.",
        discussion: """
            Exactly as the server would: handlers in Swift 6 mode, pages translated first, scripts for \
            mod_swift::cgi as programs. What a source is, is seen from it: a name that ends in .psp is \
            a page, a source that imports ModSwift has handlers, and so has a directory; another one is a \
            script. Modules that it imports are compiled first. Nothing is kept, and no httpd is needed.

            EXAMPLES:
              modswift compile hello.swift
              modswift compile --json shop/*.psp
            """)

    @Argument(
        help: ArgumentHelp("The sources, or directories of sources.", valueName: "file"),
        completion: .file())
    var files: [String]

    @Option(
        help: ArgumentHelp(
            "A directory that imported modules are looked for in, as SwiftPath has it.",
            valueName: "directory"), completion: .directory)
    var path: [String] = []

    @Flag(help: "Print what was found as JSON.")
    var json = false

    func run() throws {
        let trial = try TrialBuild(searchPath: path.map { FilePath.real($0) ?? $0 })
        defer { trial.close() }
        var reports: [CompileReport] = []
        for file in files {
            let report = try trial.compile(file)
            reports.append(report)
            if !json { Console.say(report.text) }
        }
        if json { try Console.say(json: reports) }
        guard reports.allSatisfy(\.compiles) else { throw ExitCode(1) }
    }
}

/// The result for a source.
struct CompileReport: Encodable {
    struct Message: Encodable {
        let severity: String
        let message: String
        let file: String?
        let line: Int?
        let column: Int?
    }

    let source: String
    let compiles: Bool
    let milliseconds: Int
    let diagnostics: [Message]
    private let output: String

    private enum CodingKeys: CodingKey { case source, compiles, milliseconds, diagnostics }

    init(source: String, compiles: Bool, milliseconds: Int, output: String) {
        self.source = source
        self.compiles = compiles
        self.milliseconds = milliseconds
        self.output = output
        diagnostics = Diagnostic.all(in: output).map {
            Message(
                severity: $0.severity.rawValue, message: $0.message, file: $0.file, line: $0.line,
                column: $0.column)
        }
    }

    var text: String {
        let listing = DiagnosticListing(output: output).text
        let result =
            compiles
            ? "\(source): \(Console.painted("compiles", .green)) (\(Console.seconds(milliseconds)))"
            : "\(source): \(Console.painted("does not compile", .red))"
        return listing.isEmpty ? result : "\(listing)\n\(result)"
    }
}

/// Builds whose results are not kept, in a cache of this user with the compiler's own modules.
struct TrialBuild {
    private let cache: CacheDirectory
    private let library: String
    private let searchPath: [String]

    /// - Throws: ``Trouble``, ``SystemError``.
    init(searchPath: [String]) throws {
        self.searchPath = searchPath
        library = try Installation.find().library
        guard FileSystem.isRegularFile(Version.compiler) else {
            throw Trouble(
                "There is no Swift compiler at \(Version.compiler). Install Swift \(Version.swift)."
            )
        }
        let path = "\(try ServerAccount.userCaches())/mod_swift-compile"
        try FileSystem.makeDirectory(path, mode: 0o700)
        cache = CacheDirectory(path)
        _ = try cache.open(owner: ProcessUser.current)
    }

    /// Compiles a source, after its imports.
    ///
    /// - Throws: ``Trouble`` if the failure is not caused by the source.
    func compile(_ file: String) throws -> CompileReport {
        guard let path = FilePath.real(file) else { throw Trouble("\(file) cannot be read.") }
        let start = MonotonicTime.now
        func report(_ compiles: Bool, _ output: String) -> CompileReport {
            CompileReport(
                source: path, compiles: compiles,
                milliseconds: (MonotonicTime.now.nanoseconds - start.nanoseconds) / 1_000_000,
                output: output)
        }
        let kind = try SourceKind(path)
        let module: ModuleNode
        do {
            module = try node(path, kind)
        } catch .refused(let diagnostics) {
            return report(false, diagnostics)
        } catch .notSwift(let path, let reason) {
            return report(false, "error: \(path) \(reason)")
        } catch .unreadable(let error) {
            throw Trouble("\(error)")
        } catch .missing {
            throw Trouble("\(file) has no Swift source.")
        }
        for part in module.closure + [module] {
            let (end, output) = try build(part, part === module ? kind : .module)
            switch end {
            case .exited(BuilderExit.built.rawValue): continue
            case .exited(BuilderExit.diagnostics.rawValue): return report(false, output)
            default: throw Trouble("The builder failed (\(end)):\n\(output)")
            }
        }
        return report(true, warnings(of: module))
    }

    private func node(_ path: String, _ kind: SourceKind) throws(ModuleReadError) -> ModuleNode {
        var reader = ModuleReader(
            common: BuildInputs(
                sourcePath: path, sources: [], namespace: "main_interpreter", optimize: true,
                buildID: FilePath.name(of: library), compilerVersion: Version.swift,
                libraryDirectory: library),
            searchPath: searchPath)
        guard kind != .module else { return try reader.read(path).module }
        guard let bytes = try? FileSystem.read(path, limit: ModuleReader.fileLimit).bytes else {
            throw .missing
        }
        guard kind == .page else {
            return try reader.module(
                ModuleReader.File(path: path, bytes: bytes, imports: []), keyBytes: bytes)
        }
        let files = PageFiles(path: path, bytes: bytes) {
            try? FileSystem.read($0, limit: ModuleReader.fileLimit).bytes
        }
        let source = (try? PageTranslation(of: files))?.source ?? ""
        return try reader.module(
            ModuleReader.File(
                path: path, bytes: bytes, imports: ImportDeclaration.all(in: Array(source.utf8))),
            keyBytes: files.keyBytes)
    }

    private func build(
        _ module: ModuleNode, _ kind: SourceKind
    ) throws -> (end: ProcessEnd, output: String) {
        func argument(_ module: ModuleNode) -> String { "\(module.key.hexadecimal)=\(module.path)" }
        let bin = FilePath.parent(of: FilePath.real(Version.compiler) ?? Version.compiler)
        let (end, output) = try ChildProcess(
            path: "\(library)/mod_swift_build",
            arguments: [
                "source=\(module.path)", "key=\(module.key.hexadecimal)", "trial=true",
                "namespace=main_interpreter", "optimize=true", "page=\(kind == .page)",
                "program=\(kind == .script)", "build-id=\(FilePath.name(of: library))",
                "compiler-version=\(Version.swift)", "compiler=\(Version.compiler)",
                "library=\(library)", "cache=\(cache.path)",
            ] + module.imports.map { "import=\($0.name)=\(argument($0.module))" }
                + module.closure.map { "closure=\(argument($0))" }
                + searchPath.map { "searched=\($0)" },
            environment: [
                "PATH=\(bin):/usr/bin:/bin", "LANG=C.UTF-8", "HOME=\(cache.work)",
                "TMPDIR=\(cache.work)",
                "LD_LIBRARY_PATH=\(FilePath.parent(of: bin))/lib/swift/host",
            ], directory: cache.work, group: .own, reportsExit: true
        ).run(
            until: MonotonicTime.now.advanced(bySeconds: 300), outputLimit: 256 << 10, grace: 1)
        return (end, String(decoding: output, as: UTF8.self))
    }

    /// Returns the compiler's warnings.
    private func warnings(of module: ModuleNode) -> String {
        let path = "\(cache.modules)/\(module.names.file)"
        guard let file = try? FileSystem.read(path, limit: 1 << 30).bytes,
            let stamp = try? Stamp(of: file)
        else { return "" }
        return stamp.warnings(in: file)
    }

    /// Removes the results.
    func close() {
        for name in (try? FileSystem.names(in: cache.modules)) ?? [] {
            FileSystem.remove("\(cache.modules)/\(name)")
        }
    }
}

/// The kind of a source, as far as it can be determined without a configuration.
enum SourceKind {
    case module, page, script

    /// - Throws: ``Trouble`` if it cannot be read.
    init(_ path: String) throws {
        if path.hasSuffix(".psp") {
            self = .page
            return
        }
        guard !FileSystem.isDirectory(path) else {
            self = .module
            return
        }
        guard let bytes = try? FileSystem.read(path, limit: ModuleReader.fileLimit).bytes else {
            throw Trouble("\(path) cannot be read.")
        }
        let imports = ImportDeclaration.all(in: bytes)
        self = imports.contains { $0.module.hasPrefix("ModSwift") } ? .module : .script
    }
}
