// SPDX-License-Identifier: Apache-2.0
//
// The insides of a server, for the person who runs it: mod_swift::status, the section in
// mod_status's page, the notes for CustomLog.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)), .coldCache)
struct StatusTests {
    private static let good = "func handler(_ req: Request) -> String { \"good\" }"
    private static let status = """
        <Location "/status">
            SetHandler mod_swift
            SwiftHandler mod_swift::status
            Require local
        </Location>
        """

    @Test(arguments: [MPM.event, .prefork])
    func thePageHasEachSection(_ mpm: MPM) throws {
        try Self.withStatus(mpm: mpm, directives: "SwiftOption colour red") { server throws in
            let answer = try server.get("/status")
            #expect(answer.status == 200)
            #expect(answer.headers["Content-Type"] == "text/html; charset=utf-8")
            #expect(answer.headers["Cache-Control"] == "no-store")
            let titles = answer.text.matches(of: /<h2>(.*?)<\/h2>/).map { "\($0.1)" }
            #expect(
                titles == [
                    "Versions", "Server", "This process", "Namespaces", "Modules",
                    "Imported modules", "Traps and time limits", "Cache and builds",
                    "Options in effect (SwiftOption)", "Directives in effect", "Configuration",
                ])
            let values = try server.status()
            #expect(values["MPM"] == [mpm.rawValue])
            #expect(values["Threaded"] == [mpm == .prefork ? "no" : "yes"])
            #expect(values["httpd"]?.first?.hasPrefix("Apache/2.4") == true)
            #expect(values["Generation"] == ["0"])
            #expect(values["Server root"] == [server.root])
            #expect(values["Error log"] == ["\(server.root)/logs/error.log"])
            #expect(values["Process"]?.first.flatMap { pid_t($0) }.map { kill($0, 0) } == 0)
            #expect(values["Cache.Directory"] == [server.cache])
            #expect(values["Cache.Usable"]?.first?.hasPrefix("yes") == true)
            #expect(values["Directive.SwiftHandler"]?.first?.hasPrefix("mod_swift::status") == true)
            #expect(values["Option.colour"] == nil, "the option is another directory's")
        }
    }

    @Test func aModuleIsShownWithItsVersionsAndHandlers() throws {
        let source = """
            func handler(_ req: Request) -> String { "good" }
            func other(_ req: Request) {}
            func number(_ req: Request) -> Int { 1 }
            """
        try Self.withStatus(source) { server throws in
            #expect(try server.status()["Modules"] == ["0"])
            #expect(try server.app().text == "good")
            let values = try server.status()
            #expect(values["Modules"] == ["1"])
            #expect(values["Module.1.Source"] == ["\(server.htdocs)/app/app.swift"])
            #expect(values["Module.1.Versions"] == ["1"])
            #expect(values["Module.1.Builds"] == ["1"])
            #expect(values["Module.1.Last build"]?.first?.hasSuffix(" ms") == true)
            #expect(values["Module.1.Failures"] == ["0"])
            #expect(values["Module.1.Key"]?.first?.count == 24)
            #expect(values["Module.1.Handlers"] == ["handler, other"])
            #expect(values["Module.1.No handler"]?.first?.contains("it returns Int") == true)
            #expect(values["In use"] == values["Of this request"])
            #expect(values["Cache.Size"]?.first?.contains(" bytes") == true)
        }
    }

    @Test func anEditAddsAVersionAndATouchDoesNot() throws {
        try Self.withStatus(directives: "SwiftDebug On") { server throws in
            for edit in 1...3 {
                try server.writeApp("func handler(_ req: Request) -> String { \"\(edit)\" }")
                for _ in 0..<2 {
                    try server.writeApp("func handler(_ req: Request) -> String { \"\(edit)\" }")
                    #expect(try server.app().text == "\(edit)")
                }
                #expect(try server.status()["Module.1.Versions"] == ["\(edit)"])
            }
            #expect(try server.status()["Builds"] == ["3"])
        }
    }

    @Test func itServesTheErrorReference() throws {
        try Self.withStatus { server throws in
            let entry = try server.get("/status?explain=msw0107")
            #expect(entry.headers["Content-Type"] == "text/html; charset=utf-8")
            #expect(entry.text.contains("<h1>MSW0107</h1>"))
            #expect(entry.text.contains("<li><strong>Remedy:</strong> correct owner and mode"))
            #expect(entry.text.contains("<a href=\"?explain\">All messages</a>"))
            let other = try server.get("/status?explain=112").text
            #expect(other.contains("<a href=\"?explain=MSW0106\">MSW0106</a>"))
            #expect(!other.contains("](") && !other.contains("**"))
            let all = try server.get("/status?explain").text
            let ids = all.matches(of: /<dt><a href="\?explain=(MSW\d{4})">/).map { "\($0.1)" }
            #expect(ids.count > 100 && ids == Array(Set(ids)).sorted())
            let unknown = try server.get("/status?explain=9999").text
            #expect(unknown.contains("no such entry") && unknown.contains("?explain=MSW0107"))
            #expect(try server.get("/status?explain=<b>").text.contains("no such entry"))
            #expect(try server.get("/status?explained").text.contains("<h2>Versions</h2>"))
        }
    }

    /// The link is followed as a browser would.
    @Test func anErrorPageLinksToAnEntryThatTheClientCanRead() throws {
        let source = "func handler(_ req: Request) { nonsense }"
        try Self.withStatus(source, directives: "SwiftDebug On") { server throws in
            let accept: HeaderFields = ["Accept": "text/html"]
            let page = try server.get("/app/x.do", headers: accept).text
            let link = try #require(page.firstMatch(of: /<a href="([^"]+)">MSW0103<\/a>/))
            #expect(link.1 == "/status?explain=MSW0103")
            let entry = try server.get(String(link.1)).text
            #expect(entry.contains("the compiler rejected the source"))
            let text = try server.get("/app/x.do").text
            #expect(text.contains("\"modswift explain MSW0103\" explains it"))
            try server.expectLog(containing: "MSW0103")
            server.allowLog(containing: "swift:error")
            #expect(try server.get("/status").text.contains("<a href=\"?explain=MSW0103\">"))
        }
        try SwiftSite.with(source, directives: "SwiftDebug On") { server throws in
            let accept: HeaderFields = ["Accept": "text/html"]
            let page = try server.get("/app/x.do", headers: accept).text
            #expect(page.contains("<code>modswift explain MSW0103</code>"))
            #expect(!page.contains("<a "))
            try server.expectLog(containing: "MSW0103")
            server.allowLog(containing: "swift:error")
        }
    }

    @Test func aFailedBuildIsShown() throws {
        try Self.withStatus("func handler(_ req: Request) { nonsense }") { server throws in
            #expect(try server.app().status == 500)
            try server.expectLog(containing: "MSW0103")
            server.allowLog(containing: "swift:error")
            let values = try server.status()
            #expect(values["Module.1.Failures"] == ["1"])
            #expect(values["Module.1.Versions"] == ["0"])
            #expect(values["Module.1.Last failure"]?.first?.hasPrefix("MSW0103: ") == true)
            #expect(try server.get("/status").text.contains("MSW0103"))
        }
    }

    @Test(.bug(id: "N2-04")) func whatComesFromOutsideIsEscaped() throws {
        let global = """
            SwiftOption evil "</code><script>alert('1')</script>"
            <Directory "${HTDOCS}/<b>&">
                AddHandler mod_swift .do
                SwiftHandler page
            </Directory>
            """
        try Self.withStatus(global: global) { server throws in
            try server.write("<b>&/page.swift", "import ModSwift\n\(Self.good)")
            #expect(try server.get("/%3Cb%3E&/x.do").text == "good")
            let page = try server.get("/status?<script>").text
            #expect(!page.contains("<script"))
            #expect(!page.contains("<b>"))
            #expect(page.contains("&lt;/code&gt;&lt;script&gt;alert(&#39;1&#39;)"))
            #expect(page.contains("\(server.htdocs)/&lt;b&gt;&amp;/page.swift"))
            #expect(try server.status()["Option.evil"] == ["</code><script>alert('1')</script>"])
        }
    }

    @Test(.bug(id: "N2-04")) func passwordsAreNotShown() throws {
        let global = """
            SwiftOption dbPassword hunter2
            SwiftOption database "host=db password=hunter2"
            SetEnv API_SECRET hunter2
            Define hunter hunter2
            """
        try Self.withStatus(global: global) { server throws in
            let page = try server.get("/status").text
            #expect(!page.contains("hunter2"))
            #expect(page.contains("SetEnv API_SECRET ********"))
            #expect(!(try server.get("/status?auto").text.contains("hunter2")))
        }
    }

    @Test func theConfigurationIsIndented() throws {
        try Self.withStatus { server throws in
            let page = try server.get("/status").text
            #expect(
                page.contains(
                    """
                    &lt;Location &quot;/status&quot;&gt;
                        SetHandler mod_swift
                        SwiftHandler mod_swift::status
                        Require local
                    &lt;/Location&gt;

                    """))
        }
    }

    @Test func RequireKeepsOthersOut() throws {
        let global = Self.status.replacing("Require local", with: "Require ip 192.0.2.1")
            .replacing("/status", with: "/closed")
        try Self.withStatus(global: global) { server throws in
            #expect(try server.get("/closed").status == 403)
            try server.expectLog(containing: "AH01630")
            #expect(try server.request("HEAD", "/status").status == 200)
        }
    }

    @Test func aBuiltInHandlerThatIsNotThereIsTold() throws {
        try SwiftSite.with(Self.good, handler: "mod_swift::nothing") { server throws in
            #expect(try server.app().status == 500)
            try server.expectLog(containing: "MSW0102")
            #expect(server.errorLog().contains("mod_swift::status"))
        }
    }

    @Test(arguments: [MPM.event, .prefork])
    func modStatusHasASection(_ mpm: MPM) throws {
        let global = "<Location \"/server-status\">\nSetHandler server-status\n</Location>"
        try Self.withStatus(mpm: mpm, modules: ["status"], global: global) { server throws in
            #expect(try server.app().text == "good")
            let page = try server.get("/server-status").text
            #expect(page.contains("<h2>mod_swift, in the process that served this request</h2>"))
            #expect(page.contains("</html>"))
            let lines = try server.get("/server-status?auto").text.split(separator: "\n")
            #expect(lines.contains { $0.hasPrefix("SwiftVersion: ") })
            #expect(lines.contains("SwiftModules: 1"))
            #expect(lines.contains("SwiftVersions: 1"))
            #expect(lines.contains("SwiftBuilds: 1"))
            #expect(lines.contains("SwiftFailures: 0"))
            #expect(lines.contains("SwiftTraps: 0"))
        }
    }

    @Test func notesTellHandlerVersionAndTime() throws {
        let source = """
            func handler(_ req: Request) { req.write("a") }
            func slow(_ req: Request) async throws { try await Task.sleep(for: .milliseconds(20)) }
            """
        try Self.withLog(source, handler: "app app::slow") { server throws in
            #expect(try server.app().text == "a")
            let line = try server.logged()
            #expect(line[0] == "app,app::slow")
            let keys = line[1].split(separator: ",")
            #expect(keys.count == 2 && keys[0] == keys[1] && keys[0].count == 24)
            #expect(try #require(Int(line[2])) >= 20_000)
        }
    }

    @Test func notesTellOfAHandlerThatThrowsAlsoBehindAnErrorDocument() throws {
        let source = "func handler(_ req: Request) throws { throw Status.forbidden }"
        try Self.withLog(source, handler: "app") { server throws in
            try server.write("forbidden.txt", "sorry")
            #expect(try server.app().text == "sorry")
            #expect(try server.logged()[0] == "app")
        }
    }

    @Test func withoutTheDirectiveThereAreNoNotes() throws {
        try Self.withLog(Self.good, handler: "app", flag: "Off") { server throws in
            #expect(try server.app().text == "good")
            #expect(try server.logged() == ["-", "-", "-"])
        }
    }

    private static func withStatus(
        _ source: String = good, mpm: MPM = .event, modules: [String] = [],
        directives: String = "", global: String = "", _ body: (HTTPD) throws -> Void
    ) throws {
        let text = """
            \(status)
            \(global)
            <Directory "${HTDOCS}/app">
                AddHandler mod_swift .do
                SwiftHandler app
                \(directives)
            </Directory>
            """
        var configuration = try HTTPDConfiguration.modSwift(mpm: mpm, modules: modules, text: text)
        // One process answers all: its counts can be foretold.
        configuration.children = 1
        if mpm == .prefork { configuration.threadsPerChild = 1 }
        try HTTPD.with(configuration) { server in
            try server.writeApp(source)
            try body(server)
        }
    }

    private static func withLog(
        _ source: String, handler: String, flag: String = "On", _ body: (HTTPD) throws -> Void
    ) throws {
        let global = """
            SwiftLogNotes \(flag)
            CustomLog "${LOGS}/swift.log" "%<{swift_handler}n %<{swift_version}n %<{swift_time}n"
            ErrorDocument 403 /forbidden.txt
            """
        try SwiftSite.with(source, handler: handler, global: global, body)
    }
}

extension HTTPD {
    /// The lines of /status?auto: the values of each name.
    fileprivate func status() throws -> [String: [String]] {
        let answer = try get("/status?auto")
        #expect(answer.headers["Content-Type"] == "text/plain; charset=utf-8")
        var values: [String: [String]] = [:]
        for line in answer.text.split(separator: "\n") {
            let mark = try #require(line.firstRange(of: ": "))
            values["\(line[..<mark.lowerBound])", default: []].append("\(line[mark.upperBound...])")
        }
        return values
    }

    /// The words of the first line of swift.log.
    fileprivate func logged() throws -> [String] {
        let path = "\(root)/logs/swift.log"
        func text() -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
        #expect(eventually { text().hasSuffix("\n") })
        return text().split(separator: "\n")[0].split(separator: " ").map(String.init)
    }
}
