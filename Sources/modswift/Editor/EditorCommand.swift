// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import ModuleGraph
import SystemCalls

/// `modswift editor`.
struct EditorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "editor",
        abstract: "Has editors complete and check the handlers of a directory.",
        discussion: """
            Writes what sourcekit-lsp needs, which VS Code and other editors use for Swift: \
            .sourcekit-lsp/config.json, and .modswift with the flags of each file and the interfaces of \
            the modules that others import. Open the directory itself in the editor. Run it again after an \
            import was added, or after what a module shares was changed.

            Each Swift file is a module. A directory is one when a module imports it by its name, or \
            when --module names it.

            EXAMPLES:
              modswift editor guestbook
              modswift editor guestbook --path guestbook/lib --module app
            """)

    @Argument(
        help: ArgumentHelp(
            "The directory of handlers; the current one by default.", valueName: "directory"))
    var directory = "."

    @Option(
        name: .customLong("path"),
        help: ArgumentHelp("A directory of SwiftPath; may be repeated.", valueName: "directory"))
    var searchPath: [String] = []

    @Option(
        name: .customLong("module"),
        help: ArgumentHelp(
            "A directory below it whose files are one module; may be repeated.",
            valueName: "directory"))
    var modules: [String] = []

    @Option(
        help: ArgumentHelp(
            "The compiler; by default the one that mod_swift was built with.", valueName: "path"))
    var compiler: String?

    func run() throws {
        guard let root = FilePath.real(directory), FileSystem.isDirectory(root) else {
            throw Trouble("\(directory) is not a directory.")
        }
        let workspace = EditorWorkspace(
            root: root, searchPath: try searchPath.map(real),
            directoryModules: try modules.map {
                try real($0.hasPrefix("/") ? $0 : "\(root)/\($0)")
            },
            library: try Installation.find().library, compiler: compiler ?? Version.compiler)
        let failures = try workspace.write()
        print(
            "\(root)/.sourcekit-lsp and \(root)/.modswift are written: open \(root) in the editor.")
        for failure in failures { print("\n\(failure)") }
        guard failures.isEmpty else { throw ExitCode(1) }
    }

    private func real(_ path: String) throws -> String {
        guard let real = FilePath.real(path), FileSystem.isDirectory(real) else {
            throw Trouble("\(path) is not a directory.")
        }
        return real
    }
}
