// SPDX-License-Identifier: Apache-2.0
//
// The directives: what each refuses, and how sections override each other. Where each may stand is in
// DirectiveContextTests.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ConfigurationTests {
    @Test(arguments: [
        ("SwiftHandler", "names no handler"),
        ("SwiftHandler hello # the handler", "comments"),
        ("SwiftHandler ::f", "not a handler"),
        ("SwiftHandler a::", "not a handler"),
        ("SwiftHandler a | do", "with its dot"),
        ("SwiftHandler a |", "no extension"),
        ("SwiftHandler | .do", "names no handler"),
        ("SwiftPath", "one directory or more"),
        ("SwiftDebug Maybe", "On or Off"),
        ("SwiftBuildTimeout 0", "between 1 second and 1 hour"),
        ("SwiftBuildTimeout soon", "between 1 second and 1 hour"),
        ("SwiftTrapDrain -1", "takes the number of traps"),
        ("SwiftTrapDrain 1000001", "takes the number of traps"),
        ("SwiftTrapDrain 1x", "takes the number of traps"),
        ("SwiftTrapLimit 3", "takes a number of traps"),
        ("SwiftTimeout soon", "takes a time up to 24 hours"),
        ("SwiftTimeout -1", "takes a time up to 24 hours"),
        ("SwiftTimeout 25h", "takes a time up to 24 hours"),
        ("SwiftTrapLimit many 60", "takes a number of traps"),
        ("SwiftTrapLimit 3 0", "takes a number of traps"),
        ("SwiftTrapLimit 3 2d", "takes a number of traps"),
        ("SwiftCacheSize", "takes one argument"),
        ("SwiftCacheSize much", "takes a number of bytes"),
        ("SwiftCacheSize -1", "takes a number of bytes"),
        ("SwiftCacheSize 10T", "takes a number of bytes"),
        ("SwiftCacheSize 9999999999G", "takes a number of bytes"),
        ("SwiftOption \"\" x", "takes a key"),
        ("SwiftOption", "takes a key"),
        ("SwiftOption a b c", "takes a key"),
    ])
    func aBadValueIsRefusedWithASentence(line: String, sentence: String) throws {
        try expectRefusal(of: line, with: sentence)
    }

    private static let whoami = """
        func handler(_ req: Request) -> String { "outer" }
        func inner(_ req: Request) -> String { "inner" }
        func special(_ req: Request) -> String { "special" }
        """

    @Test func innerSectionsReplaceOuterHandlersExtensionByExtension() throws {
        let global = """
            AddHandler mod_swift .do .x .y
            <Directory "${HTDOCS}/app">
            SwiftHandler app::special | .x
            </Directory>
            <Directory "${HTDOCS}/app/in">
            SwiftHandler app::inner
            SwiftPath ${HTDOCS}/app
            </Directory>
            """
        try SwiftSite.with(Self.whoami, global: global) { server throws in
            try server.write("app/in/a.txt", "")
            #expect(try server.get("/app/a.x").text == "special")
            #expect(try server.get("/app/a.y").text == "outer")
            #expect(try server.get("/app/in/a.x").text == "special")
            #expect(try server.get("/app/in/a.y").text == "inner")
            #expect(try server.get("/app/in/a.b.x").text == "inner")
        }
    }

    @Test(.bug(id: "N5-03")) func offOverridesAnOuterOn() throws {
        let source =
            "func handler(_ req: Request) -> String { req.config[\"SwiftDebug\"] ?? \"nil\" }"
        try SwiftSite.with(source, directives: "SwiftDebug Off", global: "SwiftDebug On") {
            server throws in
            #expect(try server.app().text == "Off")
        }
    }

    @Test(.bug(id: "N5-06")) func aLocationIsNoDirectory() throws {
        let text = """
            <Location /app>
            SetHandler mod_swift
            SwiftHandler app
            </Location>
            """
        try HTTPD.with(.modSwift(text: text)) { server throws in
            try server.writeApp(Self.whoami)
            #expect(try server.app().status == 500)
            try server.expectLog(containing: "is in no <Directory>; set SwiftPath")
            server.configuration.text = text + "\nSwiftPath ${HTDOCS}/app"
            try server.restart(graceful: false)
            #expect(try server.app().text == "outer")
        }
    }

    @Test(.bug(id: "N5-06")) func filesInADirectoryKnowTheDirectory() throws {
        let text = """
            <Directory "${HTDOCS}/app">
            <Files "*.do">
            SetHandler mod_swift
            SwiftHandler app
            </Files>
            </Directory>
            """
        try HTTPD.with(.modSwift(text: text)) { server throws in
            try server.writeApp(Self.whoami)
            #expect(try server.app().text == "outer")
        }
    }

    @Test func htaccessRunsSwiftOnlyWhereTheAdministratorAllowsIt() throws {
        let text = "<Directory \"${HTDOCS}/app\">\nAllowOverride All\n</Directory>"
        try HTTPD.with(.modSwift(text: text)) { server throws in
            try server.writeApp(Self.whoami)
            try server.write("app/.htaccess", "AddHandler mod_swift .do\nSwiftHandler app\n")
            #expect(try server.app().status == 500)
            try server.expectLog(containing: "MSW0202")
            try server.write("app/.htaccess", "SwiftAllowHtaccess On\n")
            #expect(try server.app().status == 500)
            try server.expectLog(containing: "not allowed here")

            server.configuration.text = text + "\nSwiftAllowHtaccess On"
            try server.restart(graceful: false)
            try server.write("app/.htaccess", "AddHandler mod_swift .do\nSwiftHandler app\n")
            for _ in 0..<3 { #expect(try server.app().text == "outer") }
            try server.write("app/.htaccess", "AddHandler mod_swift .do\nSwiftHandler app::inner\n")
            for _ in 0..<3 { #expect(try server.app().text == "inner") }
        }
    }

    @Test func everyServerNameHasItsOwnGlobals() throws {
        let source = """
            import Synchronization
            let hits = Mutex(0)
            func handler(_ req: Request) -> String {
                "\\(req.interpreter) \\(hits.withLock { $0 += 1; return $0 })"
            }
            """
        let global = """
            <VirtualHost *:${PORT}>
            ServerName one.example
            </VirtualHost>
            <VirtualHost *:${PORT}>
            ServerName two.example
            </VirtualHost>
            """
        var configuration = try HTTPDConfiguration.modSwift(
            text: """
                \(global)
                <Directory "${HTDOCS}/app">
                AddHandler mod_swift .do
                SwiftHandler app
                </Directory>
                """)
        configuration.children = 1
        try HTTPD.with(configuration) { server throws in
            try server.writeApp(source)
            func ask(_ host: String) throws -> String {
                try server.get("/app/x.do", headers: ["Host": host]).text
            }
            #expect(try ask("one.example") == "one.example 1")
            #expect(try ask("one.example") == "one.example 2")
            #expect(try ask("two.example") == "two.example 1")
            #expect(try ask("one.example") == "one.example 3")
        }
    }
}
