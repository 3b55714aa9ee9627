// SPDX-License-Identifier: Apache-2.0

import ModuleArtifact

/// What is to be built, as `name=value` arguments say it.
struct BuildArguments {
    let source: String
    let key: ModuleKey
    let namespace: String
    let optimize: Bool
    /// Whether the source is a server page.
    let isPage: Bool
    let buildID: String
    let compilerVersion: String
    /// Path of swiftc.
    let compiler: String
    /// The directory with libModSwift, its module and the Swift runtime.
    let library: String
    /// The directory of compiled modules.
    let cache: String
    let way: Way

    /// Who runs the compiler and the linker.
    enum Way: String {
        /// The builder, as the driver would.
        case direct
        /// swiftc: what the other way is compared with.
        case driver
    }

    /// Reads the arguments.
    ///
    /// - Throws: ``BuildError`` that names what is missing.
    init(arguments: [String]) throws {
        var values: [Substring: String] = [:]
        for argument in arguments {
            guard let sign = argument.firstIndex(of: "=") else {
                throw BuildError(exit: .usage, text: Self.usage)
            }
            values[argument[..<sign]] = String(argument[argument.index(after: sign)...])
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
        namespace = try value("namespace")
        optimize = try value("optimize") == "true"
        isPage = values["page"] == "true"
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
        usage: mod_swift_build source=FILE key=HEX namespace=NAME optimize=true|false page=true|false \
        build-id=HEX compiler-version=X.Y.Z compiler=PATH library=DIRECTORY cache=DIRECTORY \
        [way=direct|driver]
        mod_swift runs this program itself; it is of no use by hand.
        """

    /// The names the module goes by.
    var names: ModuleNames { ModuleNames(sourcePath: source, key: key) }

    /// The key that the bytes of the source really have.
    func key(of bytes: [UInt8]) -> ModuleKey {
        ModuleKey(
            BuildInputs(
                sourcePath: source, source: bytes, namespace: namespace, optimize: optimize,
                buildID: buildID, compilerVersion: compilerVersion, libraryDirectory: library))
    }
}
