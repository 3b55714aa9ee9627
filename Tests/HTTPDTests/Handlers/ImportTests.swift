// SPDX-License-Identifier: Apache-2.0
//
// SwiftImport: what children load and call before they serve.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ImportTests {
    private static let source = """
        import Synchronization
        let state = Mutex("")
        struct Broken: Error {}
        nonisolated(unsafe) var three = 3

        func note(_ text: String) { state.withLock { $0 += text + " " } }
        func up(_ server: Server) {
            note("up")
            server.registerCleanup { server.log("told: down", level: .notice) }
        }
        enum Later {
            static func up(of server: Server) async throws {
                try await Task.sleep(for: .milliseconds(1))
                note("later:\\(server.serverHostname ?? "-")")
            }
        }
        func breaks(_ server: Server) throws { throw Broken() }
        func traps(_ server: Server) { note("\\([1][three])") }
        func counts(_ server: Server) -> Int { 1 }
        func handler(_ req: Request) -> String { state.withLock { $0 } }
        """

    /// Runs a server whose app.swift is there from the beginning.
    private static func with(
        _ text: String, mpm: MPM = .event, _ body: (HTTPD) throws -> Void
    ) throws {
        let text = """
            SwiftPath "${HTDOCS}/app"
            SwiftHandler app
            <Location "/app">
            SetHandler mod_swift
            </Location>
            \(text)
            """
        var configuration = try HTTPDConfiguration.modSwift(mpm: mpm, text: text)
        configuration.children = 1
        let server = try HTTPD(configuration)
        defer { server.close() }
        try server.writeApp(source)
        try server.start()
        try body(server)
        try server.stop()
        try server.checkLog()
    }

    @Test(.bug(id: "N5-10"), arguments: [MPM.event, .prefork])
    func functionsAreCalledInOrderBeforeTheChildServes(mpm: MPM) throws {
        let text = """
            SwiftImport app::up two.example
            SwiftImport app
            SwiftImport app::Later.up two.example
            <VirtualHost *:${PORT}>
            ServerName two.example
            SwiftImport app::Later.up
            </VirtualHost>
            <VirtualHost *:${PORT}>
            ServerName three.example
            </VirtualHost>
            """
        try Self.with(text, mpm: mpm) { server throws in
            func ask(_ host: String) throws -> String {
                try server.get("/app/x", headers: ["Host": host]).text
            }
            // The main server's lines first; one that has none of its own does not repeat them.
            #expect(try ask("two.example") == "up later:127.0.0.1 later:two.example ")
            #expect(try ask("three.example") == "")
            // The request has met the module that was imported: it was not loaded twice.
            #expect(try ask("two.example") == "up later:127.0.0.1 later:two.example ")
            try server.stop(graceful: true)
            try server.expectLog(containing: "told: down")
            try server.start()
        }
    }

    @Test func aFailureIsToldAndTheChildServes() throws {
        let lines: [(String, String)] = [
            ("none", "MSW0101: there is no module"),
            (
                "app::nothing",
                "has no function \"nothing\" that takes a Server, as SwiftImport calls it"
            ),
            ("app::handler", "SwiftImport calls functions that take a Server"),
            ("app::counts", "returns Int, and a function for SwiftImport returns nothing"),
            ("app::breaks", "Broken"),
            ("app::traps", "MSW0401: trapped"),
        ]
        let text = (lines.map { "SwiftImport \($0.0)" } + ["SwiftImport app::up"])
            .joined(separator: "\n")
        try Self.with(text) { server throws in
            #expect(try server.get("/app/x").text == "up ")
            for (word, sentence) in lines {
                #expect(server.errorLog().contains("MSW0530: SwiftImport \(word) ("))
                try server.expectLog(containing: sentence)
            }
            server.allowLog(containing: "MSW0530")
            server.allowLog(containing: "MSW0401")
            server.allowLog(containing: "Fatal error")
        }
    }

    @Test(arguments: [
        ("<Directory /srv>\nSwiftImport a\n</Directory>", "put it into the server"),
        ("<Location /srv>\nSwiftImport a\n</Location>", "put it into the server"),
        ("SwiftImport", "takes 1-2 arguments"),
        ("SwiftImport a::", "is not a handler"),
        ("SwiftImport a \"\u{1}\"", "is not the name of a namespace"),
    ])
    func aBadValueIsRefusedWithASentence(line: String, sentence: String) throws {
        try expectRefusal(of: line, with: sentence)
    }
}
