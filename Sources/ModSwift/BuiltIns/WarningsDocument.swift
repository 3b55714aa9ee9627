// SPDX-License-Identifier: Apache-2.0

internal import CompilerDiagnostics
internal import SystemCalls

/// The compiler's warnings about the modules of this process, with the source lines concerned: for
/// developers, where SwiftDebug is on.
enum WarningsDocument {
    static var html: String {
        let libraries = LoadedLibraries.all.filter { !$0.warnings.isEmpty }
        return HTMLDocument(
            title: "Compiler warnings",
            body: """
                <h1>Compiler warnings</h1>
                <p>Of the modules that this process has loaded, in all of their versions.</p>
                \(libraries.isEmpty ? "<p>None.</p>" : libraries.map(section).joined(separator: "\n"))
                """
        ).html
    }

    private static func section(_ library: LoadedLibrary) -> String {
        let diagnostics = Diagnostic.all(in: library.warnings)
        var sources: [String: String] = [:]
        for file in Set(diagnostics.compactMap(\.file)) {
            sources[file] = (try? FileSystem.read(file, limit: ModuleSource.limit)).map {
                String(decoding: $0.bytes, as: UTF8.self)
            }
        }
        return "<h2>\(escaped(library.module.path)), \(library.module.key.short)</h2>\n"
            + diagnostics.map { $0.html(sources) }.joined(separator: "\n")
    }
}
