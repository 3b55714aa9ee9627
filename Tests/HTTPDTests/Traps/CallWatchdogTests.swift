// SPDX-License-Identifier: Apache-2.0
//
// Calls that a child makes before it serves and when it ends, and that do not return.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct CallWatchdogTests {
    private static let source = """
        import Glibc
        @inline(never) func stay() { while true { usleep(10_000) } }
        func sync(_ server: Server) { stay() }
        func waits(_ server: Server) async throws {
            try await Task.sleep(for: .seconds(3))
            server.log("told: it goes on", level: .notice)
        }
        func quick(_ server: Server) {
            server.registerCleanup { server.log("told: down", level: .notice) }
        }
        func slow(_ server: Server) {
            server.registerCleanup { for _ in 1...250 { usleep(10_000) } }
        }
        func handler(_ req: Request) -> String { "hello" }
        """

    /// Starts a server whose app.swift exists from the beginning.
    private static func with(
        _ text: String, mpm: MPM = .event, _ body: (HTTPD) throws -> Void
    ) throws {
        var configuration = try HTTPDConfiguration.modSwift(
            mpm: mpm,
            text: """
                SwiftPath "${HTDOCS}/app"
                SwiftHandler app
                SwiftTimeout 1
                <Location "/app">
                SetHandler mod_swift
                </Location>
                \(text)
                """)
        configuration.children = 1
        let server = try HTTPD(configuration)
        defer { server.close() }
        try server.writeApp(source)
        try body(server)
    }

    @Test(arguments: MPM.allCases)
    func anImportThatDoesNotEndIsToldWithItsPlace(mpm: MPM) throws {
        try Self.with("SwiftImport app::quick\nSwiftImport app::sync", mpm: mpm) { server throws in
            try server.start()
            // This is the last line that it logs.
            _ = eventually {
                server.errorLog().contains("    ... called by mod_swift")
            }
            let log = server.errorLog()
            #expect(log.contains("MSW0575: SwiftImport app::sync ("))
            #expect(log.contains("has not ended 1 seconds after it was called, at "))
            #expect(log.contains("app/app.swift:3:"))
            #expect(log.contains("; this child serves no requests before that"))
            #expect(log.contains("    sync(_:) at "))
            #expect(!log.contains("SwiftImport app::quick"))
        }
    }

    @Test func oneThatEndsAfterAllIsNotCutShort() throws {
        try Self.with("SwiftImport app::waits") { server throws in
            try server.start()
            #expect(try server.app().text == "hello")
            try server.expectLog(containing: "MSW0575: SwiftImport app::waits (")
            try server.expectLog(containing: "told: it goes on")
            #expect(!server.errorLog().contains("MSW0409"))
            #expect(!server.errorLog().contains("MSW0411"))
            server.allowLog(containing: "]     ")
            try server.stop()
            try server.checkLog()
        }
    }

    @Test(arguments: MPM.allCases)
    func aCleanupOfTheChildThatTakesLongIsTold(mpm: MPM) throws {
        let text = "SwiftImport app::slow\nSwiftImport app::quick"
        try Self.with(text, mpm: mpm) { server throws in
            try server.start()
            #expect(try server.app().text == "hello")
            try server.restart(graceful: true)
            #expect(try server.app().text == "hello")
            let isTold = eventually {
                server.errorLog().contains(
                    "MSW0576: a cleanup at the end of the child has not ended 1")
            }
            #expect(isTold)
            #expect(server.errorLog().contains("told: down"))
        }
    }
}
