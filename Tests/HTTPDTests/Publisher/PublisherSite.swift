// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting

/// A server whose directory /pub goes to the publisher.
enum PublisherSite {
    /// - Parameters:
    ///   - files: Sources by their names; `import ModSwift` is put in front of them.
    ///   - directives: Stand in the directory's section.
    static func with<Result>(
        _ files: [String: String], mpm: MPM = .event, modules: [String] = [],
        handler: String = "SetHandler mod_swift", directives: String = "", global: String = "",
        _ body: (HTTPD) throws -> Result
    ) throws -> Result {
        let text = """
            \(global)
            <Directory "${HTDOCS}/pub">
                \(handler)
                SwiftHandler mod_swift::publisher
                \(directives)
            </Directory>
            """
        let configuration = try HTTPDConfiguration.modSwift(mpm: mpm, modules: modules, text: text)
        return try HTTPD.with(configuration) { server throws in
            for (name, source) in files {
                try server.write("pub/\(name)", "import ModSwift\n\(source)\n")
            }
            return try body(server)
        }
    }

    /// The module of Tests/Fixtures/Publisher.
    static var form: [String: String] {
        get throws {
            let path = try "\(SourceTree.root)/Tests/Fixtures/Publisher/form.swift"
            let source = try String(contentsOfFile: path, encoding: .utf8)
            return ["form.swift": source.replacing("import ModSwift\n", with: "")]
        }
    }
}

extension HTTPD {
    /// What a path below /pub answers, whatever its status.
    func pub(_ path: String, headers: HeaderFields = [:]) throws -> Response {
        try get("/pub/\(path)", headers: headers)
    }
}
