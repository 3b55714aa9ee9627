// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

/// A server with modules that import each other in /app; `x.NAME` is handled by the module NAME.
enum ModuleSite {
    /// Runs a body against a server.
    ///
    /// - Parameters:
    ///   - files: Sources by their paths below /app.
    ///   - directives: Stand in the directory's section.
    static func with(
        _ files: [String: String], handlers: [String], mpm: MPM = .event, directives: String = "",
        children: Int = 1, _ body: (HTTPD) throws -> Void
    ) throws {
        let lines = handlers.map { "SwiftHandler \($0) | .\($0)" }
        let text = """
            <Directory "${HTDOCS}/app">
                AddHandler mod_swift \(handlers.map { ".\($0)" }.joined(separator: " "))
                \(lines.joined(separator: "\n    "))
                \(directives)
            </Directory>
            """
        var configuration = try HTTPDConfiguration.modSwift(mpm: mpm, text: text)
        configuration.children = children
        try HTTPD.with(configuration) { server in
            for (name, text) in files { try server.write("app/\(name)", text) }
            try body(server)
        }
    }

    /// A handler that imports modules.
    static func handler(_ imports: String..., result: String) -> String {
        """
        import ModSwift
        \(imports.map { "import \($0)\n" }.joined())
        func handler(_ req: Request) -> String { \(result) }

        """
    }

    /// A module that others import.
    static func shared(_ text: String) -> String {
        """
        import Synchronization

        package func text() -> String { "\(text)" }
        private let calls = Mutex(0)
        package func count() -> Int { calls.withLock { $0 += 1; return $0 } }

        """
    }

    /// A request whose phases are in different modules, which both tell the text of a third.
    static let phases = [
        "first.swift": """
        import ModSwift
        import shared

        func fixupHandler(_ req: Request) {
            req.notes["first"] = text()
        }

        """,
        "a.swift": handler("shared", result: "\"\\(req.notes[\"first\"] ?? \"none\") \\(text())\""),
        "shared.swift": shared("0"),
    ]
}

extension HTTPD {
    /// The text that the handler of a suffix in /app sends.
    func text(of suffix: String) throws -> String {
        try get("/app/x.\(suffix)").text
    }

    /// Edits the shared module of ``ModuleSite/phases`` under load: no request fails, and none meets two
    /// versions.
    func expectOneVersionUnderLoad(edits: Int, connections: Int) throws {
        #expect(try text(of: "a") == "0 0")
        let load = try hammer(
            "/app/x.a", connections: connections,
            check: { response in
                let words = response.text.split(separator: " ")
                guard response.status == 200, words.count == 2, words[0] == words[1] else {
                    throw Unexpected(text: "\(response.status) \(response.text)")
                }
            },
            while: {
                for edit in 1...edits {
                    try write("app/shared.swift", ModuleSite.shared("\(edit)"))
                    #expect(
                        eventually {
                            (try? text(of: "a")) == "\(edit) \(edit)"
                        }, "edit \(edit)")
                }
            })
        #expect(load.errors.isEmpty)
        #expect(Array(load.statuses.keys) == [200])
    }
}
