// SPDX-License-Identifier: Apache-2.0

import CompilerJobs
import ModuleArtifact
import SystemCalls

/// Compiles a script with top-level code to a program.
///
/// A process starts with each request: linked statically, it starts four times as fast. With
/// Foundation that would be 70 MB, so a script that imports it uses the shared runtime libraries.
struct ScriptCompiler {
    private let order: BuildArguments
    private let processes: CompilerProcess
    private let workplace: WorkingDirectory

    init(_ order: BuildArguments, _ workplace: WorkingDirectory) {
        self.order = order
        self.workplace = workplace
        processes = CompilerProcess(order: order, workplace: workplace)
    }

    /// Compiles and links the program.
    ///
    /// - Throws: ``BuildError`` with the diagnostics.
    func compile(imports: ScriptImports) throws {
        if !imports.hasFoundation {
            let (end, output) = try run(Self.statically)
            if end == .exited(0) { return }
            if end == .exited(1), output.contains(": error: ") { throw problem(output) }
            // A library that is available only as a shared library, or no static runtime.
        }
        let (end, output) = try run(dynamically)
        switch end {
        case .exited(0): return
        case .exited(1): throw problem(output)
        default:
            throw BuildError(exit: .failed, text: "\(order.compiler): \(end)\n\(output)")
        }
    }

    private static let statically = ["-static-executable", "-Xlinker", "--gc-sections"]

    private var dynamically: [String] {
        ["-no-toolchain-stdlib-rpath", "-Xlinker", "-rpath=\(order.library)"]
            + DriverCall.regularExpressions
    }

    private func run(_ linking: [String]) throws -> (end: ProcessEnd, output: String) {
        try processes.run(
            [
                // The language mode that swiftc uses for a script by default: one thread, and
                // stderr.
                order.compiler, "-swift-version", "5", order.optimize ? "-O" : "-Onone",
                "-g", "-dwarf-version=4", "-whole-module-optimization",
                "-module-name", order.names.module,
                "-emit-executable", "-o", workplace.library,
                "-module-cache-path", "\(order.cache)/clang",
                "-diagnostic-style", "llvm", "-no-color-diagnostics", "-use-ld=lld",
            ] + linking + [workplace.source(0)])
    }

    private func problem(_ text: String) -> BuildError {
        BuildError(
            exit: SystemError.tellsOfLackOfSpace(text) ? .noSpace : .diagnostics, text: text)
    }
}

/// The imports of a script, as far as they affect the build.
struct ScriptImports {
    let hasFoundation: Bool

    init(of source: String) {
        hasFoundation = source.split(whereSeparator: \.isNewline).contains { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let place = words.firstIndex(of: "import"), place + 1 < words.count else {
                return false
            }
            return words[(place + 1)...].contains { $0.hasPrefix("Foundation") }
        }
    }
}
