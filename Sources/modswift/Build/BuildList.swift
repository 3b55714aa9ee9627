// SPDX-License-Identifier: Apache-2.0

import ModuleArtifact
import SystemCalls

/// The modules that a configuration names, as httpd's configuration check lists them (`httpd -t -D
/// DUMP_SWIFT_MODULES`).
struct BuildList {
    /// One module.
    struct Module {
        let source: String
        /// Its file name in the cache.
        let file: String
        let key: ModuleKey
        /// The arguments of the builder.
        let arguments: [String]

        /// The keys of its imports, which are compiled first.
        var imports: Set<String> {
            Set(
                arguments.compactMap { argument in
                    argument.hasPrefix("closure=")
                        ? String(argument.dropFirst("closure=".count).prefix { $0 != "=" }) : nil
                })
        }
    }

    /// The build of mod_swift that httpd loads.
    let buildID: String
    let compiler: String
    let compilerVersion: String
    /// The value of SwiftCacheDir.
    let cache: String
    /// The user of the server's children.
    let owner: (user: UInt32, group: UInt32)?
    /// The value of SwiftBuildTimeout, in seconds.
    let timeout: Double
    /// The path of the builder program.
    let builder: String
    /// Messages about modules that cannot be compiled.
    var problems: [String]
    var modules: [Module]

    /// Makes httpd read the configuration, and parses its list.
    ///
    /// - Throws: ``Trouble`` with httpd's own message.
    init(_ call: HTTPDCall) throws {
        var call = call
        call.definitions.append("DUMP_SWIFT_MODULES")
        let text = try call.run(["-t"], "httpd refuses the configuration \(call.configuration)")
        let lines = text.split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        func all(_ name: String) -> [[String]] {
            lines.filter { $0.first == name && $0.count > 1 }.map { Array($0.dropFirst()) }
        }
        guard all("mod_swift-plan").first == ["1"], lines.contains(["end"]),
            let buildID = all("build").first?.first, let compiler = all("compiler").first?.first,
            let version = all("compiler-version").first?.first,
            let cache = all("cache").first?.first, let builder = all("builder").first?.first
        else {
            throw Trouble(
                "httpd with the configuration \(call.configuration) lists no modules: it loads no "
                    + "mod_swift, or one of another version.\n\(text)")
        }
        self.buildID = buildID
        self.compiler = compiler
        self.cache = cache
        self.builder = builder
        compilerVersion = version
        owner = all("owner").first.flatMap { words in
            guard words.count == 2, let user = UInt32(words[0]), let group = UInt32(words[1])
            else { return nil }
            return (user, group)
        }
        timeout = all("timeout").first?.first.flatMap(Double.init) ?? 60
        problems = all("problem").map { $0.joined(separator: " ") }
        modules = all("module").compactMap { words in
            guard words.count > 3, let key = ModuleKey(hexadecimal: words[2]) else { return nil }
            return Module(
                source: words[0], file: words[1], key: key, arguments: Array(words.dropFirst(3)))
        }
    }

    /// Removes modules that are not below a directory.
    mutating func keep(below directory: String) {
        let roots = Set([directory, FilePath.real(directory) ?? directory])
        let kept = modules.filter { module in
            let real = FilePath.real(module.source) ?? module.source
            return roots.contains { module.source.hasPrefix("\($0)/") || real.hasPrefix("\($0)/") }
        }
        let keys = kept.reduce(into: Set(kept.map(\.key.hexadecimal))) {
            $0.formUnion($1.imports)
        }
        modules.removeAll { !keys.contains($0.key.hexadecimal) }
        problems.removeAll { problem in !roots.contains { problem.contains("\($0)/") } }
    }
}
