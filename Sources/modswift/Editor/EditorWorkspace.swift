// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModuleArtifact
import ModuleGraph
import SystemCalls

/// A directory of handlers, as it is described to sourcekit-lsp.
///
///     .sourcekit-lsp/config.json      where the flags are, and those of files that are not listed
///     .modswift/compile_commands.json the flags of each file
///     .modswift/DIGEST/NAME.swiftmodule   the interface of an imported module, by its source
struct EditorWorkspace {
    let root: String
    let searchPath: [String]
    let directoryModules: [String]
    /// The directory of libModSwift and of the modules that handlers import.
    let library: String
    let compiler: String

    private var own: String { "\(root)/.modswift" }

    /// Writes all of these files.
    ///
    /// - Returns: Messages about modules that the compiler rejected.
    func write() throws -> [String] {
        let modules = try findModules()
        try? FileManager.default.removeItem(atPath: own)
        try FileSystem.makeDirectory(own, mode: 0o755)
        try FileSystem.makeDirectory("\(root)/.sourcekit-lsp", mode: 0o755)
        let failures = modules.failures + (try writeInterfaces(modules.nodes))
        try write(modules.nodes.flatMap(commands), to: "\(own)/compile_commands.json")
        try write(
            Configuration(fallbackBuildSystem: .init(swiftCompilerFlags: commonFlags)),
            to: "\(root)/.sourcekit-lsp/config.json")
        return failures
    }

    // MARK: Modules

    /// Returns the modules of the directory, each with its imports.
    private func findModules() throws -> (nodes: [ModuleNode], failures: [String]) {
        let files = try sources(in: root)
        var failures: [String] = []
        func node(_ path: String) -> ModuleNode? {
            do throws(ModuleReadError) {
                return try read(path)
            } catch {
                switch error {
                case .refused(let diagnostics): failures.append(diagnostics)
                case .notSwift(let path, let reason): failures.append("\(path) \(reason)")
                case .unreadable(let error): failures.append("\(error)")
                // It has been removed since it was found.
                case .missing: break
                }
                return nil
            }
        }
        let nodes = files.compactMap(node)
        // A directory that is imported by its name is a module; its files are not modules then.
        let imported = nodes.flatMap(\.closure).map(\.path).filter { !$0.hasSuffix(".swift") }
        let directories = Set(imported + directoryModules)
        let single = nodes.filter { !directories.contains(FilePath.parent(of: $0.path)) }
        let inside = directories.filter { $0.hasPrefix("\(root)/") }.sorted()
        return (single + inside.compactMap(node), failures)
    }

    private func read(_ path: String) throws(ModuleReadError) -> ModuleNode {
        var reader = ModuleReader(
            common: BuildInputs(
                sourcePath: "", sources: [], namespace: "", optimize: false, buildID: "",
                compilerVersion: "", libraryDirectory: ""), searchPath: searchPath)
        return try reader.read(path).module
    }

    /// The maximum number of files and depth of directories; beyond that they are not handlers.
    private static let limits = (files: 10_000, depth: 20)

    private func sources(in directory: String, depth: Int = 0) throws -> [String] {
        guard depth < Self.limits.depth else { return [] }
        var found: [String] = []
        for name in try FileSystem.names(in: directory).sorted() where !name.hasPrefix(".") {
            let path = "\(directory)/\(name)"
            guard let info = try? FileSystem.info(of: path) else { continue }
            switch info.kind {
            case .file where name.hasSuffix(".swift"): found.append(path)
            case .directory: found += try sources(in: path, depth: depth + 1)
            default: break
            }
            guard found.count <= Self.limits.files else {
                throw Trouble(
                    "\(root) has more than \(Self.limits.files) Swift files: name a directory of "
                        + "handlers.")
            }
        }
        return found
    }

    // MARK: Interfaces

    /// Returns the directory for the interface of an imported module: it depends on the source, so
    /// that two modules may have the same name.
    private func folder(of module: ModuleNode) -> String {
        "\(own)/\(digest(of: Array(module.path.utf8)).prefix(12))"
    }

    private func writeInterfaces(_ modules: [ModuleNode]) throws -> [String] {
        var failures: [String] = []
        var known: Set<String> = []
        for module in modules.flatMap(\.closure) where known.insert(module.path).inserted {
            try FileSystem.makeDirectory(folder(of: module), mode: 0o755)
            let flags = [
                "-emit-module", "-o",
                "\(folder(of: module))/\(module.names.identifier).swiftmodule",
                "-diagnostic-style", "llvm",
                // Function bodies are not needed.
                "-Xfrontend", "-experimental-skip-all-function-bodies",
            ]
            let process = ChildProcess(
                path: compiler, arguments: self.flags(of: module) + flags + files(of: module),
                environment: [
                    "PATH=\(FilePath.parent(of: compiler)):/usr/bin:/bin", "HOME=\(own)",
                ],
                directory: root, group: .inherited)
            let (end, output) = try process.run(until: nil, outputLimit: 256 << 10)
            guard end != .exited(0) else { continue }
            failures.append("\(module.path):\n\(String(decoding: output, as: UTF8.self))")
        }
        return failures
    }

    // MARK: Flags

    private var commonFlags: [String] {
        // With -I, jumping to a definition would not work.
        ["-Isystem", "\(library)/modules", "-swift-version", "6", "-parse-as-library"]
    }

    private func flags(of module: ModuleNode) -> [String] {
        ["-module-name", module.names.identifier, "-package-name", ModuleNames.package]
            + commonFlags + module.closure.flatMap { ["-Isystem", folder(of: $0)] }
    }

    private func files(of module: ModuleNode) -> [String] {
        guard case .directory(let names)? = ModuleLookup.module(at: module.path) else {
            return [module.path]
        }
        return names.map { "\(module.path)/\($0)" }
    }

    private func commands(of module: ModuleNode) -> [CompileCommand] {
        let files = files(of: module)
        let arguments = [compiler] + flags(of: module) + files
        return files.map { CompileCommand(directory: root, file: $0, arguments: arguments) }
    }

    // MARK: Files

    private struct CompileCommand: Encodable {
        let directory: String
        let file: String
        let arguments: [String]
    }

    private struct Configuration: Encodable {
        struct CompilationDatabase: Encodable { let searchPaths = [".modswift"] }
        struct FallbackBuildSystem: Encodable { let swiftCompilerFlags: [String] }

        let compilationDatabase = CompilationDatabase()
        let fallbackBuildSystem: FallbackBuildSystem
    }

    private func write(_ value: some Encodable, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .withoutEscapingSlashes, .sortedKeys]
        try FileSystem.write(Array(encoder.encode(value)) + [10], to: path, mode: 0o644)
    }
}
