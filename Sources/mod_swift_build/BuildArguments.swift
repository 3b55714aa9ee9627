// SPDX-License-Identifier: Apache-2.0

import ModuleArtifact

/// The arguments of a build, in the form `name=value`.
struct BuildArguments {
    /// The source: a file, or a directory of source files.
    let source: String
    let key: ModuleKey
    /// The modules that it imports, by the names that it uses for them.
    let imports: [(name: String, module: CompiledImport)]
    /// These imports and everything that they import, each after its own imports.
    let closure: [CompiledImport]
    /// The directories that were searched for modules, after the directory of the source.
    let searched: [String]
    let namespace: String
    let optimize: Bool
    /// Whether the source is a server page.
    let isPage: Bool
    /// Whether the source is a CGI script, which is compiled to a program.
    let isProgram: Bool
    /// Whether the key only names the build, whose result is never loaded.
    let isTrial: Bool
    let buildID: String
    let compilerVersion: String
    /// Path of swiftc.
    let compiler: String
    /// The directory with libModSwift, its module and the Swift runtime.
    let library: String
    /// The directory of compiled modules.
    let cache: String
    let way: Way

    /// A module in the cache, against which this one is compiled.
    struct CompiledImport {
        let key: ModuleKey
        /// The path of its source.
        let path: String
        let names: ModuleNames

        /// Parses "KEY=PATH".
        init?(_ text: Substring) {
            guard let sign = text.firstIndex(of: "="),
                let key = ModuleKey(hexadecimal: String(text[..<sign]))
            else { return nil }
            self.key = key
            path = String(text[text.index(after: sign)...])
            names = ModuleNames(sourcePath: path, key: key)
        }
    }

    /// The program that runs the compiler and the linker.
    enum Way: String {
        /// The builder, in place of the driver.
        case direct
        /// swiftc: for comparison with the direct way.
        case driver
    }

    /// Parses the arguments.
    ///
    /// - Throws: ``BuildError`` that names a missing argument.
    init(arguments: [String]) throws {
        var values: [Substring: String] = [:]
        var lists: [Substring: [Substring]] = [:]
        for argument in arguments {
            guard let sign = argument.firstIndex(of: "=") else {
                throw BuildError(exit: .usage, text: Self.usage)
            }
            let value = argument[argument.index(after: sign)...]
            values[argument[..<sign]] = String(value)
            lists[argument[..<sign], default: []].append(value)
        }
        func value(_ name: Substring) throws -> String {
            guard let value = values[name] else {
                throw BuildError(exit: .usage, text: "\(name)= is missing\n\(Self.usage)")
            }
            return value
        }
        source = try value("source")
        guard let key = ModuleKey(hexadecimal: try value("key")) else {
            throw BuildError(exit: .usage, text: "key= takes 64 hexadecimal digits")
        }
        self.key = key
        imports = try (lists["import"] ?? []).map { text in
            guard let sign = text.firstIndex(of: "="),
                let module = CompiledImport(text[text.index(after: sign)...])
            else { throw BuildError(exit: .usage, text: "import= takes NAME=KEY=PATH") }
            return (String(text[..<sign]), module)
        }
        closure = try (lists["closure"] ?? []).map { text in
            guard let module = CompiledImport(text) else {
                throw BuildError(exit: .usage, text: "closure= takes KEY=PATH")
            }
            return module
        }
        searched = (lists["searched"] ?? []).map(String.init)
        namespace = try value("namespace")
        optimize = try value("optimize") == "true"
        isPage = values["page"] == "true"
        isProgram = values["program"] == "true"
        isTrial = values["trial"] == "true"
        buildID = try value("build-id")
        compilerVersion = try value("compiler-version")
        compiler = try value("compiler")
        library = try value("library")
        cache = try value("cache")
        guard let way = Way(rawValue: values["way"] ?? Way.direct.rawValue) else {
            throw BuildError(exit: .usage, text: "way= takes direct or driver")
        }
        self.way = way
    }

    private static let usage = """
        usage: mod_swift_build source=PATH key=HEX [import=NAME=HEX=PATH]… [closure=HEX=PATH]… \
        [searched=DIRECTORY]… namespace=NAME optimize=true|false page=true|false program=true|false \
        build-id=HEX compiler-version=X.Y.Z compiler=PATH library=DIRECTORY cache=DIRECTORY \
        [way=direct|driver] [trial=true]
        mod_swift runs this program itself; it is of no use by hand.
        """

    /// The names of the module.
    var names: ModuleNames { ModuleNames(sourcePath: source, key: key) }

    /// Computes the key from the actual bytes of the sources.
    func key(of sources: [BuildInputs.Source]) -> ModuleKey {
        ModuleKey(
            BuildInputs(
                sourcePath: source, sources: sources,
                imports: imports.map { .init(name: $0.name, key: $0.module.key) },
                namespace: namespace, optimize: optimize, buildID: buildID,
                compilerVersion: compilerVersion, libraryDirectory: library))
    }
}
