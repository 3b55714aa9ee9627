// SPDX-License-Identifier: Apache-2.0
//
// Where each directive may stand. The page of directives says so, in the row "Context" and the row
// "Override"; httpd is asked whether it is true, for all that the module's table has.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct DirectiveContextTests {
    /// A line of each directive that is right wherever the directive may stand.
    private static let arguments: [String: String] = [
        "SwiftHandler": "app::pass", "SwiftPostReadRequestHandler": "app::pass",
        "SwiftQuickHandler": "app::pass", "SwiftTransHandler": "app::pass",
        "SwiftMapToStorageHandler": "app::pass", "SwiftHeaderParserHandler": "app::pass",
        "SwiftInitHandler": "app::pass", "SwiftAccessHandler": "app::pass",
        "SwiftAuthenHandler": "app::pass", "SwiftAuthzHandler": "app::pass",
        "SwiftTypeHandler": "app::pass", "SwiftFixupHandler": "app::pass",
        "SwiftLogHandler": "app::pass", "SwiftCleanupHandler": "app::pass",
        "SwiftHandlerModule": "app", "SwiftAuthoritative": "Off",
        "SwiftAuthnProvider": "users app", "SwiftAuthzProvider": "friends app",
        "SwiftPreConnectionHandler": "app", "SwiftConnectionHandler": "app",
        "SwiftInputFilter": "app::filter IN", "SwiftOutputFilter": "app::filter OUT",
        "SwiftHookOrder": "Fixup late", "SwiftImport": "app", "SwiftInterpreter": "name",
        "SwiftInterpPerDirectory": "Off", "SwiftInterpPerDirective": "Off",
        "SwiftPath": "\"${HTDOCS}/app\"", "SwiftDebug": "On", "SwiftEnableDebugger": "Off",
        "SwiftAutoReload": "Off", "SwiftOption": "key value", "SwiftLogNotes": "On",
        "SwiftAllowHtaccess": "On", "SwiftOptimize": "Off", "SwiftCacheDir": "\"${CACHE}\"",
        "SwiftCacheSize": "10M", "SwiftCompiler": "/usr/bin/swiftc", "SwiftBuildTimeout": "10s",
        "SwiftTrapDrain": "3", "SwiftTrapLimit": "10 5min", "SwiftTimeout": "30",
        "SwiftFormLimits": "fields=10 body=1M", "SwiftSecretFile": "conf/keys",
        "SwiftStateDir": "state", "SwiftSessionStore": "memory",
    ]

    private struct Place {
        let name: String
        /// The page's name for it.
        let context: String
        /// The text around a line.
        let before: String
        let after: String

        /// Whether it applies to a directory as soon as that is known, or to the whole server.
        var isWholeDirectory: Bool {
            ["server", "virtual host", "directory", "wildcard"].contains(name)
        }
    }

    private static let places = [
        Place(name: "server", context: "server config", before: "", after: ""),
        Place(
            name: "virtual host", context: "virtual host",
            before: "<VirtualHost *:1>\nServerName v\n", after: "\n</VirtualHost>"),
        Place(
            name: "directory", context: "directory", before: "<Directory /srv>\n",
            after: "\n</Directory>"),
        Place(
            name: "wildcard", context: "directory", before: "<Directory /srv/*>\n",
            after: "\n</Directory>"),
        Place(
            name: "expression", context: "directory", before: "<Directory ~ ^/srv>\n",
            after: "\n</Directory>"),
        Place(
            name: "match", context: "directory", before: "<DirectoryMatch ^/srv>\n<IfDefine !x>\n",
            after: "\n</IfDefine>\n</DirectoryMatch>"),
        Place(
            name: "location", context: "directory", before: "<LocationMatch ^/srv>\n",
            after: "\n</LocationMatch>"),
        Place(name: "files", context: "directory", before: "<Files x>\n", after: "\n</Files>"),
        Place(name: "if", context: "directory", before: "<If true>\n", after: "\n</If>"),
        Place(
            name: "limit", context: "", before: "<Directory /srv>\n<Limit GET>\n",
            after: "\n</Limit>\n</Directory>"),
    ]

    /// What the page's rows say of one directive.
    private struct Row {
        var contexts: Set<String> = []
        var override: String?

        /// Whether a line may stand in a place. Flags and values may also stand in `<Limit>`, where
        /// they are those of the directory.
        func allows(_ directive: String, in place: Place) -> Bool {
            // Elsewhere it would be too late to say something about .htaccess files.
            let hasToBeEarly = directive == "SwiftAllowHtaccess" && !place.isWholeDirectory
            if place.name == "limit" {
                return contexts.contains("directory") && !directive.hasSuffix("Handler")
                    && directive != "SwiftHandlerModule" && !hasToBeEarly
            }
            return contexts.contains(place.context) && !hasToBeEarly
        }
    }

    private static func page() throws -> [String: Row] {
        var rows: [String: Row] = [:]
        var directive = ""
        for line in try Manual.text("docs/manual/directives.md").split(separator: "\n") {
            if line.hasPrefix("## ") { directive = String(line.dropFirst(3)) }
            let cells = line.split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard line.hasPrefix("| "), cells.count == 2 else { continue }
            switch cells[0] {
            case "Context":
                rows[directive, default: Row()].contexts =
                    Set(cells[1].components(separatedBy: ", "))
            case "Override": rows[directive, default: Row()].override = cells[1]
            default: break
            }
        }
        return rows
    }

    /// The table of the module, the page and this file know the same directives.
    @Test func everyDirectiveIsOnThePageAndInThisTest() throws {
        let table = try Manual.text("shim/msw_directives.c")
        let declared = Set(table.matches(of: /AP_INIT_\w+\("(Swift\w+)"/).map { String($0.1) })
        #expect(declared.count > 40)
        #expect(declared.symmetricDifference(Self.arguments.keys).sorted() == [])
        #expect(try declared.symmetricDifference(Self.page().keys).sorted() == [])
    }

    @Test func everyDirectiveStandsWhereThePageSaysAndNowhereElse() throws {
        let page = try Self.page()
        let server = try HTTPD(.modSwift())
        defer { server.close() }
        for place in Self.places {
            var allowed: [String] = []
            for (directive, arguments) in Self.arguments.sorted(by: { $0.key < $1.key }) {
                let line = "\(directive) \(arguments)"
                if page[directive]?.allows(directive, in: place) == true {
                    allowed.append(line)
                    continue
                }
                server.configuration.text = place.before + line + place.after
                let test = server.configTest()
                #expect(!test.ok, "\(line) in \(place.name)")
                let sentence = Self.sentence(for: directive, in: place.name, page[directive])
                #expect(
                    test.output.contains(directive) && test.output.contains(sentence),
                    "\(place.name), \(sentence): \(test.output)")
            }
            server.configuration.text =
                place.before + allowed.joined(separator: "\n") + place.after
            let test = server.configTest()
            #expect(test.ok, "\(place.name): \(test.output)")
        }
    }

    /// What is said of a line in the wrong place: what to do instead, where that is to be said.
    private static func sentence(for directive: String, in place: String, _ row: Row?) -> String {
        let isOfWholeServer = row?.contexts.contains("virtual host") == false
        return switch (directive, place) {
        case ("SwiftHookOrder", _): "the order of hooks holds for the whole server"
        case ("SwiftAuthnProvider", "virtual host"), ("SwiftAuthzProvider", "virtual host"):
            "whole server's"
        case ("SwiftAllowHtaccess", _): "it comes too late for .htaccess files"
        case ("SwiftPostReadRequestHandler", _), ("SwiftTransHandler", _),
            ("SwiftQuickHandler", _), ("SwiftMapToStorageHandler", _):
            place == "limit" ? "req.method" : "put it into the server"
        case ("SwiftImport", _): "put it into the server"
        case (_, "limit") where row?.contexts.contains("directory") == true:
            "have the handler look at req.method"
        case (_, "virtual host") where isOfWholeServer: "cannot occur within <VirtualHost>"
        default: "not allowed in"
        }
    }

    /// In .htaccess, with the permission of mod_swift and with different ones of httpd.
    @Test func htaccessFilesMayHoldWhatThePageSays() throws {
        let page = try Self.page()
        let overrides = ["FileInfo", "AuthConfig", "Indexes"]
        let sections = overrides.map { name in
            "<Directory \"${HTDOCS}/\(name)\">\nAllowOverride \(name)\n</Directory>"
        }
        let text =
            "SwiftAllowHtaccess On\nSwiftPath \"${HTDOCS}/app\"\n"
            + sections.joined(separator: "\n")
        try HTTPD.with(.modSwift(text: text)) { server throws in
            try server.writeApp(
                """
                func pass(_ req: Request) -> Status { .declined }
                func fixupHandler(_ req: Request) {}
                """)
            for name in overrides { try server.write("\(name)/page.txt", "page") }
            for (directive, arguments) in Self.arguments.sorted(by: { $0.key < $1.key }) {
                let row = page[directive]
                for name in overrides {
                    let isAllowed =
                        row?.contexts.contains(".htaccess") == true
                        && ["any but `None`", "`\(name)`"].contains(row?.override)
                    let line = "\(directive) \(arguments)\n"
                        .replacing("${HTDOCS}", with: server.htdocs)
                    try server.write("\(name)/.htaccess", line)
                    let status = try server.get("/\(name)/page.txt").status
                    #expect(status == (isAllowed ? 200 : 500), "\(directive) under \(name)")
                    guard !isAllowed else { continue }
                    let isFilter = directive.hasSuffix("Filter")
                    try server.expectLog(
                        containing:
                            "\(directive) \(isFilter ? "cannot stand in .htaccess" : "not allowed here")"
                    )
                }
            }
        }
    }
}
