// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

/// The module in Tests/Fixtures/EveryMember: a handler that uses the whole public interface.
enum EveryMember {
    /// The concatenated files of the directory.
    static var source: String {
        get throws {
            let directory = try "\(SourceTree.root)/Tests/Fixtures/EveryMember"
            return try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
                .map { try String(contentsOfFile: "\(directory)/\($0)", encoding: .utf8) }
                .joined()
        }
    }

    /// The httpd modules that its configuration needs.
    static let modules = ["authn_core"]

    /// The extension for each of its handlers.
    static let handlers = [
        "AddHandler mod_swift .async .redirect .refuse .file .counts .page",
        "SwiftHandler app::asynchronous | .async", "SwiftHandler app::redirect | .redirect",
        "SwiftHandler app::refuse | .refuse", "SwiftHandler app::file | .file",
        "SwiftHandler app::counts | .counts", "SwiftHandler app::templates | .page",
        // For the members about users; no password is requested.
        "AuthType Basic", "AuthName every", "SwiftOption a 1", "SwiftPath \"${HTDOCS}/lib\"",
    ].joined(separator: "\n")
}

/// The public interface of the library as the compiler has recorded it.
struct PublicInterface: Decodable {
    struct Symbol: Decodable {
        struct Kind: Decodable { let identifier: String }
        struct Identifier: Decodable { let precise: String }
        struct Fragment: Decodable { let spelling: String }

        let kind: Kind
        let identifier: Identifier
        let pathComponents: [String]
        let declarationFragments: [Fragment]

        var name: String { pathComponents.joined(separator: ".") }

        /// Whether it is executed when it is read or called; types and enum cases are not.
        var isMember: Bool {
            identifier.precise.hasPrefix("s:8ModSwift") && !isConstant
                && [
                    "swift.property", "swift.method", "swift.subscript", "swift.init",
                    "swift.type.property", "swift.type.method",
                ].contains(kind.identifier)
        }

        /// Whether it is a static value of its own type, such as `Status.notFound`.
        private var isConstant: Bool {
            let text = declarationFragments.map(\.spelling).joined()
            return kind.identifier == "swift.type.property"
                && text.contains(": \(pathComponents.dropLast().joined(separator: "."))")
        }
    }

    let symbols: [Symbol]

    /// Reads it from the compiled module.
    ///
    /// - Parameter modules: The directory with ModSwift.swiftmodule or .swiftinterface.
    init(in modules: String) throws {
        self = try withTemporaryDirectory { directory in
            try Shell.run([
                "\(SourceTree.configured("TOOLCHAIN"))/bin/swift-symbolgraph-extract",
                "-module-name", "ModSwift", "-minimum-access-level", "public",
                "-skip-synthesized-members", "-I", modules,
                "-target", SourceTree.configured("TRIPLE"), "-output-dir", directory,
            ])
            let file = URL(fileURLWithPath: "\(directory)/ModSwift.symbols.json")
            return try JSONDecoder().decode(PublicInterface.self, from: Data(contentsOf: file))
        }
    }

    /// Returns the ids of all declarations that a source refers to, according to the compiler.
    static func references(of source: String, modules: String) throws -> Set<Substring> {
        let tree = try withTemporaryDirectory { directory in
            let file = "\(directory)/app.swift"
            try source.write(toFile: file, atomically: false, encoding: .utf8)
            return try Shell.run([
                SourceTree.configured("SWIFTC"), "-frontend", "-dump-ast", "-dump-ast-format",
                "json", "-swift-version", "6", "-parse-as-library", "-module-name", "app",
                "-module-cache-path", directory, "-I", modules, file,
            ])
        }
        return Set(tree.matches(of: /"decl_usr":"([^"]+)"/).map(\.1))
    }
}
