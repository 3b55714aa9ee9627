// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting

/// A server whose directory /psp holds server pages.
enum PageSite {
    /// Runs a body against a server.
    ///
    /// - Parameters:
    ///   - pages: Files of the directory, by name.
    ///   - debug: Whether SwiftDebug is on.
    ///   - app: A module for `.do`, if there is one; `import ModSwift` is put in front of it.
    static func with<Result>(
        _ pages: [String: String] = [:], debug: Bool = false, app: String? = nil,
        mpm: MPM = .event, directives: String = "", children: Int = 2,
        _ body: (HTTPD) throws -> Result
    ) throws -> Result {
        let text = """
            <Directory "${HTDOCS}/psp">
                AddHandler mod_swift .psp .psp_ .do
                SwiftHandler mod_swift::psp | .psp .psp_
                SwiftHandler app | .do
                SwiftDebug \(debug ? "On" : "Off")
                \(directives)
            </Directory>
            """
        var configuration = try HTTPDConfiguration.modSwift(mpm: mpm, text: text)
        configuration.children = children
        return try HTTPD.with(configuration) { server in
            for (name, page) in pages { try server.write("psp/\(name)", page) }
            if let app { try server.write("psp/app.swift", "import ModSwift\n\(app)\n") }
            return try body(server)
        }
    }
}

extension HTTPD {
    /// What a page of the directory answers, whatever its status.
    func page(_ name: String = "page.psp") throws -> Response {
        try get("/psp/\(name)", headers: ["Accept": "text/html"])
    }

    /// A page's text where all went well; else its status and text.
    func pageText(_ name: String = "page.psp") throws -> String {
        let response = try page(name)
        return response.status == 200 ? response.text : "\(response.status): \(response.text)"
    }
}

/// A document as an HTML5 parser reads it.
struct HTML5Document: Decodable {
    struct Element: Decodable {
        let name: String
        let attributes: [String: String]
        let text: String
    }

    let elements: [Element]
    let comments: [String?]

    /// The text of the body.
    var text: String { elements.first { $0.name == "body" }?.text ?? "" }

    func element(id: String) -> Element? { elements.first { $0.attributes["id"] == id } }

    /// Parses documents, in the order in which they are given.
    static func parse(_ documents: [String]) throws -> [HTML5Document] {
        let encoder = JSONEncoder()
        let lines = try documents.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        return try withTemporaryDirectory { directory in
            let file = "\(directory)/documents"
            try (lines.joined(separator: "\n") + "\n")
                .write(toFile: file, atomically: true, encoding: .utf8)
            // Debian's own interpreter is the one that Debian's package is for.
            let output = try Shell.run([
                "/bin/sh", "-c",
                "/usr/bin/python3 \(SourceTree.root)/Tests/Fixtures/Pages/html5.py <\(file)",
            ])
            return try output.split(separator: "\n").map {
                try JSONDecoder().decode(HTML5Document.self, from: Data($0.utf8))
            }
        }
    }
}
