// SPDX-License-Identifier: Apache-2.0
//
// `modswift build`: what a configuration names is compiled where a server with that configuration finds
// it.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)), .coldCache)
struct BuildTests {
    private static func handler(_ text: String) -> String {
        "import ModSwift\nfunc handler(_ req: Request) -> String { \"\(text)\" }\n"
    }

    /// Runs `modswift build`.
    func build(_ arguments: String...) throws -> (status: Int, output: String) {
        try build(arguments)
    }

    func build(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> (status: Int, output: String) {
        let words = [
            "sh", "-c", "\"$@\"; echo \"exit $?\"", "sh", try SourceTree.commandLine, "build",
        ]
        let output = try Shell.run(
            words + arguments, environment: environment, within: .seconds(240))
        let lines = output.split(separator: "\n")
        let status = lines.last.flatMap { Int($0.dropFirst("exit ".count)) } ?? -1
        return (status, lines.dropLast().joined(separator: "\n"))
    }

    // MARK: A configuration

    /// All that names modules, on two virtual hosts.
    static let everything = """
        SwiftPath "${ROOT}/library"
        SwiftImport start
        <VirtualHost *>
            ServerName one.example
            <Directory "${HTDOCS}/app">
                AddHandler mod_swift .do .psp .cgi
                SwiftHandler app | .do
                SwiftHandler mod_swift::psp | .psp
                SwiftHandler mod_swift::cgi | .cgi
                SwiftFixupHandler shared
                SwiftOutputFilter filters UPPER
                <Files "inner.do">
                    SwiftHandler inner | .do
                </Files>
            </Directory>
        </VirtualHost>
        <VirtualHost *>
            ServerName two.example
            SwiftOptimize Off
            <Directory "${HTDOCS}/app">
                AddHandler mod_swift .do
                SwiftHandler app
                SwiftInterpreter named
            </Directory>
            <Directory "${HTDOCS}/pub">
                AddHandler mod_swift .swift
                SwiftHandler mod_swift::publisher
                SwiftInterpPerDirectory On
            </Directory>
            <Location "/place">
                SetHandler mod_swift
                SwiftHandler shared
                SwiftInterpPerDirective On
            </Location>
        </VirtualHost>
        """

    func writeEverything(_ server: HTTPD) throws {
        try server.write("app/app.swift", Self.handler("app"))
        try server.write("app/inner.swift", Self.handler("inner"))
        try server.write(
            "app/filters.swift",
            "import ModSwift\nfunc outputFilter(_ filter: Filter) throws { filter.write(\"!\") }\n")
        try server.write("app/part.inc", "<%= 1 + 1 %>")
        try server.write("app/deep/er/page.psp", "page <%@ include file=\"/app/part.inc\" %>")
        try server.write("app/page.psp", "page <%@ include file=\"part.inc\" %>")
        try server.write("app/script.cgi", "print(\"Content-Type: text/plain\\n\\nscript\")")
        try server.write("pub/pages.swift", "public func hello() -> String { \"published\" }\n")
        let library = "\(server.root)/library"
        try Shell.run(["mkdir", library])
        for (name, text) in [
            (
                "shared",
                "func handler(_ req: Request) -> String { \"shared\" }\n"
                    + "func fixupHandler(_ req: Request) -> Status { .declined }\n"
            ),
            ("start", "func start(_ server: Server) {}\n"),
        ] {
            try "import ModSwift\n\(text)".write(
                toFile: "\(library)/\(name).swift", atomically: false, encoding: .utf8)
        }
        try Shell.run(["chmod", "-R", "a+rX", library])
    }

    @Test(arguments: [MPM.event, .prefork])
    func aServerFindsAllThatWasBuilt(_ mpm: MPM) throws {
        let server = try HTTPD(.modSwift(mpm: mpm, text: Self.everything))
        defer { server.close() }
        try writeEverything(server)
        try server.remove("app/deep/er/page.psp")
        let (status, output) = try build("--config", "\(server.root)/conf/httpd.conf")
        #expect(status == 0, "\(output)")
        #expect(output.contains("[ 1/10] "))
        try server.start()
        // What warms the compiler up is nothing of the site's.
        func ask(_ path: String, _ host: String) throws -> String {
            try server.get(path, headers: ["Host": host]).text
        }
        #expect(try ask("/app/x.do", "one.example") == "app")
        #expect(try ask("/app/inner.do", "one.example") == "inner")
        #expect(try ask("/app/page.psp", "one.example").hasPrefix("page 2"))
        #expect(try ask("/app/script.cgi", "one.example") == "script\n")
        #expect(try ask("/app/x.do", "two.example") == "app")
        #expect(try ask("/pub/pages.swift/hello", "two.example") == "published")
        #expect(try ask("/place", "two.example") == "shared")
        let built = server.errorLog().split(separator: "\n").filter { $0.contains("MSW0110") }
        #expect(built.allSatisfy { $0.contains("/warm.swift") }, "\(built)")
        try server.stop()
        // And again: nothing is left to do.
        let (again, words) = try build("--config", "\(server.root)/conf/httpd.conf")
        #expect(again == 0)
        #expect(words.contains("Compiled 0 modules, "), "\(words)")
        try server.checkLog()
    }

    @Test func aDirectoryLimitsWhatIsBuilt() throws {
        let server = try HTTPD(.modSwift(text: Self.everything))
        defer { server.close() }
        try writeEverything(server)
        try server.remove("app/deep/er/page.psp")
        let (status, output) = try build(
            "--config", "\(server.root)/conf/httpd.conf", "\(server.htdocs)/pub")
        #expect(status == 0, "\(output)")
        #expect(output.contains("[1/1] \(server.htdocs)/pub/pages.swift"))
        #expect(output.contains("Compiled 1 module, in "))
        let none = try build("--config", "\(server.root)/conf/httpd.conf", "\(server.root)/conf")
        #expect(none.status == 1)
        #expect(none.output.contains("names no module below"))
    }

    /// And its files are none, nor is what they would be by themselves.
    @Test func aDirectoryThatIsPublishedIsBuiltAsOneModule() throws {
        let text = """
            <Directory "${HTDOCS}/pub">
                SetHandler mod_swift
                SwiftHandler mod_swift::publisher
            </Directory>
            <Directory "${HTDOCS}/pub/shop">
                SwiftOption mod_swift.publisher.directory On
            </Directory>
            """
        let server = try HTTPD(.modSwift(text: text))
        defer { server.close() }
        try server.write("pub/pages.swift", "public func hello() -> String { \"published\" }\n")
        try server.write(
            "pub/shop/a.swift", "import ModSwift\npublic func cart() -> String { word }\n")
        try server.write("pub/shop/b.swift", "let word = \"cart\"\n")
        let (status, output) = try build("--config", "\(server.root)/conf/httpd.conf")
        #expect(status == 0, "\(output)")
        #expect(output.contains("Compiled 2 modules, in "), "\(output)")
        #expect(output.contains("] \(server.htdocs)/pub/shop  "), "\(output)")
        try server.start()
        #expect(try server.get("/pub/shop/cart").text == "cart")
        #expect(try server.get("/pub/pages/hello").text == "published")
        let built = server.errorLog().split(separator: "\n").filter { $0.contains("MSW0110") }
        #expect(built.allSatisfy { $0.contains("/warm.swift") }, "\(built)")
        try server.stop()
        try server.checkLog()
    }

    @Test func whatDoesNotCompileIsShownAndTheRestIsBuilt() throws {
        let server = try HTTPD(.modSwift(text: Self.everything))
        defer { server.close() }
        try writeEverything(server)
        try server.write(
            "app/app.swift", "import ModSwift\nfunc handler(_ req: Request) -> String {\n    1\n}\n"
        )
        let (status, output) = try build("--config", "\(server.root)/conf/httpd.conf")
        #expect(status == 1)
        #expect(output.contains("\(server.htdocs)/app/app.swift:3:5: error: cannot convert"))
        #expect(output.contains("\n  3      1\n         ^\n"), "\(output)")
        #expect(output.contains("/app/deep/er/page.psp  failed"))
        #expect(output.contains("failed, in "))
        #expect(output.contains("/app/page.psp  "))
    }

    @Test func theReportIsThereAsJSON() throws {
        struct Report: Decodable {
            struct Module: Decodable {
                let source: String
                let status: String
                let milliseconds: Int
            }
            let cache: String
            let build: String
            let modules: [Module]
            let problems: [String]
        }
        let server = try HTTPD(.modSwift(text: Self.everything))
        defer { server.close() }
        try writeEverything(server)
        try FileManager.default.removeItem(atPath: "\(server.root)/library/start.swift")
        let (status, output) = try build(
            "--json", "--config", "\(server.root)/conf/httpd.conf", "\(server.htdocs)/app")
        let report = try JSONDecoder().decode(Report.self, from: Data(output.utf8))
        #expect(status == 1)
        #expect(report.cache == server.cache)
        #expect(report.build.count == 40)
        #expect(
            report.modules.contains {
                $0.source.hasSuffix("/app/app.swift") && $0.status == "compiled"
            })
    }

    @Test func mistakesAreSaidInASentence() throws {
        try withTemporaryDirectory { directory throws in
            let missing = try build("--config", "\(directory)/none.conf")
            #expect(missing.status == 1)
            #expect(missing.output.contains("There is no configuration \(directory)/none.conf."))
            try "Nonsense".write(
                toFile: "\(directory)/bad.conf", atomically: false, encoding: .utf8)
            let bad = try build("--config", "\(directory)/bad.conf")
            #expect(bad.status == 1)
            #expect(bad.output.contains("httpd refuses the configuration \(directory)/bad.conf"))
            #expect(bad.output.contains("AH00"))
            let none = try build(directory)
            #expect(none.status == 1)
            #expect(none.output.contains("has no Swift file, no page and no site.conf"))
            #expect(try build("--jobs", "0").status == 64)
        }
    }

    // MARK: A directory

    @Test func aSiteIsBuiltAsItIsServed() throws {
        try withTemporaryDirectory { directory throws in
            let environment = ["HOME": directory]
            try Shell.run([SourceTree.commandLine, "new", "\(directory)/site"])
            try "<%= 6 * 7 %>".write(
                toFile: "\(directory)/site/page.psp", atomically: false, encoding: .utf8)
            try FileManager.default.removeItem(atPath: "\(directory)/site/site.conf")
            let (status, output) = try build(
                ["\(directory)/site", "--cache", "\(directory)/cache"], environment: environment)
            #expect(status == 0, "\(output)")
            #expect(output.contains("Compiled 2 modules, in "))
            #expect(output.contains("They are in \(directory)/cache, for build "))
            let other = try build(
                [
                    "\(directory)/site", "--cache", "\(directory)/cache", "--server-name",
                    "www.example.com",
                ], environment: environment)
            #expect(other.output.contains("Compiled 2 modules, in "))
        }
    }

    // MARK: Caches that servers only read

    @Test(.enabled(if: getuid() == 0))
    func aCacheOfRootsThatOthersMayWriteIsRefused() throws {
        let server = try HTTPD(.modSwift(text: Self.everything))
        defer { server.close() }
        try writeEverything(server)
        try server.remove("app/deep/er/page.psp")
        #expect(try build("--read-only", "--config", "\(server.root)/conf/httpd.conf").status == 0)
        try Shell.run(["chmod", "g+w", "\(server.cache)/modules"])
        try server.start()
        server.allowLog(containing: "MSW0530")
        #expect(
            try server.get("/app/x.do", headers: ["Host": "one.example"])
                .status
                == 500)
        try server.expectLog(containing: "MSW0107")
        try server.stop()
    }

    @Test func aMissingCompilerIsSaid() throws {
        try HTTPD.with(
            .modSwift(text: "SwiftCompiler \"${ROOT}/none/swiftc\"\n\(Self.app)")
        ) { server throws in
            server.allowLog(containing: "MSW0112")
            try server.writeApp("func handler(_ req: Request) -> String { \"x\" }")
            #expect(try server.app().status == 500)
            try server.expectLog(containing: "MSW0771: SwiftHandler app")
            #expect(
                server.errorLog().contains(
                    "there is no Swift compiler at \(server.root)/none/swiftc"))
            let (status, output) = try build("--config", "\(server.root)/conf/httpd.conf")
            #expect(status == 1)
            #expect(output.contains("There is no Swift compiler at \(server.root)/none/swiftc."))
        }
    }

    private static let app = """
        <Directory "${HTDOCS}/app">
            AddHandler mod_swift .do
            SwiftHandler app
        </Directory>
        """
}
