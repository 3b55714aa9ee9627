// SPDX-License-Identifier: Apache-2.0
//
// Mistakes of authors, administrators and clients that no other suite tests: a clear error, the
// right status, and the server continues to run.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)), .coldCache)
struct BadInputTests {
    private static let good = "func handler(_ req: Request) -> String { \"good\" }"

    @Test func twoFunctionsThatClashAreNamed() throws {
        let source = """
            func handler(_ req: Request) -> String { "one" }
            func handler(_ req: Request) async -> String { "two" }
            """
        try SwiftSite.with(source) { server throws in
            #expect(try server.app().status == 500)
            try server.expectLog(containing: "MSW0102")
            #expect(server.errorLog().contains("handler in"))
            try expectRecovery(of: server)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only then the children are another user"))
    func aSourceThatCannotBeReadIsTold() throws {
        try SwiftSite.with(Self.good) { server throws in
            #expect(chmod(path(in: server), 0o000) == 0)
            #expect(try server.app().status == 500)
            try server.expectLog(containing: "MSW0104")
            #expect(server.errorLog().contains("Permission denied"))
            #expect(chmod(path(in: server), 0o644) == 0)
            #expect(try server.app().text == "good")
        }
    }

    @Test(arguments: ["directory", "symlink", "broken symlink"])
    func aSourceMayBecomeSomethingElse(kind: String) throws {
        try SwiftSite.with(Self.good, directives: "SwiftDebug On") { server throws in
            #expect(try server.app().text == "good")
            try server.remove("app/app.swift")
            switch kind {
            case "directory": #expect(mkdir(path(in: server), 0o755) == 0)
            case "symlink":
                try server.write("other.swift", "import ModSwift\n" + Self.good)
                #expect(symlink("\(server.htdocs)/other.swift", path(in: server)) == 0)
            default: #expect(symlink("/no/such/file", path(in: server)) == 0)
            }
            if kind == "symlink" {
                #expect(try server.app().text == "good")
            } else {
                #expect(try server.app().status == 500)
                server.allowLog(containing: "swift:error")
            }
            #expect(remove(path(in: server)) == 0)
            try expectRecovery(of: server)
        }
    }

    @Test(arguments: [
        ("not executable", "#!/bin/sh\n", 0o644, "MSW0106"),
        ("ended by a signal", "#!/bin/sh\nkill -9 $$\n", 0o755, "MSW0106"),
        ("printing garbage", "#!/bin/sh\nhead -c 3000 /dev/urandom\nexit 1\n", 0o755, "MSW0103"),
        ("saying nothing", "#!/bin/sh\nexit 1\n", 0o755, "MSW0103"),
        ("doing nothing", "#!/bin/sh\nexit 0\n", 0o755, "MSW0106"),
        ("no program", "\u{7F}ELF", 0o755, "MSW0106"),
    ])
    func aCompilerThatIsNoneIsTold(
        name: String, script: String, mode: mode_t, id: String
    ) throws {
        let configuration = try HTTPDConfiguration.modSwift(
            text: """
                SwiftCompiler ${HTDOCS}/swiftc
                SwiftDebug On
                <Directory "${HTDOCS}/app">
                    AddHandler mod_swift .do
                    SwiftHandler app
                </Directory>
                """)
        let server = try HTTPD(configuration)
        defer { server.close() }
        try server.write("swiftc", script)
        #expect(chmod("\(server.htdocs)/swiftc", mode) == 0)
        try server.writeApp(Self.good)
        try server.start()
        let answer = try server.app()
        #expect(answer.status == 500)
        #expect(answer.text.contains(id), "\(answer.text)")
        try server.expectLog(containing: "\(id): SwiftHandler app")
        #expect(try server.get("/app/").status != 500)
        try server.stop()
    }

    @Test func anArtifactOfAnotherBuildIsNotLoaded() throws {
        try SwiftSite.with(Self.good) { server throws in
            #expect(try server.app().text == "good")
            try server.stop()
            // A stamp that is complete, but of another build.
            let artifact = try server.artifact
            var bytes = try #require(FileManager.default.contents(atPath: artifact))
            let mark = try #require(bytes.range(of: Data("\nbuild-id ".utf8)))
            bytes[mark.upperBound] ^= 1
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: artifact))
            try file.write(contentsOf: bytes)
            try file.close()
            try server.start()
            #expect(try server.app().text == "good")
            #expect(server.builds == 2)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
    func aCacheOfAnotherOwnerIsRefused() throws {
        try SwiftSite.with(Self.good, directives: "SwiftDebug On") { server throws in
            // The build that warms the cache may still be running.
            server.allowLog(containing: "swift:error")
            #expect(chown(server.cache, 12345, 12345) == 0)
            #expect(try server.app().text.contains("MSW0107"))
            server.allowLog(containing: "MSW0107")
            try server.restart(graceful: false)
            try server.expectLog(containing: "MSW0003")
        }
    }

    @Test func aClientThatLeavesInMidBodyIsNoticed() throws {
        let source = """
            func handler(_ req: Request) throws -> String {
                req.log("reading", level: .notice)
                let count = try req.read().count
                req.log("read \\(count)", level: .notice)
                return ""
            }
            """
        try SwiftSite.with(source) { server throws in
            // Long enough for the build.
            _ = try server.post("/app/x.do", "warm")
            let half = "POST /app/x.do HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf"
            _ = try? server.rawExchange(half)
            #expect(eventually { server.errorLog().split(separator: "reading").count == 3 })
            #expect(!server.errorLog().contains("read 100"))
            server.allowLog(containing: "MSW0304")
            server.allowLog(containing: "AH00569")
            try expectRecovery(of: server)
        }
    }

    @Test func aThousandNestedBracketsDoNotTakeTheServerDown() throws {
        let source = String(repeating: "(", count: 100_000)
        try SwiftSite.with(source, global: "SwiftBuildTimeout 200s") { server throws in
            #expect(try server.app().status == 500)
            server.allowLog(containing: "swift:error")
            try expectRecovery(of: server)
        }
    }

    private func path(in server: HTTPD) -> String { "\(server.htdocs)/app/app.swift" }

    private func expectRecovery(of server: HTTPD) throws {
        try server.writeApp(Self.good)
        #expect(eventually { (try? server.app().text) == "good" })
        server.allowLog(containing: "swift:error")
    }
}
