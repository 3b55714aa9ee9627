// SPDX-License-Identifier: Apache-2.0

import ModuleArtifact
import SystemCalls

/// One call of swiftc.
struct Compiler {
    private let order: BuildArguments
    private let workplace: WorkingDirectory

    init(_ order: BuildArguments, _ workplace: WorkingDirectory) {
        self.order = order
        self.workplace = workplace
    }

    /// Compiles and links the module.
    ///
    /// - Throws: ``BuildError`` with the diagnostics, in the author's names.
    func compile() throws {
        let process = ChildProcess(
            path: order.compiler, arguments: try arguments, environment: environment,
            directory: workplace.temporary, group: .inherited)
        // Standard input is the child of httpd that waits: when it ends, so does the build.
        let (end, output) = try process.run(
            until: nil, outputLimit: 256 << 10, watching: BuildLifeline.descriptor)
        let text = authored(String(decoding: output, as: UTF8.self))
        // A full disk ends it in many ways, some of which look like a mistake in the source.
        if end != .exited(0), end != .abandoned, SystemError.tellsOfLackOfSpace(text) {
            throw BuildError(exit: .noSpace, text: text)
        }
        switch end {
        case .exited(0): return
        case .exited(1): throw problem(text)
        case .exited(let code): throw trouble("it ended with \(code)", text)
        case .signalled(let signal): throw trouble("it was ended by signal \(signal)", text)
        case .timedOut, .abandoned: BuildLifeline.endGroup()
        }
    }

    private func problem(_ text: String) -> BuildError {
        // A compiler of another version cannot read our module, whatever the source says.
        if text.contains("compiled with Swift") || text.contains("no such module 'ModSwift'") {
            return trouble(
                "it must be Swift \(order.compilerVersion), which mod_swift was built with", text)
        }
        return BuildError(exit: .diagnostics, text: text)
    }

    private func trouble(_ reason: String, _ text: String) -> BuildError {
        BuildError(exit: .trouble, text: "\(order.compiler): \(reason)\n\(text)")
    }

    private var arguments: [String] {
        get throws { try options + libraries + [workplace.source, workplace.registration] }
    }

    private var options: [String] {
        [
            "-swift-version", "6", order.optimize ? "-O" : "-Onone",
            // The symbolizer (DebugSymbols) reads this version of DWARF.
            "-g", "-dwarf-version=4",
            "-whole-module-optimization", "-parse-as-library",
            "-module-name", order.names.module,
            "-emit-library", "-o", workplace.library,
            "-I", "\(order.library)/modules", "-L", order.library,
            "-module-cache-path", "\(order.cache)/clang",
            "-diagnostic-style", "llvm", "-no-color-diagnostics",
            "-use-ld=lld", "-no-toolchain-stdlib-rpath",
            "-Xlinker", "-rpath=\(order.library)", "-Xlinker", "-soname=\(order.names.file)",
            "-Xlinker", "-z", "-Xlinker", "nodelete",
        ] + Self.regularExpressions
    }

    /// Every module would be linked to these, used or not: 0.4 MB of each process of httpd's.
    private static let regularExpressions = ["swift_StringProcessing", "swift_RegexParser"].flatMap
    {
        [
            "-Xfrontend", "-disable-autolink-library", "-Xfrontend", $0,
            "-Xlinker", "--as-needed", "-Xlinker", "-l\($0)",
        ]
    }

    /// The library of each module that may be imported; the linker takes those that are used.
    private var libraries: [String] {
        get throws {
            let modules = try FileSystem.names(in: "\(order.library)/modules")
            let names = modules.compactMap { $0.split(separator: ".").first }
            return ["-Xlinker", "--as-needed"]
                + names.flatMap { ["-Xlinker", "-l:lib\($0).so.1"] }
        }
    }

    private var environment: [String] {
        [
            "PATH=\(FilePath.parent(of: order.compiler)):/usr/bin:/bin", "LANG=C.UTF-8",
            "HOME=\(workplace.temporary)", "TMPDIR=\(workplace.temporary)",
        ]
    }

    /// Diagnostics with the author's names in place of those that are only ours.
    private func authored(_ text: String) -> String {
        text.replacing(order.names.module, with: order.names.display)
            .replacing(workplace.source, with: order.source)
    }
}
