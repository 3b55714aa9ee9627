// SPDX-License-Identifier: Apache-2.0
//
// Modules of several files, and modules that import each other.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)), .coldCache)
struct ModuleImportTests {
    private func with(
        _ files: [String: String], handlers: [String], mpm: MPM = .event, directives: String = "",
        children: Int = 1, _ body: (HTTPD) throws -> Void
    ) throws {
        try ModuleSite.with(
            files, handlers: handlers, mpm: mpm, directives: directives, children: children, body)
    }

    // MARK: Modules that exist

    @Test func filesOfADirectoryAreOneModule() throws {
        let files = [
            "one/a.swift": "import ModSwift\nfunc handler(_ req: Request) -> String { greeting }\n",
            "one/b.swift":
                "let greeting = \"from b\"\nextension Int { var twice: Int { self * 2 } }\n",
            "one/c.swift": """
            import ModSwift
            enum Page { static func show(_ req: Request) -> String { "\\(21.twice) in \\(#fileID)" } }
            """,
        ]
        try with(
            files, handlers: ["one"],
            directives:
                "SwiftHandler one::Page.show | .show\nAddHandler mod_swift .show\nSwiftDebug On"
        ) {
            server throws in
            #expect(try server.text(of: "one") == "from b")
            #expect(try server.text(of: "show").hasPrefix("42 in one_"))
            try server.write(
                "app/one/b.swift",
                "let greeting = \"changed\"\nextension Int { var twice: Int { 0 } }\n")
            #expect(try server.text(of: "one") == "changed")
            try server.write("app/one/d.swift", "func broken() { missing() }\n")
            let page = try server.get("/app/x.one")
            #expect(page.status == 500)
            #expect(page.text.contains("\(server.htdocs)/app/one/d.swift:1:17"))
            #expect(page.text.contains("func broken() { missing() }"))
            server.allowLog(containing: "swift:error")
            try FileManager.default.removeItem(atPath: "\(server.htdocs)/app/one/d.swift")
            #expect(try server.text(of: "one") == "changed")
        }
    }

    @Test func modulesThatImportTheSameOneShareItsTypesAndGlobals() throws {
        let files = [
            "a.swift": ModuleSite.handler("shared", result: "\"a \\(count()) \\(text())\""),
            "b.swift": ModuleSite.handler("shared", "dir", result: "\"b \\(count()) \\(name())\""),
            "shared.swift": ModuleSite.shared("shared"),
            "dir/x.swift": "import shared\npackage func name() -> String { part() + text() }\n",
            "dir/y.swift": "func part() -> String { \"dir \" }\n",
        ]
        try with(files, handlers: ["a", "b"]) { server throws in
            #expect(try server.text(of: "a") == "a 1 shared")
            #expect(try server.text(of: "b") == "b 2 dir shared")
            #expect(try server.text(of: "a") == "a 3 shared")
            #expect(server.builds == 4)
        }
    }

    @Test func whatIsNotPublicOrPackageIsNotSeen() throws {
        let files = [
            "a.swift": ModuleSite.handler("shared", result: "secret()"),
            "shared.swift": "func secret() -> String { \"\" }\npublic func open() {}\n",
        ]
        try with(files, handlers: ["a"], directives: "SwiftDebug On") { server throws in
            let page = try server.get("/app/x.a")
            #expect(page.status == 500)
            #expect(page.text.contains("a.swift:4:42") && page.text.contains("secret"))
            server.allowLog(containing: "swift:error")
        }
    }

    @Test func modulesAreFoundAlongSwiftPath() throws {
        let files = [
            "a.swift": ModuleSite.handler("library", result: "value()"),
            "lib/library.swift": "import helper\npackage func value() -> String { help() }\n",
            "lib/helper/x.swift": "package func help() -> String { \"helped\" }\n",
        ]
        try with(files, handlers: ["a"], directives: "SwiftPath ${HTDOCS}/app/lib\nSwiftDebug On") {
            server throws in
            #expect(try server.text(of: "a") == "helped")
            // The first module on the path is used.
            try server.write("app/library.swift", "package func value() -> String { \"nearer\" }\n")
            #expect(try server.text(of: "a") == "nearer")
            try FileManager.default.removeItem(atPath: "\(server.htdocs)/app/library.swift")
            #expect(try server.text(of: "a") == "helped")
        }
    }

    @Test func pagesAndPublishedModulesImport() throws {
        let text = """
            <Directory "${HTDOCS}/app">
                AddHandler mod_swift .psp .do
                SwiftHandler mod_swift::psp | .psp
                SwiftHandler mod_swift::publisher | .do
                SwiftDebug On
            </Directory>
            """
        try HTTPD.with(HTTPDConfiguration.modSwift(text: text)) { server in
            try server.write("app/shared.swift", ModuleSite.shared("one"))
            try server.write("app/p.psp", "<%! import shared %><p><%= text() %></p>")
            try server.write(
                "app/m.swift", "import shared\npublic func say() -> String { text() }\n")
            for text in ["one", "two"] {
                try server.write("app/shared.swift", ModuleSite.shared(text))
                #expect(
                    try server.get("/app/p.psp").text == "<p>\(text)</p>")
                #expect(try server.get("/app/m.do/say").text == text)
            }
            // `package` functions are shared but not published.
            #expect(try server.get("/app/shared.do/text").status == 404)
        }
    }

    // MARK: Modules that do not exist

    @Test func circlesAreToldByNameAndPlace() throws {
        let files = [
            "a.swift": ModuleSite.handler("b", result: "\"\""), "b.swift": "// b\nimport c\n",
            "c.swift": "import b\n",
        ]
        try with(files, handlers: ["a"], directives: "SwiftDebug On") { server throws in
            let page = try server.get("/app/x.a")
            #expect(page.status == 500)
            #expect(page.text.contains("modules import each other: b imports c imports b"))
            #expect(page.text.contains("app/c.swift:1:8") && page.text.contains("app/b.swift:2:8"))
            try server.expectLog(containing: "MSW0103")
            server.allowLog(containing: "swift:error")
            try server.write("app/c.swift", "// no circle\n")
            #expect(try server.text(of: "a") == "")
        }
    }

    @Test func aMissingModuleIsToldWithThePlacesThatWereSearched() throws {
        let files = ["a.swift": ModuleSite.handler("nowhere", result: "\"\"")]
        try with(files, handlers: ["a"], directives: "SwiftPath /tmp\nSwiftDebug On") {
            server throws in
            let page = try server.get("/app/x.a")
            #expect(page.status == 500)
            #expect(page.text.contains("no such module 'nowhere'"))
            #expect(page.text.contains("app/a.swift:2:8"))
            #expect(page.text.contains("\(server.htdocs)/app, /tmp"))
            server.allowLog(containing: "swift:error")
            try server.write("app/nowhere/x.swift", "// now it is there\n")
            #expect(try server.text(of: "a") == "")
        }
    }

    @Test func aMistakeInAnImportedModuleIsShownThere() throws {
        let files = [
            "a.swift": ModuleSite.handler("shared", result: "text()"),
            "shared.swift": "package func text() -> String { missing }\n",
        ]
        try with(files, handlers: ["a"], directives: "SwiftDebug On") { server throws in
            let page = try server.get("/app/x.a")
            #expect(page.status == 500)
            #expect(page.text.contains("shared.swift:1:33"))
            #expect(page.text.contains("package func text() -> String { missing }"))
            server.allowLog(containing: "swift:error")
            try server.write("app/shared.swift", ModuleSite.shared("mended"))
            #expect(try server.text(of: "a") == "mended")
        }
    }

    // MARK: Changes

    @Test func whatDependsOnAChangeIsBuiltAgainAndNothingElse() throws {
        let files = [
            "a.swift": ModuleSite.handler("middle", result: "text()"),
            "b.swift": ModuleSite.handler("leaf", result: "leaf()"),
            "c.swift": ModuleSite.handler(result: "\"c\""),
            "middle.swift": "import leaf\npackage func text() -> String { \"middle \" + leaf() }\n",
            "leaf.swift": "package func leaf() -> String { \"1\" }\n",
        ]
        try with(files, handlers: ["a", "b", "c"], directives: "SwiftDebug On") { server throws in
            func pages() throws -> [String] { try ["a", "b", "c"].map { try server.text(of: $0) } }
            #expect(try pages() == ["middle 1", "1", "c"])
            #expect(server.builds == 5)
            try server.write("app/leaf.swift", "package func leaf() -> String { \"2\" }\n")
            #expect(try pages() == ["middle 2", "2", "c"])
            #expect(server.builds == 9)
            try server.write("app/b.swift", ModuleSite.handler("leaf", result: "\"b\" + leaf()"))
            #expect(try pages() == ["middle 2", "b2", "c"])
            #expect(server.builds == 10)
            // The earlier build still exists.
            try server.write("app/leaf.swift", "package func leaf() -> String { \"1\" }\n")
            #expect(try pages() == ["middle 1", "b1", "c"])
            #expect(server.builds == 11)
        }
    }

    @Test func whatBreaksADependantKeepsAllAsTheyWere() throws {
        let files = [
            "a.swift": ModuleSite.handler("shared", result: "\"a \" + text()"),
            "b.swift": ModuleSite.handler("shared", result: "\"b \" + text()"),
            "shared.swift": ModuleSite.shared("one"),
        ]
        try with(files, handlers: ["a", "b"]) { server throws in
            #expect(try server.text(of: "a") == "a one")
            #expect(try server.text(of: "b") == "b one")
            try server.write(
                "app/a.swift", ModuleSite.handler("shared", result: "\"a \" + other()"))
            try server.write(
                "app/shared.swift", "package func other() -> String { \"two\" }\n")
            // b does not compile any more, so a does not change either.
            _ = try server.text(of: "a")
            try server.expectLog(containing: "MSW0113")
            server.allowLog(containing: "swift:error")
            for _ in 0..<5 {
                #expect(try server.text(of: "a") == "a one")
                #expect(try server.text(of: "b") == "b one")
            }
            try server.write(
                "app/b.swift", ModuleSite.handler("shared", result: "\"b \" + other()"))
            #expect(
                eventually {
                    (try? server.text(of: "a")) == "a two" && (try? server.text(of: "b")) == "b two"
                })
        }
    }

    @Test func theLastGoodBuildIsThereAfterARestart() throws {
        let files = [
            "a.swift": ModuleSite.handler("shared", result: "text()"),
            "shared.swift": ModuleSite.shared("good"),
        ]
        try with(files, handlers: ["a"]) { server throws in
            #expect(try server.text(of: "a") == "good")
            try server.write("app/shared.swift", "broken\n")
            try server.restart(graceful: false)
            for _ in 0..<3 { #expect(try server.text(of: "a") == "good") }
            try server.expectLog(containing: "MSW0113")
            server.allowLog(containing: "swift:error")
            try server.write("app/shared.swift", ModuleSite.shared("mended"))
            #expect(eventually { (try? server.text(of: "a")) == "mended" })
        }
    }

    @Test func withAutoReloadOffModulesThatComeLaterUseWhatIsThere() throws {
        let files = [
            "a.swift": ModuleSite.handler("shared", result: "\"\\(text()) \\(count())\""),
            "b.swift": ModuleSite.handler("shared", result: "\"\\(text()) \\(count())\""),
            "shared.swift": ModuleSite.shared("one"),
        ]
        try with(files, handlers: ["a", "b"], directives: "SwiftAutoReload Off") { server throws in
            #expect(try server.text(of: "a") == "one 1")
            try server.write("app/shared.swift", ModuleSite.shared("two"))
            #expect(try server.text(of: "b") == "one 2")
            try server.restart(graceful: false)
            #expect(try server.text(of: "b") == "two 1")
        }
    }

    @Test func whatWasCleanedFromTheCacheIsBuiltAgain() throws {
        let files = [
            "a.swift": ModuleSite.handler("shared", result: "text()"),
            "shared.swift": ModuleSite.shared("one"),
        ]
        try with(files, handlers: ["a"]) { server throws in
            #expect(try server.text(of: "a") == "one")
            for name in try FileTree.names(in: "\(server.cache)/modules")
            where name.hasPrefix("shared-") {
                try FileManager.default.removeItem(atPath: "\(server.cache)/modules/\(name)")
            }
            try server.restart(graceful: false)
            #expect(try server.text(of: "a") == "one")
            #expect(server.builds == 3)
        }
    }

    // MARK: One version for each request

    @Test(arguments: ["On", "Off"])
    func phasesOfARequestUseOneVersionUnderLoad(debug: String) throws {
        try with(
            ModuleSite.phases, handlers: ["a"],
            directives: "SwiftFixupHandler first\nSwiftDebug \(debug)", children: 2
        ) { server throws in
            try server.expectOneVersionUnderLoad(edits: 3, connections: 4)
        }
    }

    @Test func simultaneousFirstRequestsBuildEachModuleOnce() throws {
        var files = [
            "a.swift": ModuleSite.handler("m1", "m2", "m3", "m4", "m5", result: "v1() + v5()")
        ]
        for number in 1...5 {
            let next = number < 5 ? "import m\(number + 1)\n" : ""
            files["m\(number).swift"] =
                "\(next)package func v\(number)() -> String { \"\(number)\" }\n"
        }
        try with(files, handlers: ["a"], mpm: .prefork, children: 4) { server throws in
            let load = server.hammer(
                "/app/x.a", connections: 200, requestsPerConnection: 1)
            #expect(load.statuses == [200: 200])
            #expect(server.builds == 6)
        }
    }

    // MARK: State

    private static func counter(_ version: String) -> String {
        """
        import ModSwift
        import Synchronization
        private let kept = Mutex((hits: 0, names: [Name]()))
        struct Name: Codable, Sendable { var text: String }
        func handler(_ req: Request) -> String {
            kept.withLock { kept in
                kept.hits += 1
                kept.names.append(Name(text: "\(version)"))
                return "\(version) \\(kept.hits) \\(kept.names.map(\\.text).joined())"
            }
        }
        func handOver(_ state: ModuleState) throws {
            let (hits, names) = kept.withLock { ($0.hits, $0.names) }
            state["hits"] = hits
            try state.encode(names, for: "names")
        }
        func takeOver(_ state: ModuleState) throws {
            let names = try state.decode([Name].self, for: "names") ?? []
            let hits = state["hits"] as? Int ?? 0
            kept.withLock { $0 = (hits, names) }
        }
        func closeModule(_ state: ModuleState) {
            Apache.log("\(version) was closed with \\(state["hits"] ?? 0)", level: .info)
        }

        """
    }

    @Test(arguments: ["On", "Off"])
    func aModuleHandsItsStateOver(debug: String) throws {
        let files = ["counter.swift": Self.counter("a")]
        try with(files, handlers: ["counter"], directives: "SwiftDebug \(debug)") {
            server throws in
            #expect(try server.text(of: "counter") == "a 1 a")
            #expect(try server.text(of: "counter") == "a 2 aa")
            try server.write("app/counter.swift", Self.counter("b"))
            var last = ""
            #expect(
                eventually {
                    last = (try? server.text(of: "counter")) ?? ""
                    return last.hasPrefix("b ")
                })
            // The count includes everything from before, and this request.
            let words = last.split(separator: " ")
            #expect(words.count == 3 && Int(words[1]) == words[2].count && words[2].hasSuffix("b"))
            #expect(words[2].count > 2)
            try server.expectLog(containing: "a was closed with")
        }
    }

    @Test func aModuleIsClosedWhenItsLastRequestHasEnded() throws {
        func source(_ version: String) -> String {
            """
            import Glibc
            import ModSwift
            func handler(_ req: Request) async throws -> String {
                if req.args == "slow" {
                    req.log("\(version) is at work", level: .info)
                    while access("\\(req.documentRoot ?? "")/release", F_OK) != 0 {
                        try await Task.sleep(for: .milliseconds(10))
                    }
                }
                req.log("\(version) is done", level: .info)
                return "\(version)"
            }
            func closeModule(_ state: ModuleState) { Apache.log("\(version) is closed", level: .info) }

            """
        }
        try with(["m.swift": source("one")], handlers: ["m"], directives: "SwiftDebug On") {
            server throws in
            #expect(try server.text(of: "m") == "one")
            let slow = Thread { _ = try? server.get("/app/x.m?slow") }
            slow.start()
            try server.expectLog(containing: "one is at work")
            try server.write("app/m.swift", source("two"))
            #expect(try server.text(of: "m") == "two")
            #expect(!server.errorLog().contains("one is closed"))
            try server.write("release", "")
            #expect(
                eventually { server.errorLog().contains("one is closed") })
            let log = server.errorLog()
            let done = try #require(log.ranges(of: "one is done").last)
            let closed = try #require(log.firstRange(of: "one is closed"))
            #expect(done.lowerBound < closed.lowerBound)
        }
    }

    @Test func whatGoesWrongWhenStateIsHandedOverIsLogged() throws {
        func source(_ version: String, _ body: String) -> String {
            """
            import ModSwift
            func handler(_ req: Request) -> String { "\(version)" }
            func handOver(_ state: ModuleState) throws { \(body) }
            func takeOver(_ state: ModuleState) { Apache.log("took over", level: .error) }

            """
        }
        let files = ["m.swift": source("1", "throw Status.forbidden")]
        try with(files, handlers: ["m"], directives: "SwiftDebug On") { server throws in
            #expect(try server.text(of: "m") == "1")
            try server.write(
                "app/m.swift", source("2", "[][0]".replacing("[]", with: "[Int]()") + " as Void"))
            server.allowLog(containing: "MSW0793")
            _ = try server.text(of: "m")
            try server.write("app/m.swift", source("3", "_ = [Int]()[0]"))
            #expect(try server.text(of: "m") == "3")
            try server.write("app/m.swift", source("4", ""))
            #expect(try server.text(of: "m") == "4")
            #expect(eventually { server.errorLog().matches(of: /MSW0793: handOver/).count >= 2 })
            server.allowLog(containing: "MSW04")
            server.allowLog(containing: "swift:")
        }
    }

    // MARK: By name

    @Test func aModuleIsImportedByItsName() throws {
        let files = [
            "a.swift": """
            import ModSwift
            func handler(_ req: Request) throws -> Status {
                let module = try Apache.importModule(req.args ?? "", for: req)
                if module.handlers.isEmpty { return .notFound }
                return try module.call("show", req)
            }

            """,
            "plug/in.swift": "import ModSwift\nfunc show(_ req: Request) -> String { \"in\" }\n",
            "none.swift": "func show() {}\n",
        ]
        try with(files, handlers: ["a"], directives: "SwiftDebug On") { server throws in
            #expect(try server.get("/app/x.a?plug/in").text == "in")
            #expect(try server.get("/app/x.a?plug").text == "in")
            #expect(try server.get("/app/x.a?none").status == 404)
            let missing = try server.get("/app/x.a?missing")
            #expect(missing.status == 500 && missing.text.contains("MSW0101"))
            #expect(missing.text.contains("app/missing.swift"))
            try server.expectLog(containing: "MSW0101")
            try server.write(
                "app/plug/in.swift",
                "import ModSwift\nfunc show(_ req: Request) -> String { \"new\" }\n")
            #expect(try server.get("/app/x.a?plug/in").text == "new")
        }
    }

    @Test func aFrozenProcessLooksAtNothing() throws {
        let text = """
            SwiftImport mod_swift::freezeModules
            <Directory "${HTDOCS}/app">
                AddHandler mod_swift .do
                SwiftHandler app
            </Directory>
            """
        // Another child would load the source in its state at that child's first request.
        var configuration = try HTTPDConfiguration.modSwift(text: text)
        configuration.children = 1
        try HTTPD.with(configuration) { server in
            try server.writeApp("func handler(_ req: Request) -> String { \"one\" }")
            for _ in 0..<10 { #expect(try server.app().text == "one") }
            try server.writeApp("func handler(_ req: Request) -> String { \"two\" }")
            for _ in 0..<10 { #expect(try server.app().text == "one") }
            #expect(server.builds == 1)
        }
    }

    // MARK: Warnings

    @Test func warningsAreInTheLogAndOnTheStatusPage() throws {
        let files = [
            "a.swift": """
            import ModSwift
            import shared
            func handler(_ req: Request) -> String {
                let unused = 1
                return text()
            }

            """,
            "shared.swift": "package func text() -> String { var x = \"x\"; return x }\n",
        ]
        let status = "SwiftHandler mod_swift::status | .status\nAddHandler mod_swift .status"
        try with(files, handlers: ["a"], directives: "\(status)\nSwiftDebug On") { server throws in
            #expect(try server.text(of: "a") == "x")
            try server.expectLog(containing: "MSW0792", times: 2)
            #expect(
                server.errorLog().contains("app/a.swift:4:9: warning: initialization of immutable"))
            for _ in 0..<2 {
                let lines = try server.get("/app/x.status?auto").text
                #expect(lines.contains("app/a.swift:4: initialization of immutable"))
                #expect(lines.contains("Imported.Warning: \(server.htdocs)/app/shared.swift:1: "))
                let page = try server.get("/app/x.status?warnings").text
                #expect(page.contains("let unused = 1") && page.contains("class=\"caret\""))
                // From the cache they are the same.
                try server.restart(graceful: false)
                #expect(try server.text(of: "a") == "x")
            }
            #expect(server.builds == 2)
        }
    }
}
