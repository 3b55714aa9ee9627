// SPDX-License-Identifier: Apache-2.0

/// Everything a module's compiled form depends on.
///
/// Two builds with equal inputs are interchangeable; a difference in any of them means another
/// module, with types and globals of its own.
package struct BuildInputs: Sendable, Equatable {
    /// Absolute path of the source file, or of the directory of source files: it stands in diagnostics
    /// and debug information, and two files are two modules even when they read the same.
    package var sourcePath: String
    /// The sources: one without a name of its own, or those of a directory.
    package var sources: [Source]
    /// The modules that it imports and that are built from sources, too.
    package var imports: [Import]
    /// The namespace ("interpreter") whose copy of the module's globals this is.
    package var namespace: String
    /// Whether the optimiser runs.
    package var optimize: Bool
    /// Build id of libModSwift.
    package var buildID: String
    /// Version of the Swift compiler, as in "6.3.1".
    package var compilerVersion: String
    /// Where libModSwift and the Swift runtime libraries lie; compiled into the module.
    package var libraryDirectory: String

    /// A source file.
    package struct Source: Sendable, Equatable {
        /// Its name in the module's directory; empty where it is the whole module.
        package let name: String
        package let bytes: [UInt8]

        package init(name: String = "", bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// A module that is imported.
    package struct Import: Sendable, Equatable {
        /// As the author writes it.
        package let name: String
        /// Which build of it.
        package let key: ModuleKey

        package init(name: String, key: ModuleKey) {
            self.name = name
            self.key = key
        }
    }

    /// Collects the inputs of one build.
    package init(
        sourcePath: String, sources: [Source], imports: [Import] = [], namespace: String,
        optimize: Bool, buildID: String, compilerVersion: String, libraryDirectory: String
    ) {
        self.sourcePath = sourcePath
        self.sources = sources
        self.imports = imports
        self.namespace = namespace
        self.optimize = optimize
        self.buildID = buildID
        self.compilerVersion = compilerVersion
        self.libraryDirectory = libraryDirectory
    }
}

/// The name of a build in the cache: a digest of its inputs.
package struct ModuleKey: Sendable, Hashable {
    /// 64 lower-case hexadecimal digits.
    package let hexadecimal: String

    /// Computes the key of a build.
    package init(_ inputs: BuildInputs) {
        var hash = SHA256()
        // Each part goes in behind its length, so that no two lists of parts read the same. The first
        // changes with what the builder makes of the others: its own program is no part.
        let parts: [[UInt8]] =
            [
                Array("mod_swift 2".utf8), Array(inputs.sourcePath.utf8),
                Array(inputs.namespace.utf8), [inputs.optimize ? 1 : 0],
                Array(inputs.buildID.utf8), Array(inputs.compilerVersion.utf8),
                Array(inputs.libraryDirectory.utf8), Self.digits(of: inputs.sources.count),
            ]
            + inputs.sources.flatMap { [Array($0.name.utf8), $0.bytes] }
            + inputs.imports.flatMap { [Array($0.name.utf8), Array($0.key.hexadecimal.utf8)] }
        for part in parts {
            hash.update(Self.digits(of: part.count) + [UInt8(ascii: ":")])
            hash.update(part)
        }
        hexadecimal = hash.finish()
    }

    /// A count in decimal digits.
    private static func digits(of count: Int) -> [UInt8] {
        var digits: [UInt8] = []
        var rest = count
        repeat {
            digits.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        digits.reverse()
        return digits
    }

    /// Reads a key from its 64 hexadecimal digits; nil when it is anything else.
    package init?(hexadecimal: String) {
        let digits = hexadecimal.utf8
        guard digits.count == 64,
            digits.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return nil }
        self.hexadecimal = hexadecimal
    }

    /// The length of the short form.
    package static let shortLength = 24

    /// The short form for names: the first 24 digits.
    package var short: String {
        String(decoding: hexadecimal.utf8.prefix(Self.shortLength), as: UTF8.self)
    }
}

/// The names a build goes by.
package struct ModuleNames: Sendable, Equatable {
    /// The author's name: the file name without `.swift`, or the directory's, as in "hello" or "404".
    package let display: String
    /// The author's name as Swift takes it: "hello", "_404". What others import it by, where it is the
    /// same.
    package let identifier: String
    /// The Swift module's name, unique in any process: "hello_4f0c…".
    package let module: String
    /// The file name in the cache: "hello-4f0c….so".
    package let file: String

    /// The name of the package that all modules belong to: what is `package` in one is seen by the
    /// others.
    package static let package = "mod_swift_handlers"

    /// Makes the names for a source file, or a directory of them.
    package init(sourcePath: String, key: ModuleKey) {
        var name = Array(sourcePath.utf8).split(separator: UInt8(ascii: "/")).last ?? []
        if name.suffix(6).elementsEqual(".swift".utf8) { name.removeLast(6) }
        display = String(decoding: name, as: UTF8.self)
        let identifier = name.map { Self.isIdentifier($0) ? $0 : UInt8(ascii: "_") }
        var stem = String(decoding: identifier.prefix(64), as: UTF8.self)
        // A file name may begin with a digit (404.swift), a module name may not.
        if stem.utf8.first.map({ (48...57).contains($0) }) ?? true { stem = "_" + stem }
        self.identifier = stem
        module = "\(stem)_\(key.short)"
        file = "\(stem)-\(key.short).so"
    }

    private static func isIdentifier(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            || byte == 95
    }
}
