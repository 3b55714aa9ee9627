// SPDX-License-Identifier: Apache-2.0

/// What a compiled module says about itself, at the end of its file.
///
/// The dynamic linker reads a library from its front and never looks behind its sections, so the
/// stamp can be read and checked before anything of the file is mapped or run. The last sixteen
/// bytes are the footer, `MSWSTAMP` and the stamp's length in eight hexadecimal digits, so that
/// `tail -c 700 file` shows it to a person.
package struct Stamp: Sendable, Equatable {
    /// Build id of the libModSwift it was compiled against.
    package var buildID: String
    /// Version of the Swift compiler.
    package var compilerVersion: String
    /// Key of the build.
    package var key: ModuleKey
    /// Swift module name.
    package var module: String
    /// The author's source file.
    package var sourcePath: String
    /// Bytes of the library in front of the stamp.
    package var payloadSize: Int
    /// SHA-256 of these bytes, in hexadecimal.
    package var payloadDigest: String

    /// The footer's length in bytes.
    package static let footerSize = 16
    /// The longest stamp that is read.
    package static let maximumSize = 65_536
    static let magic = "MSWSTAMP"
    static let title = "mod_swift-stamp 1"

    /// Makes the stamp for a library's bytes.
    package init(
        buildID: String, compilerVersion: String, key: ModuleKey, module: String,
        sourcePath: String, payload: [UInt8]
    ) {
        self.buildID = buildID
        self.compilerVersion = compilerVersion
        self.key = key
        self.module = module
        self.sourcePath = sourcePath
        payloadSize = payload.count
        payloadDigest = digest(of: payload)
    }

    /// Reads the stamp at the end of a file's bytes.
    ///
    /// - Throws: ``StampError`` with what is wrong with the file.
    package init(of file: [UInt8]) throws(StampError) {
        guard file.count > Self.footerSize else { throw .missing }
        let footer = String(decoding: file.suffix(Self.footerSize), as: UTF8.self)
        guard footer.hasPrefix(Self.magic), let size = Int(footer.dropFirst(8), radix: 16),
            size > 0, size <= Self.maximumSize, size + Self.footerSize < file.count
        else { throw .missing }
        let payloadSize = file.count - Self.footerSize - size
        let text = String(decoding: file[payloadSize..<(payloadSize + size)], as: UTF8.self)
        try self.init(text: text)
        guard self.payloadSize == payloadSize else { throw .damaged }
        guard digest(of: Array(file[..<payloadSize])) == payloadDigest else { throw .damaged }
    }

    private init(text: String) throws(StampError) {
        var fields: [Substring: Substring] = [:]
        let lines = text.split(separator: "\n")
        guard lines.first == Self.title[...] else { throw .missing }
        for line in lines.dropFirst() {
            guard let space = line.firstIndex(of: " ") else { throw .damaged }
            fields[line[..<space]] = line[line.index(after: space)...]
        }
        guard let buildID = fields["build-id"], let compiler = fields["compiler"],
            let key = fields["key"].flatMap({ ModuleKey(hexadecimal: String($0)) }),
            let module = fields["module"], let source = fields["source"],
            let size = fields["payload-size"].flatMap({ Int($0) }),
            let digest = fields["payload-sha256"]
        else { throw .damaged }
        self.buildID = String(buildID)
        compilerVersion = String(compiler)
        self.key = key
        self.module = String(module)
        sourcePath = String(source)
        payloadSize = size
        payloadDigest = String(digest)
    }

    /// The bytes to append to the library.
    package var bytes: [UInt8] {
        // A path may hold a line break; the stamp's lines may not.
        let source = String(sourcePath.map { $0.isNewline ? "?" : $0 })
        let text = """
            \(Self.title)
            build-id \(buildID)
            compiler \(compilerVersion)
            key \(key.hexadecimal)
            module \(module)
            source \(source)
            payload-size \(payloadSize)
            payload-sha256 \(payloadDigest)

            """
        let length = String(text.utf8.count, radix: 16)
        let zeros = String(repeating: "0", count: 8 - length.count)
        return Array("\(text)\(Self.magic)\(zeros)\(length)".utf8)
    }
}

/// Why a file is not a whole compiled module.
package enum StampError: Error, Sendable, Equatable {
    /// It has no stamp: cut short, or never a module of ours.
    case missing
    /// Its stamp and its bytes do not fit together.
    case damaged
}

/// SHA-256 in lower-case hexadecimal.
package func digest(of bytes: [UInt8]) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
}
