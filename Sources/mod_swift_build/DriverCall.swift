// SPDX-License-Identifier: Apache-2.0

import CompilerJobs
import ModuleArtifact
import SystemCalls

/// A call of swiftc.
struct DriverCall {
    let order: BuildArguments

    /// Returns the arguments for a module.
    func arguments(_ values: JobValues) throws -> [String] {
        try options(values) + libraries
            + values.linkedOptions.flatMap { ["-Xlinker", $0] } + values.aliasOptions
            + values.sources
    }

    private func options(_ values: JobValues) -> [String] {
        [
            "-swift-version", "6", order.optimize ? "-O" : "-Onone",
            // The symbolizer (DebugSymbols) reads this version of DWARF.
            "-g", "-dwarf-version=4",
            "-whole-module-optimization", "-parse-as-library",
            "-module-name", values.module,
            "-emit-library", "-o", WorkingDirectory.library(in: values.work),
            // Declarations that modules share and the publisher does not publish are `package`.
            "-package-name", ModuleNames.package,
            "-emit-module", "-emit-module-path", WorkingDirectory.interface(in: values.work),
            "-I", "\(order.library)/modules", "-I", WorkingDirectory.imports(in: values.work),
            "-L", order.library,
            "-module-cache-path", "\(values.cache)/clang",
            "-diagnostic-style", "llvm", "-no-color-diagnostics",
            "-use-ld=lld", "-no-toolchain-stdlib-rpath",
            "-Xlinker", "-rpath=\(order.library)", "-Xlinker", "-soname=\(values.file)",
            "-Xlinker", "-z", "-Xlinker", "nodelete",
            // Records where errors are created: see throw_record.c. Merged ends of branches would
            // have no line.
            "-Xlinker", "--wrap=swift_allocError", "-Xllvm", "-enable-tail-merge=0",
        ] + Self.wrappedFunctions.flatMap { ["-Xlinker", "--wrap=\($0)"] }
            + Self.regularExpressions
    }

    /// Functions that would end the process, a thread of httpd's, or the containment of traps: see
    /// author_calls.c.
    static let wrappedFunctions = [
        "exit", "quick_exit", "pthread_exit", "pthread_sigmask", "sigprocmask", "sigaction",
        "signal",
    ]

    /// Otherwise every module would be linked to these, used or not: 0.4 MB in each process of
    /// httpd.
    static let regularExpressions = ["swift_StringProcessing", "swift_RegexParser"].flatMap {
        [
            "-Xfrontend", "-disable-autolink-library", "-Xfrontend", $0,
            "-Xlinker", "--as-needed", "-Xlinker", "-l\($0)",
        ]
    }

    /// The libraries of the modules that may be imported; the linker uses only those that are
    /// needed.
    private var libraries: [String] {
        get throws {
            let modules = try FileSystem.names(in: "\(order.library)/modules")
            let names = modules.compactMap { $0.split(separator: ".").first }
            return ["-Xlinker", "--as-needed"]
                + names.flatMap { ["-Xlinker", "-l:lib\($0).so.1"] }
        }
    }
}
