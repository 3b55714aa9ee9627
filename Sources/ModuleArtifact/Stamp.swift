// SPDX-License-Identifier: Apache-2.0

/// The metadata of a compiled module, at the end of its file.
///
/// The dynamic linker reads a library from the front and ignores the bytes after its sections, so
/// the stamp can be read and checked before anything of the file is mapped or run. The last sixteen
/// bytes are the footer, `MSWSTAMP` and the stamp's length in eight hexadecimal digits, so that a
/// person can display it with `tail -c 700 file`.
package struct Stamp: Sendable, Equatable {
    /// Build id of the libModSwift that it was compiled against.
    package var buildID: String
    /// Version of the Swift compiler.
    package var compilerVersion: String
    /// Key of the build.
    package var key: ModuleKey
    /// Swift module name.
    package var module: String
    /// The author's source file, or directory of source files.
    package var sourcePath: String
    /// The imported modules that were also built from sources.
    package var imports: [Import]
    /// Number of bytes before the stamp: the library, then its interface, then the compiler's
    /// warnings.
    package var payloadSize: Int
    /// Number of bytes of the interface, with which modules that import this one are compiled.
    package var interfaceSize: Int
    /// Number of bytes of the warnings.
    package var warningsSize: Int
    /// SHA-256 of the bytes before the stamp, in hexadecimal.
    package var payloadDigest: String

    /// The footer's length in bytes.
    package static let footerSize = 16
    /// The maximum size of a stamp in bytes.
    package static let maximumSize = 65_536
    static let magic = "MSWSTAMP"
    static let title = "mod_swift-stamp 2"

    /// A module that a compiled module requires.
    package struct Import: Sendable, Equatable {
        package let key: ModuleKey
        package let sourcePath: String

        package init(key: ModuleKey, sourcePath: String) {
            self.key = key
            self.sourcePath = sourcePath
        }
    }

    /// Creates the stamp for a compiled module.
    ///
    /// - Parameter payload: The library, its interface and the warnings, as they are in the file.
    package init(
        buildID: String, compilerVersion: String, key: ModuleKey, module: String,
        sourcePath: String, imports: [Import] = [], payload: [UInt8], interfaceSize: Int = 0,
        warningsSize: Int = 0
    ) {
        self.buildID = buildID
        self.compilerVersion = compilerVersion
        self.key = key
        self.module = module
        self.sourcePath = Self.printable(sourcePath)
        self.imports = imports.map {
            Import(key: $0.key, sourcePath: Self.printable($0.sourcePath))
        }
        self.interfaceSize = interfaceSize
        self.warningsSize = warningsSize
        payloadSize = payload.count
        payloadDigest = digest(of: payload)
    }

    /// The module's interface in the bytes of its file.
    package func interface(in file: [UInt8]) -> ArraySlice<UInt8> {
        file[(payloadSize - warningsSize - interfaceSize)..<(payloadSize - warningsSize)]
    }

    /// The compiler's warnings in the bytes of the module's file.
    package func warnings(in file: [UInt8]) -> String {
        String(decoding: file[(payloadSize - warningsSize)..<payloadSize], as: UTF8.self)
    }

    /// Parses the stamp at the end of a file's bytes.
    ///
    /// - Throws: ``StampError`` if the file is not a valid compiled module.
    package init(of file: [UInt8]) throws(StampError) {
        guard file.count > Self.footerSize else { throw .missing }
        let footer = file.suffix(Self.footerSize)
        guard footer.starts(with: Self.magic.utf8),
            let size = Int(String(decoding: footer.suffix(8), as: UTF8.self), radix: 16), size > 0,
            size <= Self.maximumSize, size + Self.footerSize < file.count
        else { throw .missing }
        let payloadSize = file.count - Self.footerSize - size
        try self.init(text: file[payloadSize..<(payloadSize + size)])
        guard self.payloadSize == payloadSize else { throw .damaged }
        guard digest(of: Array(file[..<payloadSize])) == payloadDigest else { throw .damaged }
    }

    private init(text: ArraySlice<UInt8>) throws(StampError) {
        var fields: [String: String] = [:]
        var imports: [Import] = []
        let lines = text.split(separator: UInt8(ascii: "\n"))
        guard lines.first?.elementsEqual(Self.title.utf8) == true else { throw .missing }
        for line in lines.dropFirst() {
            guard let (name, value) = Self.words(of: line) else { throw .damaged }
            if name == "import" {
                imports.append(try Self.readImport(value))
            } else {
                fields[name] = String(decoding: value, as: UTF8.self)
            }
        }
        guard let buildID = fields["build-id"], let compiler = fields["compiler"],
            let key = fields["key"].flatMap({ ModuleKey(hexadecimal: $0) }),
            let module = fields["module"], let source = fields["source"],
            let size = fields["payload-size"].flatMap({ Int($0) }),
            let interfaceSize = fields["interface-size"].flatMap({ Int($0) }),
            let warningsSize = fields["warnings-size"].flatMap({ Int($0) }),
            interfaceSize >= 0, warningsSize >= 0, interfaceSize <= size,
            warningsSize <= size - interfaceSize,
            let digest = fields["payload-sha256"]
        else { throw .damaged }
        self.buildID = buildID
        compilerVersion = compiler
        self.key = key
        self.module = module
        sourcePath = source
        self.imports = imports
        payloadSize = size
        self.interfaceSize = interfaceSize
        self.warningsSize = warningsSize
        payloadDigest = digest
    }

    private static func readImport(_ text: ArraySlice<UInt8>) throws(StampError) -> Import {
        guard let (digits, path) = words(of: text), let key = ModuleKey(hexadecimal: digits)
        else { throw .damaged }
        return Import(key: key, sourcePath: String(decoding: path, as: UTF8.self))
    }

    /// Splits a line at the first blank; nil if there is none.
    private static func words(
        of line: ArraySlice<UInt8>
    ) -> (first: String, rest: ArraySlice<UInt8>)? {
        guard let blank = line.firstIndex(of: UInt8(ascii: " ")) else { return nil }
        return (String(decoding: line[..<blank], as: UTF8.self), line[(blank + 1)...])
    }

    /// Replaces line breaks in a path: the stamp's lines must not contain any.
    private static func printable(_ path: String) -> String {
        String(path.map { $0.isNewline ? "?" : $0 })
    }

    /// The bytes to append to the library.
    package var bytes: [UInt8] {
        let imports = imports.map { "import \($0.key.hexadecimal) \($0.sourcePath)\n" }.joined()
        let text = """
            \(Self.title)
            build-id \(buildID)
            compiler \(compilerVersion)
            key \(key.hexadecimal)
            module \(module)
            source \(Self.printable(sourcePath))
            \(imports)payload-size \(payloadSize)
            interface-size \(interfaceSize)
            warnings-size \(warningsSize)
            payload-sha256 \(payloadDigest)

            """
        let length = String(text.utf8.count, radix: 16)
        let zeros = String(repeating: "0", count: 8 - length.count)
        return Array("\(text)\(Self.magic)\(zeros)\(length)".utf8)
    }
}

/// The reason why a file is not a complete compiled module.
package enum StampError: Error, Sendable, Equatable {
    /// It has no stamp: it was truncated, or never was a compiled module of mod_swift.
    case missing
    /// Its stamp does not match its bytes.
    case damaged
}

/// Returns the SHA-256 in lower-case hexadecimal.
package func digest(of bytes: [UInt8]) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
}
