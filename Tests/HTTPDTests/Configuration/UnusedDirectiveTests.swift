// SPDX-License-Identifier: Apache-2.0
//
// Warnings of handlers, filters and providers that no line uses, and silence about all others.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct UnusedDirectiveTests {
    private static func directory(_ path: String, _ lines: String) -> String {
        "<Directory \(path)>\n\(lines)\n</Directory>\n"
    }

    private static func host(_ address: String, _ lines: String) -> String {
        "<VirtualHost \(address)>\nServerName v\n\(lines)\n</VirtualHost>\n"
    }

    /// Runs `httpd -t` for each text; told is what each is to be warned of, nothing where it is empty.
    private static func check(
        _ id: String, modules: [String] = [], _ texts: [(text: String, told: String)]
    ) throws {
        let server = try HTTPD(.modSwift(modules: modules))
        defer { server.close() }
        for (text, told) in texts {
            server.configuration.text = text
            let test = server.configTest()
            #expect(test.ok, "\(text): \(test.output)")
            #expect(test.output.contains(id) == !told.isEmpty, "\(text): \(test.output)")
            guard !told.isEmpty else { continue }
            #expect(test.output.contains(told), "\(text): \(test.output)")
        }
    }

    @Test func handlersThatNoRequestComesTo() throws {
        let directory = Self.directory
        let alone = "SwiftHandler a"
        let both = "SetHandler mod_swift\nSwiftHandler a"
        let form = "add \"AddHandler mod_swift .do\" or \"SetHandler mod_swift\" to its section"
        try Self.check(
            "MSW0570", modules: ["rewrite"],
            [
                (alone, "MSW0570: SwiftHandler ("),
                (directory("/srv", alone), "test.conf:2) will never be called: nothing gives"),
                (directory("/srv", "\(alone)\nAddHandler mod_swift-source .swift"), form),
                (directory("/srv", "\(alone)\nSwiftLogHandler a\nSetHandler cgi-script"), form),
                (directory("/a", both) + directory("/b", alone), "test.conf:6)"),
                (directory("/a/b", both) + directory("/a/bc/", alone), form),
                ("<Location /a>\n\(both)\n</Location>\n<Location /b>\n\(alone)\n</Location>", form),
                (Self.host("*:1", both) + Self.host("*:2", alone), form),
                (directory("/a", "AllowOverride AuthConfig\n\(alone)"), form),
                // Whatever may lead there.
                (directory("/srv", both), ""),
                (directory("/srv", "\(alone)\nAddHandler Mod_Swift .do"), ""),
                (directory("/srv", "\(alone)\nForceType mod_swift"), ""),
                ("SetHandler mod_swift\n" + directory("/srv", alone), ""),
                (directory("/a", both) + directory("/a/b/", alone), ""),
                (directory("/a/b", both) + directory("/a", alone), ""),
                (directory("\"/a\"", both) + directory("/a", alone), ""),
                (directory("/b*", both) + directory("/b", alone), ""),
                (directory("~ ^/a", both) + directory("/b", alone), ""),
                ("<DirectoryMatch ^/a>\n\(both)\n</DirectoryMatch>\n" + directory("/b", alone), ""),
                ("<Location /a>\n\(both)\n</Location>\n" + directory("/b", alone), ""),
                ("<Files x>\n\(both)\n</Files>\n" + directory("/b", alone), ""),
                (Self.host("*:1", alone) + "<If true>\n\(both)\n</If>", ""),
                (directory("/a", "AllowOverride FileInfo\n\(alone)"), ""),
                (directory("/a", "AllowOverrideList SetHandler\n\(alone)"), ""),
                ("RewriteEngine On\nRewriteRule ^ - [H=mod_swift,L]\n\(alone)", ""),
                ("RewriteEngine On\nRewriteRule ^ - [H=%{ENV:which}]\n\(alone)", ""),
                ("RewriteEngine On\nRewriteRule ^/(.*)/ - [handler=$1,L]\n\(alone)", ""),
                ("RewriteEngine On\nRewriteRule ^/a /%{HTTP_HOST} [L]\n\(alone)", form),
                ("SetHandler \"%{reqenv:which}\"\n\(alone)", ""),
                // Code may set req.handler.
                ("SwiftPath /a\nSwiftFixupHandler a\n\(alone)", ""),
                ("SwiftHandlerModule a\n\(alone)", ""),
            ])
    }

    @Test func filtersThatNothingUses() throws {
        let directory = Self.directory
        let line = "SwiftOutputFilter a UPPER"
        try Self.check(
            "MSW0571", modules: ["filter"],
            [
                (directory("/a", line), "test.conf:2) will never be called: nothing there uses"),
                (line, "the filter UPPER; add \"SetOutputFilter UPPER\" to its section"),
                ("SwiftInputFilter a::b", "add \"SetInputFilter a::b\""),
                (directory("/a", line) + directory("/b", "SetOutputFilter UPPER"), "MSW0571"),
                (directory("/a", line) + directory("/b", "SwiftLogHandler a"), "MSW0571"),
                // Whatever may use it.
                ("\(line)\n" + directory("/b", "SetOutputFilter DEFLATE;upper"), ""),
                ("\(line)\nAddOutputFilterByType UPPER text/html", ""),
                ("\(line)\nFilterDeclare s\nFilterProvider s Upper true", ""),
                ("SwiftOutputFilter a a=b\nAddOutputFilter a=b;DEFLATE .x", ""),
                (directory("/a", "AllowOverride FileInfo\n\(line)"), ""),
                // Code may add it, that of another filter too.
                (directory("/a", "SwiftLogHandler a\n\(line)"), ""),
                ("SwiftInputFilter b B\nSetInputFilter B\n\(line)", ""),
                ("SwiftInputFilter b B\n\(line)", "the filter UPPER"),
            ])
    }

    @Test func providersThatNobodyAsks() throws {
        let authn = "SwiftAuthnProvider members a"
        let authz = "SwiftAuthzProvider group a"
        let lines = "<RequireAll>\nRequire all granted\nRequire not group b\n</RequireAll>"
        let directory = Self.directory
        try Self.check(
            "MSW0572", modules: ["authn_core", "auth_basic", "authz_user"],
            [
                (authn, "members; add \"AuthBasicProvider members\" to a section"),
                (authz, "MSW0572: SwiftAuthzProvider ("),
                ("\(authz)\n" + directory("/a", "Require valid-user"), "add \"Require group\""),
                (authn + "\n" + directory("/a", "AuthBasicProvider members"), ""),
                (authn + "\n<AuthnProviderAlias members other>\n</AuthnProviderAlias>", ""),
                (authz + "\n" + directory("/a", "Require group b"), ""),
                (authz + "\n" + directory("/a", lines), ""),
                (authz + "\n" + directory("/a", "AllowOverride AuthConfig"), ""),
            ])
    }

    @Test func permissionsForFilesThatAreNotRead() throws {
        let line = "SwiftAllowHtaccess On"
        let directory = Self.directory
        try Self.check(
            "MSW0573",
            [
                (line, "has no effect: httpd reads no .htaccess there; add \"AllowOverride"),
                (directory("/a", "AllowOverride None\n\(line)"), "test.conf:3)"),
                (directory("/a", "AllowOverride All") + directory("/b", line), "MSW0573"),
                (line + "\n" + directory("/a", "AllowOverride FileInfo"), ""),
                (line + "\n" + directory("/a", "AllowOverrideList SetHandler"), ""),
                ("SwiftAllowHtaccess Off", ""),
            ])
    }

    @Test func connectionHandlersThatHaveNoConnections() throws {
        let host = Self.host
        let line = "SwiftConnectionHandler a"
        try Self.check(
            "MSW0574",
            [
                (host("*:1", "") + host("*:1", line), "test.conf:7) will never be called"),
                (host("*:1 1.2.3.4:2", "") + host("*:1", "SwiftPreConnectionHandler a"), "MSW0574"),
                (host("*:1", line) + host("*:1", ""), ""),
                (host("*:1", "") + host("*:2", line), ""),
                (host("*:1", "") + host("*:1 *:2", line), ""),
                (line + "\n" + host("*:1", ""), ""),
            ])
    }

    @Test func theSameIsInTheLogOfARealStart() throws {
        try HTTPD.with(.modSwift(text: "SwiftHandler a")) { server throws in
            try server.expectLog(containing: "MSW0570: SwiftHandler")
        }
    }

    // MARK: What cannot work

    @Test func requestsForWhichNoFunctionIsNamed() throws {
        let add = "AddHandler mod_swift .do"
        try Self.check(
            "MSW0788",
            [
                (Self.directory("/srv", add), "MSW0788: AddHandler mod_swift .do ("),
                ("SetHandler mod_swift", "such requests end with 500"),
                (Self.directory("/srv", "\(add)\nSwiftHandler a"), ""),
                (Self.directory("/srv", add) + "<Files x>\nSwiftHandler a\n</Files>", ""),
                (Self.directory("/srv", "\(add)\nAllowOverride All"), ""),
            ])
    }

    @Test func namesThatAreWrittenAsElsewhere() throws {
        let line = { (name: String) in
            Self.directory("/srv", "SetHandler mod_swift\nSwiftHandler \(name)")
        }
        try Self.check(
            "MSW0789",
            [
                (line("hello.swift"), "\"hello.swift\" names a file"),
                (line("hello.swift::f"), "write hello::f"),
                (line("hello:handler"), "\"hello:handler\" has one colon; write hello::handler"),
                ("SwiftImport hello.swift\nSwiftPath /srv", "MSW0789: SwiftImport ("),
                (line("hello::handler"), ""), (line("mod_swift::psp"), ""),
            ])
    }

    /// Quadratic checks would take minutes.
    @Test func manySectionsAreCheckedAtOnce() throws {
        let server = try HTTPD(.modSwift())
        defer { server.close() }
        try server.write("site/hello.swift", "")
        let site = "\(server.htdocs)/site"
        let both = "SetHandler mod_swift\nSwiftHandler hello"
        server.configuration.text = (0..<4000).map {
            "<Location /a/\($0)>\n\(both)\nSwiftPath \(site)\n</Location>\n"
                + Self.directory("\(site)/\($0)", "Require all granted")
        }.joined()
        let start = ContinuousClock.now
        let test = server.configTest()
        #expect(test.ok && !test.output.contains("MSW"), "\(test.output)")
        #expect(ContinuousClock.now - start < .seconds(90))
    }

    @Test func whatIsNotThere() throws {
        let both = "SetHandler mod_swift\nSwiftHandler hello"
        let server = try HTTPD(.modSwift())
        defer { server.close() }
        try server.write("site/hello.swift", "")
        try server.write("site/sub/part.swift", "")
        let site = "\(server.htdocs)/site"
        for (text, told) in [
            (Self.directory(site, both), ""),
            (Self.directory(site, "SetHandler mod_swift\nSwiftHandler sub"), ""),
            (
                Self.directory(site, "SetHandler mod_swift\nSwiftHandler helo"),
                "; did you mean \"hello\"?"
            ),
            (Self.directory(site, "\(both) handler"), "to name a function write hello::handler"),
            ("<Location /a>\n\(both)\n</Location>", "add \"SwiftPath /directory\""),
            ("SwiftPath \(site)\n<Location /a>\n\(both)\n</Location>", ""),
            ("<LocationMatch ^/a>\n\(both)\n</LocationMatch>", "is looked for nowhere"),
            (Self.directory("\(server.htdocs)/s*", both), "or in one for a pattern"),
            ("SwiftPath htdocs/site\n<Location /a>\n\(both)\n</Location>", ""),
            ("SwiftPath htdocs/sites", "there is no directory \(server.htdocs)/sites; did you"),
            (
                "SwiftPath \(server.htdocs)/sites",
                "there is no directory \(server.htdocs)/sites; did you mean \"site\"?"
            ),
            ("SwiftCompiler /nowhere/swiftc", "there is no program /nowhere/swiftc"),
            (Self.directory("\(site)e", both), "Directory ("),
            ("SwiftPath \(site)\nSwiftImport nomod", "MSW0790: SwiftImport ("),
        ] {
            server.configuration.text = text
            let test = server.configTest()
            #expect(test.ok, "\(text): \(test.output)")
            #expect(test.output.contains("MSW0790") == !told.isEmpty, "\(text): \(test.output)")
            #expect(told.isEmpty || test.output.contains(told), "\(text): \(test.output)")
        }
    }
}
