// SPDX-License-Identifier: Apache-2.0
//
// SwiftAuthnProvider, SwiftAuthzProvider and Require swift: Swift functions that httpd's own access
// control asks.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ProviderTests {
    private static let source = """
        struct Broken: Error {}
        nonisolated(unsafe) var three = 3

        func fail(_ how: String, _ req: Request) throws {
            switch how {
            case "error": throw Broken()
            case "trap": three = [1][three]
            case "ok": throw Status.ok
            case "forbidden": throw Status.forbidden
            case "unauthorized": throw Status.unauthorized
            case "mistake": req.user = "a\\0b"
            default: break
            }
        }

        enum Asked: RequestStorageKey { typealias Value = String }

        extension Request {
            func note(_ text: String) { self[Asked.self] = (self[Asked.self] ?? "") + text + " " }
        }

        struct Users {
            let req: Request
            init(_ req: Request) { self.req = req }

            func check(_ req: Request, user: String, password: String) async throws -> AuthnResult {
                try fail(password, req)
                req.log("asked about \\(user)", level: .notice)
                req.note("\\(req.phase)")
                if user == "zoe" { return .userNotFound }
                return password == user ? .granted : .denied
            }
        }

        /// MD5 of ann:app:ann.
        func hash(_ req: Request, user: String, realm: String) throws -> String? {
            try fail(user, req)
            req.log("hash of \\(user) in \\(realm)", level: .notice)
            return user == "ann" ? "\(annsHash)" : user == "bad" ? "secret" : nil
        }

        func decide(_ req: Request, arguments: String, unless: Bool = false) throws -> AuthzResult {
            let words = arguments.split(separator: " ").map(String.init)
            try fail(words.first ?? "", req)
            req.note("\\(arguments)@\\(req.user ?? "-")")
            switch words.first {
            case "granted": return .granted
            case "neutral": return .neutral
            case "without": return req.user == nil ? .deniedWithoutUser : .granted
            case "always-without": return .deniedWithoutUser
            case "user": return req.user == nil
                ? .deniedWithoutUser : words.contains(req.user ?? "") ? .granted : .denied
            default: return .denied
            }
        }

        func authzProvider(_ req: Request, arguments: String) async -> AuthzResult {
            req.addHandler(.fixup, "app::later")
            return arguments.isEmpty ? .granted : .denied
        }

        func later(_ req: Request) { req.note("later") }

        func wrong(_ req: Request, arguments: String) -> Bool { true }

        func handler(_ req: Request) -> String {
            "\\(req.user ?? "-"): \\(req[Asked.self] ?? "")\\(req.notes["swift_handler"] ?? "")"
        }
        """

    /// MD5 of "ann:app:ann".
    private static let annsHash = "31168df49311cbea72c3cc26914427b8"
    /// Of "other", for zoe and mallory.
    private static let file =
        "zoe:{SHA}0JQeaNqPOBUf+Gph/Fn3xc+fyqI=\nmallory:{SHA}0JQeaNqPOBUf+Gph/Fn3xc+fyqI=\n"

    private static let modules = [
        "authn_core", "authz_user", "auth_basic", "auth_digest", "authn_file", "authn_socache",
        "socache_shmcb",
    ]

    /// Runs a body against a server with places that have directives of their own.
    private static func with(
        _ places: [String: String], mpm: MPM = .event, global: String = "",
        _ body: (HTTPD) throws -> Void
    ) throws {
        let sections = places.map { place, lines in
            """
            <Location "/\(place)">
            SetHandler mod_swift
            SwiftHandler app
            \(lines)
            </Location>
            """
        }
        let text = """
            SwiftTrapDrain 0
            SwiftTrapLimit 0
            SwiftPath "${HTDOCS}/app"
            SwiftAuthnProvider users app::Users.check app::hash
            SwiftAuthzProvider decision app::decide
            \(global)
            \(sections.joined(separator: "\n"))
            """
        var configuration = try HTTPDConfiguration.modSwift(mpm: mpm, modules: modules, text: text)
        configuration.children = 1
        try HTTPD.with(configuration) { server in
            try server.writeApp(source)
            try server.write("users", file)
            for line in ["AH01617", "AH01618", "AH01629", "AH01630", "AH01631", "AH0179"] {
                server.allowLog(containing: line)
            }
            // Not every test asks all of them.
            server.allowLog(containing: "MSW0572")
            try body(server)
        }
    }

    private static func ask(
        _ server: HTTPD, _ path: String, _ user: String? = nil, _ password: String? = nil
    ) throws -> Response {
        var headers: HeaderFields = [:]
        if let user {
            let credentials = Data("\(user):\(password ?? user)".utf8).base64EncodedString()
            headers.add("Authorization", "Basic \(credentials)")
        }
        return try server.get("/\(path)", headers: headers)
    }

    private static func basic(_ providers: String) -> String {
        """
        AuthType Basic
        AuthName app
        AuthBasicProvider \(providers)
        AuthUserFile "${HTDOCS}/users"
        Require valid-user
        """
    }

    @Test(arguments: MPM.allCases)
    func passwordsAreCheckedBySwift(_ mpm: MPM) throws {
        let alias = """
            <AuthnProviderAlias users others>
            SwiftLogNotes On
            </AuthnProviderAlias>
            """
        let places = [
            "users": Self.basic("users"), "both": Self.basic("users file"),
            "others": Self.basic("others"), "noted": Self.basic("users") + "\nSwiftLogNotes On",
        ]
        try Self.with(places, mpm: mpm, global: alias) { server throws in
            let answer = try Self.ask(server, "users", "ann")
            #expect(answer.text == "ann: SwiftAuthnProvider ", "\(answer.status)")
            #expect(try Self.ask(server, "users", "ann", "").status == 401)
            #expect(try Self.ask(server, "users", "Zoë").text.hasPrefix("Zoë: "))
            let unknown = try Self.ask(server, "users", "zoe")
            #expect(unknown.status == 401)
            #expect(unknown.headers["WWW-Authenticate"] == "Basic realm=\"app\"")
            #expect(try Self.ask(server, "users").status == 401)

            // The next provider is asked about whom the first does not know, and no other.
            #expect(try Self.ask(server, "both", "zoe", "other").status == 200)
            #expect(try Self.ask(server, "both", "zoe", "wrong").status == 401)
            #expect(try Self.ask(server, "both", "mallory", "other").status == 401)
            #expect(try Self.ask(server, "others", "ann").text.hasPrefix("ann: "))
            #expect(
                try Self.ask(server, "noted", "ann").text
                    == "ann: SwiftAuthnProvider app::Users.check")
        }
    }

    /// What goes wrong is 500: neither access nor a question for another password.
    @Test func nobodyIsLetInByMistake() throws {
        try Self.with(["users": Self.basic("users file")]) { server throws in
            let mistakes = [
                ("error", "MSW0301: SwiftAuthnProvider users: threw Broken"),
                ("trap", "MSW0401: SwiftAuthnProvider users: trapped"),
                ("ok", "MSW0552: SwiftAuthnProvider users: threw"),
                ("mistake", "MSW0303: SwiftAuthnProvider users: "),
            ]
            for (password, story) in mistakes {
                #expect(try Self.ask(server, "users", "ann", password).status == 500, "\(password)")
                try server.expectLog(containing: story)
            }
            try server.expectLog(containing: "app/app.swift")
            for password in ["forbidden", "unauthorized"] {
                #expect(try Self.ask(server, "users", "ann", password).status == 401)
            }
            #expect(try Self.ask(server, "users", "ann").status == 200)
            try server.writeApp("func check() {")
            // The last good version goes on, before and after the compiler has found the mistake.
            #expect(try Self.ask(server, "users", "ann").status == 200)
            try server.expectLog(containing: "MSW0113")
            #expect(try Self.ask(server, "users", "ann").status == 200)
            server.allowLog(containing: "swift:error")
        }
    }

    @Test func digestsNeedTheHash() throws {
        let digest = """
            AuthType Digest
            AuthName app
            AuthDigestProvider users
            Require valid-user
            """
        let hashed = Self.basic("users") + "\nAuthBasicUseDigestAlgorithm MD5"
        try Self.with(["digest": digest, "hashed": hashed]) { server throws in
            func ask(_ user: String) throws -> Int {
                try server.curl("/digest", "--digest", "--user", user, "--max-time", "110").status
            }
            #expect(try ask("ann:ann") == 200)
            #expect(try ask("ann:bob") == 401)
            #expect(try ask("bob:bob") == 401)
            #expect(try ask("forbidden:x") == 401)
            #expect(try ask("error:x") == 500)
            try server.expectLog(containing: "MSW0301: SwiftAuthnProvider users: threw Broken")
            #expect(try ask("trap:x") == 500)
            try server.expectLog(containing: "MSW0401: SwiftAuthnProvider users: trapped")
            #expect(try ask("bad:x") == 500)
            try server.expectLog(containing: "MSW0553: SwiftAuthnProvider users: ")
            #expect(!server.errorLog().contains("secret"))
            server.allowLog(containing: "MSW0401")
            #expect(try Self.ask(server, "hashed", "ann").status == 200)
            #expect(try Self.ask(server, "hashed", "ann", "x").status == 401)
        }
    }

    @Test func whatWasFoundIsCachedWhereTheConfigurationSaysSo() throws {
        let lines = Self.basic("socache users")
        let digest = """
            AuthType Digest
            AuthName app
            AuthDigestProvider socache users
            AuthnCacheProvideFor users
            Require valid-user
            """
        let places = [
            "plain": lines, "cached": lines + "\nAuthnCacheProvideFor users", "digest": digest,
        ]
        try Self.with(places, global: "AuthnCacheSOCache shmcb:${ROOT}/run/authn") {
            server throws in
            func asked(_ text: String) -> Int { server.errorLog().split(separator: text).count - 1 }
            for _ in 0..<3 { #expect(try Self.ask(server, "plain", "bob").status == 200) }
            #expect(asked("asked about bob") == 3)
            for _ in 0..<3 { #expect(try Self.ask(server, "cached", "ann").status == 200) }
            #expect(try Self.ask(server, "cached", "ann", "other").status == 401)
            #expect(asked("asked about ann") == 1)
            // A wrong password is not remembered.
            for _ in 0..<2 { #expect(try Self.ask(server, "cached", "eve", "x").status == 401) }
            #expect(asked("asked about eve") == 2)
            for _ in 0..<2 {
                let status = try server.curl("/digest", "--digest", "--user", "ann:ann").status
                #expect(status == 200)
            }
            #expect(asked("hash of ann") == 1)
        }
    }

    /// The result map: each result before there is a user, and after.
    @Test(.bug(id: "N5-16"), arguments: MPM.allCases)
    func everyResultOfARequireLineMeansWhatItSays(_ mpm: MPM) throws {
        let login = "AuthType Basic\nAuthName app\nAuthBasicProvider users\n"
        let results: [(line: String, anonymous: Int, ann: Int)] = [
            ("granted", 200, 200), ("denied", 403, 403), ("without", 401, 200),
            ("always-without", 401, 401), ("neutral", 403, 403), ("error", 500, 500),
            ("trap", 500, 500), ("mistake", 500, 500), ("ok", 500, 500),
            ("forbidden", 403, 403), ("unauthorized", 401, 401), ("user ann", 401, 200),
            ("user bob", 401, 401),
        ]
        var places: [String: String] = [:]
        for (index, result) in results.enumerated() {
            places["a\(index)"] = login + "Require decision \(result.line)"
            places["b\(index)"] = login + "Require swift app::decide \(result.line)"
        }
        places["open"] = "Require decision granted  to \"all\""
        places["default"] = "Require swift app"
        try Self.with(places, mpm: mpm) { server throws in
            for (index, result) in results.enumerated() {
                for form in ["a", "b"] {
                    let anonymous = try Self.ask(server, "\(form)\(index)")
                    #expect(anonymous.status == result.anonymous, "\(form) \(result.line)")
                    let ann = try Self.ask(server, "\(form)\(index)", "ann")
                    #expect(ann.status == result.ann, "\(form) \(result.line)")
                }
            }
            // Asked without a user, then with one.
            #expect(
                try Self.ask(server, "a2", "ann").text
                    == "ann: without@- SwiftAuthnProvider without@ann ")
            #expect(try Self.ask(server, "a0", "ann").text == "-: granted@- ")
            #expect(try Self.ask(server, "open").text == "-: granted  to \"all\"@- ")
            #expect(try Self.ask(server, "default").text == "-: later ")
            for story in ["MSW0301", "MSW0303", "MSW0401", "MSW0552"] {
                try server.expectLog(containing: "\(story): SwiftAuthzProvider decision: ")
                try server.expectLog(containing: "\(story): Require swift app::decide: ")
                server.allowLog(containing: "\(story): SwiftAuthzProvider ")
                server.allowLog(containing: "\(story): Require swift ")
            }
        }
    }

    @Test func requireLinesCombine() throws {
        let login = "AuthType Basic\nAuthName app\nAuthBasicProvider users\n"
        func group(_ name: String, _ lines: String...) -> String {
            (["<Require\(name)>"] + lines.map { "Require \($0)" } + ["</Require\(name)>"])
                .joined(separator: "\n")
        }
        let expected: [(lines: String, anonymous: Int, ann: Int, bob: Int)] = [
            (group("Any", "decision user ann", "decision denied"), 401, 200, 401),
            (group("Any", "decision neutral", "swift app::decide granted"), 200, 200, 200),
            (group("Any", "decision error", "all granted"), 500, 500, 500),
            (group("Any", "all granted", "decision error"), 200, 200, 200),
            (group("All", "decision user ann bob", "swift app::decide user ann"), 401, 200, 401),
            (group("All", "valid-user", "decision neutral"), 401, 200, 200),
            (group("All", "valid-user", "not decision user bob"), 401, 200, 401),
            // Nothing asks who it is.
            (group("All", "all granted", "not decision user bob"), 200, 200, 200),
            (group("All", "all granted", "not decision error"), 500, 500, 500),
            (group("All", "all granted") + "\n" + group("Any", "decision user bob"), 200, 200, 200),
            (
                "<RequireAll>\nRequire valid-user\n\(group("None", "decision user bob"))\n</RequireAll>",
                401, 200, 401
            ),
            (
                "<RequireAll>\nRequire all granted\n\(group("None", "decision trap"))\n</RequireAll>",
                500, 500, 500
            ),
            ("Require user bob\nRequire decision user ann", 401, 200, 200),
        ]
        var places: [String: String] = [:]
        for (index, row) in expected.enumerated() { places["c\(index)"] = login + row.lines }
        places["alias"] = login + "Require friends"
        let alias = """
            <AuthzProviderAlias decision friends "user ann">
            </AuthzProviderAlias>
            <VirtualHost *:${PORT}>
            ServerName one.example
            </VirtualHost>
            """
        try Self.with(places, global: alias) { server throws in
            for (index, row) in expected.enumerated() {
                let statuses = try [nil, "ann", "bob"].map {
                    try Self.ask(server, "c\(index)", $0).status
                }
                #expect(statuses == [row.anonymous, row.ann, row.bob], "\(row.lines)")
            }
            #expect(try Self.ask(server, "alias", "ann").status == 200)
            #expect(try Self.ask(server, "alias", "bob").status == 401)
            try server.restart(graceful: true)
            #expect(try Self.ask(server, "alias", "ann").status == 200)
            #expect(try Self.ask(server, "c0", "bob").status == 401)
            server.allowLog(containing: "MSW0301")
            server.allowLog(containing: "MSW0401")
        }
    }

    @Test func whatIsNamedAndCannotBeAskedIsTold() throws {
        let global = """
            SwiftAuthnProvider hashes app::hash
            SwiftAuthzProvider wrong app::wrong
            SwiftAuthzProvider page app::handler
            SwiftAuthzProvider absent app::absent
            """
        let places = [
            "hashes": Self.basic("hashes"), "wrong": "Require wrong", "page": "Require page",
            "absent": "Require absent", "module": "Require swift nothing",
            "handler": "SwiftHandler app::decide",
        ]
        try Self.with(places, global: global) { server throws in
            #expect(try Self.ask(server, "hashes", "ann").status == 500)
            try server.expectLog(
                containing: "MSW0551: SwiftAuthnProvider hashes: none of its functions takes a "
                    + "Request, a user and a password")
            for (place, story) in [
                ("wrong", "cannot be a handler: it returns Bool"), ("page", "MSW0551"),
                ("absent", "no function \"absent\""),
                ("module", "MSW0101: Require swift nothing: there is no module"),
                ("handler", "the function takes a Request and arguments"),
            ] {
                #expect(try Self.ask(server, place).status == 500, "\(place)")
                try server.expectLog(containing: story)
            }
        }
    }

    @Test func htaccessMayUseNamesAndOnlyWithPermissionFunctions() throws {
        let text = { (permission: String) in
            """
            SwiftPath "${HTDOCS}/app"
            SwiftAuthzProvider decision app::decide
            <Directory "${HTDOCS}/app">
            AllowOverride AuthConfig
            SwiftAllowHtaccess \(permission)
            SetHandler mod_swift
            SwiftHandler app
            </Directory>
            """
        }
        try HTTPD.with(.modSwift(modules: Self.modules, text: text("Off"))) { server throws in
            try server.writeApp(Self.source)
            try server.write("app/.htaccess", "Require decision granted here\n")
            #expect(try server.app().text == "-: granted here@- ")
            let direct = "<RequireAny>\nRequire swift app::decide granted\n</RequireAny>\n"
            try server.write("app/.htaccess", direct)
            #expect(try server.app().status == 500)
            try server.expectLog(containing: "MSW0202: Require swift app::decide: ")
            server.configuration.text = text("On")
            try server.restart(graceful: false)
            for _ in 0..<3 { #expect(try server.app().text == "-: granted@- ") }
            try server.write("app/.htaccess", "Require swift app::decide denied\n")
            #expect(try server.app().status == 403)
            server.allowLog(containing: "AH01630")
        }
    }

    @Test(arguments: [
        ("SwiftAuthnProvider", "takes a name and one function or two"),
        ("SwiftAuthnProvider users", "takes a name and one function or two"),
        ("SwiftAuthnProvider users a b c", "takes a name and one function or two"),
        ("SwiftAuthzProvider users a b", "takes a name and a function"),
        ("SwiftAuthzProvider users a::", "is not a handler"),
        ("SwiftAuthzProvider swift a", "there is a provider \"swift\" already"),
        ("SwiftAuthzProvider valid-user a", "there is a provider \"valid-user\" already"),
        ("SwiftAuthnProvider file a", "there is a provider \"file\" already"),
        ("SwiftAuthnProvider a a\nSwiftAuthnProvider a b", "there is a provider \"a\" already"),
        (
            "<Directory /srv>\nSwiftAuthnProvider a a\n</Directory>",
            "not allowed in <Directory>"
        ),
        ("<VirtualHost *:1>\nSwiftAuthzProvider a a\n</VirtualHost>", "whole server's"),
        ("<Location /x>\nRequire swift\n</Location>", "Require swift names no function"),
        ("<Location /x>\nRequire swift a::\n</Location>", "is not a handler"),
        ("<Location /x>\nAuthBasicProvider nobody\n</Location>", "Unknown Authn provider"),
    ])
    func aBadLineIsRefusedWithASentence(lines: String, sentences: String) throws {
        let server = try HTTPD(.modSwift(modules: Self.modules, text: lines))
        defer { server.close() }
        let test = server.configTest()
        #expect(!test.ok)
        #expect(
            sentences.split(separator: "|").contains { test.output.contains($0) },
            "\(test.output)")
    }

    /// httpd has read all of its configuration before it processes any of it.
    @Test(arguments: [
        "<Location /x>\nAuthType Basic\nAuthName x\nAuthBasicProvider mine\nRequire valid-user\n</Location>",
        "<Location /x>\nRequire ours\n</Location>",
        "<Location /x>\nFilterDeclare UP\nFilterProvider UP above \"true\"\nFilterChain UP\n</Location>",
    ])
    func aNameMayBeUsedAboveTheLineThatGivesIt(lines: String) throws {
        let names = """
            SwiftPath "${HTDOCS}"
            SwiftAuthnProvider mine app::check
            SwiftAuthzProvider ours app::decide
            <Location /x>
                SwiftOutputFilter app::upper above
            </Location>
            """
        let server = try HTTPD(
            .modSwift(modules: Self.modules + ["filter"], text: "\(lines)\n\(names)"))
        defer { server.close() }
        let test = server.configTest()
        #expect(test.ok, "\(test.output)")
    }

    @Test func thereIsRoomForThirtyTwoAndEachKeepsItsOwn() throws {
        let names = (0..<32).map { "SwiftAuthzProvider p\($0) app::decide" }
        let server = try HTTPD(
            .modSwift(
                modules: Self.modules,
                text: (names + ["SwiftAuthzProvider one app"])
                    .joined(separator: "\n")))
        defer { server.close() }
        #expect(server.configTest().output.contains("there can be 32 of them"))
    }
}
