// SPDX-License-Identifier: Apache-2.0

import ServerRules
import Testing

@Suite
struct ConfigurationCheckTests {
    private static func line(_ name: String, _ args: String) -> DirectiveNode {
        DirectiveNode(name: name, args: args, fileName: "httpd.conf", line: 7)
    }

    private static func section(
        _ name: String, _ args: String, _ children: [DirectiveNode]
    ) -> DirectiveNode {
        DirectiveNode(
            name: name, args: args, isSection: true, children: children, fileName: "httpd.conf",
            line: 3)
    }

    /// Returns the ids of the warnings.
    private static func ids(_ tree: [DirectiveNode], isOneProcess: Bool = false) -> [String] {
        ConfigurationCheck(tree + [path], isOneProcess: isOneProcess, files: everything).warnings
            .map {
                String($0.prefix(7))
            }
    }

    private static var path: DirectiveNode { line("SwiftPath", "/srv/lib") }

    /// A file system in which everything exists.
    private static let everything = ConfiguredFiles(
        root: "/etc/httpd", isFile: { _ in true }, isDirectory: { _ in true }, names: { _ in [] })

    private static var handler: DirectiveNode { line("SwiftHandler", "app") }

    @Test func aHandlerIsReachedByWhatGivesItRequests() {
        #expect(Self.ids([Self.handler]) == ["MSW0570"])
        for reason in [
            Self.line("SetHandler", "mod_swift"), Self.line("AddHandler", "mod_swift .do"),
            Self.line("allowoverride", "FileInfo"), Self.line("SetHandler", "%{env:HANDLER}"),
            Self.line("RewriteRule", "^/a - [H=mod_swift]"),
            Self.line("RewriteRule", "^/a - \"[H=$1]\""), Self.line("SwiftFixupHandler", "app"),
            Self.line("LuaHookFixups", "a.lua fix"),
        ] {
            #expect(Self.ids([Self.handler, reason]) == [], "\(reason.name) \(reason.args)")
        }
        #expect(Self.ids([Self.handler, Self.line("SetHandler", "cgi-script")]) == ["MSW0570"])
    }

    @Test func sectionsThatExcludeEachOtherDoNotHelp() {
        let one = Self.section("Location", "/a", [Self.handler])
        let use = Self.line("SetHandler", "mod_swift")
        #expect(Self.ids([one, Self.section("Location", "/b", [use])]) == ["MSW0570", "MSW0788"])
        #expect(Self.ids([one, Self.section("Location", "/a/c", [use])]) == [])
        #expect(Self.ids([one, Self.section("Location", "/*", [use])]) == [])
        #expect(Self.ids([one, Self.section("Directory", "/b", [use])]) == [])
    }

    @Test func aMessageSaysWhere() {
        let warning = ConfigurationCheck(
            [Self.handler, Self.path], isOneProcess: false, files: Self.everything
        ).warnings.first
        #expect(warning?.contains("SwiftHandler (httpd.conf:7) will never be called") == true)
    }

    @Test func aHandlerOfUsersNeedsARequire() {
        let handler = Self.line("SwiftAuthenHandler", "app")
        #expect(Self.ids([handler]) == ["MSW0503"])
        #expect(Self.ids([handler, Self.line("Require", "all granted")]) == ["MSW0503"])
        #expect(Self.ids([handler, Self.line("Require", "valid-user")]) == [])
        #expect(Self.ids([handler, Self.line("Require", "not user ann")]) == [])
    }

    @Test func aFilterNeedsItsName() {
        let filter = Self.line("SwiftOutputFilter", "app::upper UPPER")
        #expect(Self.ids([filter]) == ["MSW0571"])
        #expect(Self.ids([filter, Self.line("SetOutputFilter", "DEFLATE;upper")]) == [])
        #expect(Self.ids([filter, Self.line("SetOutputFilter", "DEFLATE")]) == ["MSW0571"])
    }

    @Test func aProviderNeedsALine() {
        let provider = Self.line("SwiftAuthnProvider", "mine app::check")
        #expect(Self.ids([provider]) == ["MSW0572"])
        #expect(Self.ids([provider, Self.line("AuthBasicProvider", "file mine")]) == [])
        #expect(Self.ids([provider, Self.line("AllowOverride", "AuthConfig")]) == [])
    }

    @Test func htaccessHasToBeRead() {
        let permission = Self.line("SwiftAllowHtaccess", "On")
        #expect(Self.ids([permission]) == ["MSW0573"])
        #expect(Self.ids([permission, Self.line("AllowOverride", "None")]) == ["MSW0573"])
        #expect(Self.ids([permission, Self.line("AllowOverride", "All")]) == [])
        #expect(Self.ids([Self.line("SwiftAllowHtaccess", "Off")]) == [])
    }

    @Test func aConnectionBelongsToTheFirstHost() {
        let handler = Self.line("SwiftConnectionHandler", "app")
        func host(_ address: String, _ children: [DirectiveNode]) -> DirectiveNode {
            Self.section("VirtualHost", address, children)
        }
        #expect(Self.ids([host("*:80", [handler]), host("*:80", [])]) == [])
        #expect(Self.ids([host("*:80", []), host("*:80", [handler])]) == ["MSW0574"])
        #expect(Self.ids([host("*:80", []), host("*:81", [handler])]) == [])
    }

    @Test func aDebuggerNeedsOneProcess() {
        let line = Self.line("SwiftEnableDebugger", "On")
        #expect(Self.ids([line]) == ["MSW0546"])
        #expect(Self.ids([line], isOneProcess: true) == [])
    }

    // MARK: Names

    /// Returns the warnings with these files in the file system.
    private static func warnings(_ tree: [DirectiveNode], _ files: String...) -> [String] {
        let disk = ConfiguredFiles(
            root: "/etc/httpd",
            isFile: { files.contains($0) },
            isDirectory: { path in files.contains { $0.hasPrefix("\(path)/") } },
            names: { path in
                files.filter { $0.hasPrefix("\(path)/") }.compactMap {
                    $0.dropFirst(path.count + 1).split(separator: "/").first.map(String.init)
                }
            })
        return ConfigurationCheck(tree, isOneProcess: false, files: disk).warnings
    }

    private static func directory(_ path: String = "/srv/www", _ lines: DirectiveNode...)
        -> DirectiveNode
    {
        section("Directory", path, [line("AddHandler", "mod_swift .do")] + lines)
    }

    @Test func aHandlerNameOfHttpdsNeedsASwiftHandler() {
        let add = Self.line("AddHandler", "mod_swift .do")
        #expect(Self.ids([add]) == ["MSW0788"])
        #expect(Self.ids([Self.line("SetHandler", "mod_swift")]) == ["MSW0788"])
        #expect(Self.ids([add, Self.handler]) == [])
        // Code may add handlers, and so may .htaccess files.
        #expect(Self.ids([add, Self.line("SwiftFixupHandler", "app")]) == [])
        #expect(Self.ids([add, Self.line("AllowOverride", "All")]) == [])
        let elsewhere = Self.section("Location", "/b", [Self.handler])
        #expect(
            Self.ids([Self.section("Location", "/a", [add]), elsewhere]) == ["MSW0570", "MSW0788"])
    }

    @Test(arguments: [
        ("hello.swift", "write hello"), ("hello.swift::f", "write hello::f"),
        ("hello:handler", "write hello::handler"), ("dir/hello.swift", "write dir/hello"),
        ("hello::handler()", "write hello::handler"),
        ("hello::handler(_:)", "write hello::handler"),
    ])
    func aNameIsWrittenAsInSwift(name: String, advice: String) {
        let warnings = Self.warnings(
            [Self.directory("/srv/www", Self.line("SwiftHandler", name))], "/srv/www/hello.swift")
        #expect(warnings.count == 1)
        #expect(
            warnings.first?.hasPrefix("MSW0789: SwiftHandler (httpd.conf:7): \"\(name)\"") == true)
        #expect(warnings.first?.hasSuffix(advice) == true, "\(warnings)")
    }

    @Test func aFunctionIsNoWordOfItsOwn() {
        let warnings = Self.warnings(
            [Self.directory("/srv/www", Self.line("SwiftHandler", "hello handler"))],
            "/srv/www/hello.swift")
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains("write hello::handler") == true, "\(warnings)")
        #expect(
            Self.warnings(
                [Self.directory("/srv/www", Self.line("SwiftHandler", "hello other | .do"))],
                "/srv/www/hello.swift", "/srv/www/other.swift") == [])
    }

    @Test func aModuleNeedsADirectoryAndAFile() {
        let handler = Self.line("SwiftHandler", "hallo")
        let location = Self.section(
            "Location", "/a", [Self.line("SetHandler", "mod_swift"), handler])
        let nowhere = Self.warnings([location])
        #expect(
            nowhere.count == 1 && nowhere.first?.contains("add \"SwiftPath") == true, "\(nowhere)")
        #expect(Self.warnings([location, Self.path], "/srv/lib/hallo.swift") == [])
        let missing = Self.warnings([Self.directory("/srv/www", handler)], "/srv/www/hello.swift")
        #expect(missing.count == 1)
        #expect(missing.first?.hasPrefix("MSW0790: SwiftHandler (httpd.conf:7): ") == true)
        #expect(missing.first?.contains("/srv/www/hallo.swift") == true)
        #expect(missing.first?.hasSuffix("did you mean \"hello\"?") == true, "\(missing)")
        #expect(
            Self.warnings([Self.directory("/srv/www", handler)], "/srv/www/Hallo.swift").first?
                .hasSuffix("did you mean \"Hallo\"?") == true)
        let dotted = Self.directory("/srv/www", Self.line("SwiftHandler", "hallo.run"))
        #expect(
            Self.warnings([dotted], "/srv/www/hallo.swift").first?.hasSuffix("write hallo::run")
                == true)
        #expect(
            Self.warnings([Self.directory("/srv/www", handler)], "/srv/www/hallo/a.swift") == [])
        // A pattern is not a directory to search.
        #expect(Self.warnings([Self.directory("/srv/*/www", handler)]).count == 1)
        #expect(
            Self.warnings(
                [Self.path, Self.directory("/srv/*/www", handler)], "/srv/lib/hallo.swift")
                == [])
        let htaccess = [
            Self.line("SwiftAllowHtaccess", "On"), Self.line("AllowOverride", "All"),
        ]
        #expect(Self.warnings([Self.directory("/srv/*/www", handler)] + htaccess) == [])
        let builtIn = Self.line("SwiftHandler", "mod_swift::psp")
        #expect(Self.warnings([Self.directory("/srv/www", builtIn)], "/srv/www/x") == [])
        #expect(
            Self.warnings([Self.line("SwiftImport", "nomod"), Self.path], "/srv/lib/x.swift").count
                == 1)
        let provider = Self.line("SwiftAuthnProvider", "mine nomod::check")
        let basic = Self.line("AuthBasicProvider", "mine")
        #expect(Self.warnings([provider, basic, Self.path], "/srv/lib/x.swift").count == 1)
    }

    @Test func pathsAreThere() {
        let path = Self.warnings([Self.line("SwiftPath", "/srv/lip")], "/srv/lib/x.swift")
        #expect(
            path == [
                "MSW0790: SwiftPath (httpd.conf:7): there is no directory /srv/lip; did you mean \"lib\"?"
            ])
        let compiler = Self.warnings([Self.line("SwiftCompiler", "/opt/swiftc")], "/opt/swift")
        #expect(
            compiler.first?.contains("there is no program /opt/swiftc; did you mean \"swift\"?")
                == true)
        let directory = Self.warnings(
            [Self.directory("/srv/wwww", Self.line("SwiftHandler", "/srv/www/hello"))],
            "/srv/www/hello.swift")
        #expect(directory.count == 1)
        #expect(
            directory.first?.hasPrefix(
                "MSW0790: Directory (httpd.conf:3): there is no directory /srv/wwww") == true)
        let relative = Self.line("SwiftPath", "lib")
        #expect(Self.warnings([relative], "/etc/httpd/lib/x.swift") == [])
        #expect(
            Self.warnings([relative], "/etc/httpd/libs/x.swift").first?.hasSuffix(
                "there is no directory /etc/httpd/lib; did you mean \"libs\"?") == true)
        // There is no warning about others.
        #expect(
            Self.warnings([
                Self.section("Directory", "/nowhere", [Self.line("Require", "all granted")])
            ]) == [])
    }

    /// A configuration with thousands of sections is checked while clients wait.
    @Test func thousandsOfSectionsAreCheckedAtOnce() {
        let count = 2_000
        let sections = (0..<count).map { number in
            Self.section(
                "Directory", "/srv/site\(number)",
                [
                    Self.line("SwiftOutputFilter", "app F\(number)"),
                    Self.line("SetOutputFilter", "F\(number == 7 ? 8 : number)"), Self.handler,
                    Self.line("AddHandler", number == 9 ? "cgi-script .do" : "mod_swift .do"),
                ])
        }
        let start = ContinuousClock.now
        // Only sections that nothing in their own directory uses; filters are called for what
        // handlers add.
        #expect(Self.ids(sections).filter { $0 < "MSW0788" } == ["MSW0570"])
        let hosts = (0..<count).map { number in
            Self.section(
                "VirtualHost", "10.0.0.1:\(number)",
                [Self.handler, Self.line("SetHandler", number == 3 ? "cgi-script" : "mod_swift")])
        }
        let distinct = hosts.enumerated().map { number, host in
            DirectiveNode(
                name: host.name, args: host.args, isSection: true, children: host.children,
                fileName: "httpd.conf", line: number)
        }
        #expect(Self.ids(distinct).filter { $0 < "MSW0788" } == ["MSW0570"])
        // A comparison of all pairs took minutes.
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    /// Sections of one kind exclude each other if neither path contains the other.
    @Test(arguments: [
        ("Directory", "/srv/a", "Directory", "/srv/a/b", true),
        ("Directory", "/srv/a/b", "Directory", "/srv/a", true),
        ("Directory", "/srv/a/", "Directory", "/srv/a", true),
        ("Directory", "/srv/a", "Directory", "/srv/ab", false),
        ("Directory", "/", "Directory", "/srv/ab", true),
        ("Directory", "/srv/*", "Directory", "/else", true),
        ("Directory", "/srv/a", "Location", "/b", true),
        ("location", "/a", "Location", "/b", false),
        ("Files", "a", "Files", "b", true),
    ])
    func sectionsMeet(
        _ kind: String, _ args: String, _ otherKind: String, _ otherArgs: String, _ meets: Bool
    ) {
        let tree = [
            Self.section(kind, args, [Self.handler]),
            Self.section(otherKind, otherArgs, [Self.line("SetHandler", "mod_swift")]),
        ]
        #expect(Self.ids(tree).contains("MSW0570") == !meets)
    }

    // MARK: Many sections

    @Test func theIndexOfScopesAgreesWithEachPair() {
        let hosts = [SectionScope(), SectionScope().inside(Self.section("VirtualHost", "a", []))]
        let paths = ["/", "/a", "/a/b", "/a/b/c", "/a/bc", "/d", "/d/*", "/d/e/"]
        let scopes = hosts.flatMap { host in
            [host]
                + paths.flatMap { path in
                    ["Directory", "Location"].map { host.inside(Self.section($0, path, [])) }
                }
        }
        for chosen in scopes.indices {
            // With each scope left out, in turn, so that a result has at most one cause.
            let entries = scopes.enumerated().map { (scope: $0.element, value: $0.offset) }
            let some = entries.filter { $0.value % 7 == chosen % 7 }
            let index = ScopeIndex(some)
            for scope in scopes {
                let expected = some.filter { $0.scope.mayMeet(scope) }.map(\.value)
                #expect(index.values(meeting: scope, upTo: 1000) == expected)
                #expect(index.meets(scope) == !expected.isEmpty)
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func searchPathsOfManySectionsAreCheckedAtOnce() {
        func directory(_ path: String) -> DirectiveNode {
            Self.directory(
                path, Self.line("SwiftHandler", "app"), Self.line("SwiftPath", "/srv/lib"),
                Self.line("SwiftOutputFilter", "app::f NAME"),
                Self.line("SetOutputFilter", "NAME"))
        }
        let alone = (0..<3000).map { directory("/srv/www/\($0)") }
        let hosts = (0..<3000).map { number in
            DirectiveNode(
                name: "VirtualHost", args: "*:80", isSection: true,
                children: [directory("/srv/hosts/\(number)")], fileName: "httpd.conf", line: number)
        }
        #expect(
            ConfigurationCheck(alone + hosts, isOneProcess: false, files: Self.everything).warnings
                == [])
    }
}
