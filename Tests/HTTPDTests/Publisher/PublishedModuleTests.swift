// SPDX-License-Identifier: Apache-2.0
//
// How the publisher finds the module for a URL, and caches it.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PublishedModuleTests {
    private static let index = """
        public func index(_ req: Request) -> String { "index \\(req.filename?.split(separator: "/").last ?? "")" }
        public func hello() -> String { "hello" }
        public func wiki(_ page: String) -> String { "wiki \\(page)" }
        public enum Site { public static func map() -> String { "map" } }
        """
    private static let other = """
        public func index() -> String { "other" }
        public func hello() -> String { "other hello" }
        """

    /// The table of the manual, 6.1.2.1.
    @Test func aFileIsAModuleAndAnythingElseIsOfIndex() throws {
        let files = [
            "index.swift": Self.index, "other.swift": Self.other, "sub/index.swift": Self.other,
        ]
        try PublisherSite.with(files) { server throws in
            for (path, expected) in [
                ("", "index index.swift"), ("index", "index index.swift"),
                ("index/", "index index.swift"), ("index/index", "index index.swift"),
                ("index/hello", "hello"), ("hello", "hello"), ("hello/", "hello"),
                ("Site/map", "map"), ("wiki/a", "wiki a"), ("other", "other"),
                ("other/hello", "other hello"), ("sub/", "other"), ("sub/hello", "other hello"),
                ("sub/index", "other"), ("index.swift/hello", "hello"),
            ] {
                for _ in 0..<3 {
                    let response = try server.pub(path)
                    #expect(response.status == 200 && response.text == expected, "\(path)")
                }
            }
            for path in [
                "spam", "Site", "wiki/a/b", "sub/spam", "other/spam", "hello.do", "wiki//a/b",
            ] {
                #expect(try server.pub(path).status == 404, "\(path)")
            }
        }
    }

    @Test(
        .bug(id: "N6-10", "any ending would do"))
    func suffixesThatLeadToItAreLeftOut() throws {
        try PublisherSite.with(
            ["form.swift": Self.other], handler: "AddHandler mod_swift .swift .do html"
        ) { server throws in
            for path in ["form.swift", "form.do", "form.html", "form.do/index"] {
                #expect(try server.pub(path).text == "other", "\(path)")
            }
            try server.write("pub/page.txt", "static")
            #expect(try server.pub("page.txt").text == "static")
            #expect(try server.pub("form").status == 404)
            #expect(try server.pub("form.txt").status == 404)
        }
    }

    @Test(arguments: [
        "", "SwiftInterpreter own", "SwiftInterpPerDirectory On", "SwiftInterpPerDirective On",
        "SwiftDebug On", "SwiftLogNotes On", "SwiftTimeout 10",
    ])
    func otherDirectivesHoldForIt(_ directive: String) throws {
        try PublisherSite.with(["index.swift": Self.index], directives: directive) {
            server throws in
            for _ in 0..<2 {
                #expect(try server.pub("hello").text == "hello")
                #expect(try server.pub("nothing").status == 404)
            }
        }
    }

    @Test func aChangeIsSeenByTheNextRequest() throws {
        try PublisherSite.with(["app.swift": Self.other], directives: "SwiftDebug On") {
            server throws in
            #expect(try server.pub("app/hello").text == "other hello")
            #expect(try server.pub("app/added").status == 404)
            try server.write(
                "pub/app.swift", "import ModSwift\npublic func added() -> String { \"added\" }\n")
            #expect(try server.pub("app/added").text == "added")
            #expect(try server.pub("app/hello").status == 404)
            try server.write("pub/app.swift", "import ModSwift\npublic func added( -> {}\n")
            #expect(try server.pub("app/added").status == 500)
            try server.expectLog(containing: "MSW0103")
            server.allowLog(containing: "error: ")
            server.allowLog(containing: "public func added")
        }
    }

    @Test func aModuleThatAppearsComesBeforeIndexAndLeavesItAgain() throws {
        try PublisherSite.with(["index.swift": Self.index]) { server throws in
            for _ in 0..<2 { #expect(try server.pub("hello").text == "hello") }
            try server.write(
                "pub/hello.swift", "import ModSwift\npublic func index() -> String { \"module\" }\n"
            )
            for _ in 0..<2 { #expect(try server.pub("hello").text == "module") }
            try FileManager.default.removeItem(atPath: "\(server.root)/htdocs/pub/hello.swift")
            for _ in 0..<2 { #expect(try server.pub("hello").text == "hello") }
        }
    }

    @Test func withoutReloadNothingIsLookedAt() throws {
        try PublisherSite.with(
            ["index.swift": Self.index], directives: "SwiftAutoReload Off"
        ) { server throws in
            for path in ["hello", "index"] { #expect(try server.pub(path).status == 200) }
            // Each child has its own cache.
            for _ in 0..<20 { _ = try server.pub("hello") }
            #expect(try server.pub("spam").status == 404)
        }
    }

    @Test func htaccessMayNameIt() throws {
        try PublisherSite.with(
            ["app.swift": Self.other], directives: "AllowOverride All",
            global: "SwiftAllowHtaccess On"
        ) { server throws in
            try server.write("pub/sub/.htaccess", "SwiftHandler mod_swift::publisher\n")
            try server.write("pub/sub/app.swift", "import ModSwift\n\(Self.other)\n")
            for _ in 0..<2 { #expect(try server.pub("sub/app/hello").text.contains("other hello")) }
        }
    }

    @Test func itIsForResponsesAlone() throws {
        try PublisherSite.with(
            ["app.swift": Self.other], directives: "SwiftFixupHandler mod_swift::publisher"
        ) { server throws in
            #expect(try server.pub("app").status == 500)
            try server.expectLog(containing: "MSW0783")
        }
    }

    // MARK: Directories

    private static let shop = [
        "shop/a.swift": """
        public func index() -> String { "shop" }
        public func cart(item: String) -> String { "\\(item) costs \\(price(of: item))" }
        let access = Access(methods: ["GET"])
        """,
        "shop/b.swift": """
        func price(of item: String) -> Int { item.utf8.count }
        public enum Admin { public static func users() -> String { "users" } }
        public func secret() -> String { "secret" }
        let secretAccess = Access(realm: "r", passwords: ["ann": "x"])
        """,
        "shop/sub/c.swift": "public func hello() -> String { \"sub\" }",
        "other.swift": other,
    ]
    private static let directory = """
        <Directory "${HTDOCS}/pub/shop">
            SwiftOption mod_swift.publisher.directory on
        </Directory>
        """

    @Test(arguments: ["", "SwiftAutoReload Off", "SwiftInterpPerDirectory On"])
    func aDirectoryIsAModuleWhereTheConfigurationSaysSo(_ directive: String) throws {
        try PublisherSite.with(Self.shop, directives: directive, global: Self.directory) {
            server throws in
            for _ in 0..<2 {
                for (path, expected) in [
                    ("shop/", "shop"), ("shop/index", "shop"),
                    ("shop/cart?item=tea", "tea costs 3"),
                    ("shop/Admin/users", "users"), ("shop/Admin/users/", "users"),
                    ("shop/sub/hello", "sub"), ("other/hello", "other hello"),
                ] {
                    let response = try server.pub(path)
                    #expect(response.status == 200 && response.text == expected, "\(path)")
                }
                // Files have no URLs of their own, non-public declarations have none either, and
                // access declarations apply across files.
                for (path, status) in [
                    ("shop/a/cart?item=x", 404), ("shop/a", 404), ("shop/b.swift", 404),
                    ("shop/price", 404), ("shop/cart", 400), ("shop/secret", 401),
                    ("shop/sub/c/hello", 404), ("shop/Admin", 404), ("shop/a.swift/cart", 404),
                ] { #expect(try server.pub(path).status == status, "\(path)") }
                #expect(try server.request("POST", "/pub/shop/cart", body: "item=x").status == 405)
            }
        }
    }

    @Test func withoutTheOptionFilesAreModules() throws {
        try PublisherSite.with(
            ["shop/a.swift": Self.other, "shop/b.swift": Self.index],
            global: Self.directory.replacing(" on\n", with: " Off\n")
        ) { server throws in
            #expect(try server.pub("shop/a/hello").text == "other hello")
            #expect(try server.pub("shop/b/hello").text == "hello")
            for path in ["shop/hello", "shop/", "shop/nothing"] {
                #expect(try server.pub(path).status == 404)
            }
        }
    }

    @Test func aDirectoryIsReloadedWithAnyOfItsFiles() throws {
        try PublisherSite.with(
            Self.shop, directives: "SwiftDebug On", global: Self.directory
        ) { server throws in
            #expect(try server.pub("shop/cart?item=tea").text == "tea costs 3")
            try server.write(
                "pub/shop/b.swift", "import ModSwift\nfunc price(of item: String) -> Int { 7 }\n")
            #expect(try server.pub("shop/cart?item=tea").text == "tea costs 7")
            #expect(try server.pub("shop/Admin/users").status == 404)
            try server.write(
                "pub/shop/c.swift", "import ModSwift\npublic func new() -> String { \"new\" }\n")
            #expect(try server.pub("shop/new").text == "new")
        }
    }

    @Test func anotherWordIsAnError() throws {
        try PublisherSite.with(
            Self.shop, global: Self.directory.replacing(" on\n", with: " yes\n")
        ) { server throws in
            #expect(try server.pub("shop/").status == 500)
            try server.expectLog(
                containing:
                    "SwiftOption mod_swift.publisher.directory is \"yes\"; it takes On or Off"
            )
            #expect(try server.pub("other/hello").status == 200)
        }
    }
}
