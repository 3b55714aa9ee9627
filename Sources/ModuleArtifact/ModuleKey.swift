// SPDX-License-Identifier: Apache-2.0

/// All inputs that determine a module's compiled form.
///
/// Two builds with equal inputs are interchangeable; a difference in any input means another
/// module, with its own types and globals.
package struct BuildInputs: Sendable, Equatable {
    /// Absolute path of the source file, or of the directory of source files: it occurs in
    /// diagnostics and debug information, and two files are two modules even if their contents are
    /// equal.
    package var sourcePath: String
    /// The sources: one without a name, or those of a directory.
    package var sources: [Source]
    /// The imported modules that are also built from sources.
    package var imports: [Import]
    /// The namespace ("interpreter") that this copy of the module's globals belongs to.
    package var namespace: String
    /// Whether the optimiser is enabled.
    package var optimize: Bool
    /// Build id of libModSwift.
    package var buildID: String
    /// Version of the Swift compiler, as in "6.3.1".
    package var compilerVersion: String
    /// The directory of libModSwift and the Swift runtime libraries; compiled into the module.
    package var libraryDirectory: String

    /// A source file.
    package struct Source: Sendable, Equatable {
        /// Its name in the module's directory; empty if it is the whole module.
        package let name: String
        package let bytes: [UInt8]

        package init(name: String = "", bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// An imported module.
    package struct Import: Sendable, Equatable {
        /// The name in the author's import.
        package let name: String
        /// The build that is imported.
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

/// The identifier of a build in the cache: a digest of its inputs.
package struct ModuleKey: Sendable, Hashable {
    /// 64 lower-case hexadecimal digits.
    package let hexadecimal: String

    /// Computes the key of a build.
    package init(_ inputs: BuildInputs) {
        var hash = SHA256()
        // Each part is preceded by its length, so that different lists of parts never give the same
        // bytes. The first part changes when the builder's use of the others changes, because the
        // builder program itself is not a part.
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

    /// Returns a count in decimal digits.
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

    /// Parses a key from its 64 hexadecimal digits; nil for any other text.
    package init?(hexadecimal: String) {
        let digits = hexadecimal.utf8
        guard digits.count == 64,
            digits.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return nil }
        self.hexadecimal = hexadecimal
    }

    /// The number of digits in the short form.
    package static let shortLength = 24

    /// The short form for names: the first 24 digits.
    package var short: String {
        String(decoding: hexadecimal.utf8.prefix(Self.shortLength), as: UTF8.self)
    }
}

/// The names of a build.
package struct ModuleNames: Sendable, Equatable {
    /// The author's name: the file name without `.swift`, or the directory's, as in "hello" or "404".
    package let display: String
    /// The author's name as a Swift identifier: "hello", "_404". Other modules import it by the
    /// author's name if both are the same.
    package let identifier: String
    /// The Swift module's name, unique in any process: "hello_4f0c…".
    package let module: String
    /// The file name in the cache: "hello-4f0c….so".
    package let file: String

    /// The name of the package that all modules belong to, so that a module's `package`
    /// declarations are visible in the others.
    package static let package = "mod_swift_handlers"

    /// Creates the names for a source file, or a directory of them.
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
