// SPDX-License-Identifier: Apache-2.0
//
// A source that was saved with an error, for processes that have never loaded a good version of it.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)), .coldCache)
struct LastGoodBuildTests {
    private static func source(_ text: String) -> String {
        "func handler(_ req: Request) -> String { \"\(text)\" }"
    }

    private static let broken = "func handler(_ req: Request) -> String { broken }"

    /// A server whose source was good and now has an error.
    private func with(
        mpm: MPM, directives: String = "", global: String = "", _ body: (HTTPD) throws -> Void
    ) throws {
        try SwiftSite.with(Self.source("good"), mpm: mpm, directives: directives, global: global) {
            server throws in
            #expect(try server.app().text == "good")
            try server.writeApp(Self.broken)
            server.allowLog(containing: "swift:error")
            try body(server)
        }
    }

    @Test(arguments: MPM.allCases)
    func childrenThatAreReplacedGoOnWithIt(mpm: MPM) throws {
        try with(mpm: mpm, global: "MaxConnectionsPerChild 5") { server throws in
            let first = Set(server.childPIDs)
            for _ in 0..<60 { #expect(try server.app().text == "good") }
            #expect(eventually { first.isDisjoint(with: server.childPIDs) })
            for _ in 0..<20 { #expect(try server.app().text == "good") }
            try server.writeApp(Self.source("mended"))
            #expect(eventually { (try? server.app().text) == "mended" })
        }
    }

    @Test(arguments: MPM.allCases, ["graceful", "restart", "stop"])
    func itOutlivesTheServer(mpm: MPM, how: String) throws {
        try with(mpm: mpm) { server throws in
            if how == "stop" {
                try server.stop()
                try server.start()
            } else {
                try server.restart(graceful: how == "graceful")
            }
            for _ in 0..<20 { #expect(try server.app().text == "good") }
            try server.expectLog(containing: "MSW0113: the last good version of")
            #expect(server.errorLog().contains("cannot find 'broken' in scope"))
        }
    }

    @Test func withAutoReloadOffItServesUntilTheMistakeIsMended() throws {
        try with(mpm: .event, directives: "SwiftAutoReload Off") { server throws in
            try server.restart(graceful: false)
            for _ in 0..<10 { #expect(try server.app().text == "good") }
            try server.writeApp(Self.source("mended"))
            #expect(eventually { (try? server.app().text) == "mended" })
        }
    }

    @Test func withDebugOnTheMistakeIsShown() throws {
        try with(mpm: .event, directives: "SwiftDebug On") { server throws in
            try server.restart(graceful: false)
            let page = try server.app()
            #expect(page.status == 500)
            #expect(page.text.contains("cannot find"))
        }
    }

    @Test func whereItWasRemovedFromTheCacheTheMistakeIsAnswered() throws {
        try with(mpm: .event) { server throws in
            _ = try CommandLineTool.run("clean", "--all", "--cache", server.cache)
            #expect(try FileTree.names(in: "\(server.cache)/good") == [])
            try server.restart(graceful: false)
            #expect(try server.app().status == 500)
            try server.expectLog(containing: "MSW0103")
        }
    }

    @Test func anotherMistakeIsToldAndTheSameVersionServes() throws {
        try with(mpm: .event) { server throws in
            try server.restart(graceful: false)
            #expect(try server.app().text == "good")
            try server.writeApp(Self.broken.replacing("broken", with: "wrong"))
            #expect(try server.app().text == "good")
            #expect(eventually { server.errorLog().contains("cannot find 'wrong' in scope") })
            try server.writeApp(Self.source("mended"))
            #expect(eventually { (try? server.app().text) == "mended" })
            // Now this is the last good version.
            try server.writeApp(Self.broken)
            try server.restart(graceful: false)
            #expect(try server.app().text == "mended")
        }
    }

    @Test func functionsThatAreImportedHaveIt() throws {
        let source = """
            nonisolated(unsafe) var isImported = false
            func start(_ server: Server) { isImported = true }
            func handler(_ req: Request) -> String { "\\(isImported)" }
            """
        let global = "SwiftPath \"${HTDOCS}/app\"\nSwiftImport app::start"
        var configuration = try HTTPDConfiguration.modSwift(
            text: """
                \(global)
                <Directory "${HTDOCS}/app">
                    AddHandler mod_swift .do
                    SwiftHandler app
                </Directory>
                """)
        configuration.children = 1
        let server = try HTTPD(configuration)
        defer { server.close() }
        try server.writeApp(source)
        try server.start()
        #expect(try server.app().text == "true")
        try server.writeApp(source + "\n" + Self.broken)
        try server.restart(graceful: false)
        #expect(try server.app().text == "true")
        try server.expectLog(containing: "MSW0113: the last good version of")
        try server.stop()
    }
}
