// SPDX-License-Identifier: Apache-2.0
//
// The directives of the phases: what each refuses, how sections override. Where each may stand is in
// DirectiveContextTests.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PhaseConfigurationTests {
    @Test(arguments: [
        ("SwiftPostReadRequestHandler a | .do", "does not accept \"| .ext\""),
        ("SwiftTransHandler a | .do", "does not accept \"| .ext\""),
        ("SwiftAccessHandler", "SwiftAccessHandler names no handler"),
        ("SwiftAccessHandler a | do", "with its dot"),
        ("SwiftAccessHandler a |", "no extension"),
        ("SwiftAccessHandler \"a | .do\" |", "no extension"),
        ("SwiftAuthenHandler a # who", "comments"),
        ("SwiftHandlerModule", "names no module"),
        ("SwiftHandlerModule a::handler", "write the module alone"),
        ("SwiftHandlerModule | .do", "names no module"),
        ("SwiftAuthoritative Perhaps", "On or Off"),
    ])
    func aBadValueIsRefusedWithASentence(line: String, sentence: String) throws {
        try expectRefusal(of: line, with: sentence)
    }

    @Test(arguments: [
        ("SwiftAuthenHandler a", true),
        ("SwiftAuthenHandler a\nRequire all granted", true),
        (
            "SwiftAuthzHandler a\n<RequireAll>\nRequire ip 10\nRequire not host x\n</RequireAll>",
            true
        ),
        ("SwiftAuthenHandler a\nRequire valid-user", false),
        ("SwiftAuthenHandler a\nRequire swift b::decide", false),
        (
            "SwiftAuthenHandler a\n<RequireAny>\nRequire ip 10\nRequire user ann\n</RequireAny>",
            false
        ),
        ("SwiftAuthenHandler a\n<Files x>\nRequire valid-user\n</Files>", false),
        (
            "SwiftAuthenHandler a\n</Directory>\n<Location /x>\nRequire valid-user\n</Location>\n<Directory /y>",
            false
        ),
        ("SwiftAuthenHandler a\nAllowOverride AuthConfig", false),
    ])
    func handlersThatNothingAsksAreTold(lines: String, isWarned: Bool) throws {
        let modules = ["authn_core", "authz_user"]
        let text = "<Directory /srv>\n\(lines)\n</Directory>"
        let server = try HTTPD(.modSwift(modules: modules, text: text))
        defer { server.close() }
        let test = server.configTest()
        #expect(test.ok, "\(test.output)")
        #expect(test.output.contains("MSW0503") == isWarned, "\(test.output)")
        if isWarned { #expect(test.output.contains("test.conf:2) will never be called")) }
    }

    @Test func theSameIsInTheLogOfARealStart() throws {
        let text = "<Directory /srv>\nSwiftAuthzHandler a\n</Directory>"
        try HTTPD.with(.modSwift(text: text)) { server throws in
            try server.expectLog(containing: "MSW0503: SwiftAuthzHandler")
        }
    }

    /// Each phase's handler leaves the word of its directive.
    private static let source = """
        enum Trail: RequestStorageKey { typealias Value = String }
        extension Request {
            func leave(_ word: String) { self[Trail.self] = (self[Trail.self] ?? "") + word }
        }
        func a(_ req: Request) -> Status { req.leave("a"); return .declined }
        func b(_ req: Request) -> Status { req.leave("b"); return .declined }
        func c(_ req: Request) -> Status { req.leave("c"); return .declined }
        func shown(_ req: Request) -> String { "\\(req[Trail.self] ?? "") \\(req.extension ?? "-")" }
        """

    @Test(.bug(id: "N5-13")) func sectionsOverrideAndExtensionsSelect() throws {
        let text = """
            SwiftPath "${HTDOCS}/app"
            SwiftHandler app::shown
            SwiftFixupHandler app::a
            SwiftTypeHandler app::a | .x
            SwiftAccessHandler app::a app::b | .x .y
            <Location "/">
            SetHandler mod_swift
            </Location>
            <Directory "${HTDOCS}/app/in">
            SwiftFixupHandler app::b
            SwiftAccessHandler app::c
            </Directory>
            <Files "f*">
            SwiftFixupHandler app::c
            </Files>
            <LocationMatch "^/app/in/l">
            SwiftFixupHandler app::c app::c
            </LocationMatch>
            <If "%{QUERY_STRING} == 'if'">
            SwiftFixupHandler app::b app::a
            </If>
            <VirtualHost *:${PORT}>
            ServerName one.example
            </VirtualHost>
            <VirtualHost *:${PORT}>
            ServerName two.example
            SwiftFixupHandler app::b app::b
            </VirtualHost>
            """
        try HTTPD.with(.modSwift(text: text)) { server throws in
            try server.writeApp(Self.source)
            try server.write("app/in/some.txt", "")
            func ask(_ path: String, _ host: String = "one.example") throws -> String {
                try server.get(path, headers: ["Host": host]).text
            }
            #expect(try ask("/app/a") == "a -")
            #expect(try ask("/app/a.x") == "abaa -")
            #expect(try ask("/app/a.y") == "aba -")
            #expect(try ask("/app/in/a") == "cb -")
            #expect(try ask("/app/in/a.x") == "abab -")
            #expect(try ask("/app/f") == "c -")
            #expect(try ask("/app/in/l") == "ccc -")
            #expect(try ask("/app/in/l?if") == "cba -")
            #expect(try ask("/app/a", "two.example") == "bb -")
            #expect(try ask("/app/in/a", "two.example") == "cb -")
        }
    }

    @Test func htaccessNeedsItsOverrideAndThePermission() throws {
        let text = { (override: String, permission: String) in
            """
            <Directory "${HTDOCS}/app">
            AllowOverride \(override)
            SwiftAllowHtaccess \(permission)
            SetHandler mod_swift
            SwiftHandler app::shown
            </Directory>
            """
        }
        try HTTPD.with(.modSwift(text: text("FileInfo", "On"))) { server throws in
            try server.writeApp(Self.source)
            try server.write("app/.htaccess", "SwiftFixupHandler app::a\n")
            #expect(try server.app().text == "a -")
            for line in ["AccessHandler app::a", "AuthenHandler app::a", "HandlerModule app"] {
                try server.write("app/.htaccess", "Swift\(line)\n")
                #expect(try server.app().status == 500, "\(line)")
                try server.expectLog(
                    containing: "Swift\(line.prefix { $0 != " " }) not allowed here")
            }
            try server.write("app/.htaccess", "SwiftTransHandler app::a\n")
            #expect(try server.app().status == 500)
            try server.expectLog(containing: "SwiftTransHandler not allowed here")

            server.configuration.text = text("AuthConfig", "On")
            try server.restart(graceful: false)
            try server.write("app/.htaccess", "SwiftAccessHandler app::a\n")
            #expect(try server.app().text == "a -")
            try server.write("app/.htaccess", "SwiftAccessHandler app::b\n")
            #expect(try server.app().text == "b -")

            server.configuration.text = text("AuthConfig", "Off")
            try server.restart(graceful: false)
            #expect(try server.app().status == 500)
            try server.expectLog(containing: "MSW0202: ")
        }
    }
}
