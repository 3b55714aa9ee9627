// SPDX-License-Identifier: Apache-2.0
//
// A request that httpd looks up and then puts into the place of another, as mod_dir and mod_negotiation
// do, and what a request that is looked up leaves with the one it is looked up for.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct LookedUpRequestTests {
    private static let source = """
        final class Visit {
            let name: String
            init(_ name: String) { self.name = name }
            deinit { Apache.log("told: \\(name) is gone", level: .notice) }
        }
        enum Found: RequestStorageKey { typealias Value = Visit }
        enum Outer: RequestStorageKey { typealias Value = String }
        enum Both: RequestStorageKey { typealias Value = String }

        /// For the directory, and for what is looked up.
        func access(_ req: Request) {
            req[Both.self] = req.uri
            if req.main == nil { req[Outer.self] = "outer" }
        }

        /// For the file alone.
        func type(_ req: Request) -> Status {
            guard req.uri.hasSuffix(".do") || req.uri.contains("page") else { return .declined }
            req[Found.self] = Visit(req.uri)
            req.notes["found"] = "noted"
            req.contentType = "text/x-own"
            req.handler = "mod_swift"
            req.registerOutputFilter("MARK", "app::mark")
            req.addHandler(.content, "app::behind")
            req.addHandler(.log, "app::logged")
            req.addHandler(.cleanup, "app::cleaned")
            return .ok
        }

        func mark(_ filter: Filter) throws {
            while let bytes = try filter.read() { filter.write(bytes) }
            if filter.isAtEnd { filter.write(" marked for \\(filter.req.uri)") }
        }

        func handler(_ req: Request) throws -> String {
            try req.addOutputFilter("MARK")
            return [
                req[Found.self]?.name ?? "-", req[Outer.self] ?? "-", req[Both.self] ?? "-",
                req.notes["found"] ?? "-", req.uri,
            ].joined(separator: " ")
        }

        func behind(_ req: Request) { req.write(" and behind") }
        func logged(_ req: Request) { req.log("told: logged \\(req.uri) \\(req[Found.self]?.name ?? "-")", level: .notice) }
        func cleaned(_ req: Request) { req.log("told: cleaned \\(req[Found.self]?.name ?? "-")", level: .notice) }
        """

    private static let text = """
        SwiftPath "${HTDOCS}/app"
        <Directory "${HTDOCS}/index">
        SwiftHandler app
        SwiftTypeHandler app::type
        SwiftAccessHandler app::access
        DirectoryIndex none.do other.html index.do
        Options +MultiViews
        AddType text/plain .txt
        AddLanguage en .en
        AddLanguage de .de
        <Files "*.do">
        SwiftAccessHandler app::access app::access
        </Files>
        </Directory>
        """

    @Test(arguments: MPM.allCases)
    func whatTakesThePlaceOfARequestBringsWhatIsKeptWithIt(mpm: MPM) throws {
        try HTTPD.with(.modSwift(mpm: mpm, modules: ["negotiation"], text: Self.text)) {
            server throws in
            try server.writeApp(Self.source)
            try server.write("index/index.do", "")
            try server.write("index/page.txt.en", "")
            try server.write("index/page.txt.de", "")
            for _ in 1...2 {
                let mark = server.logMark()
                let index = try server.get("/index/")
                #expect(
                    index.text
                        == "/index/index.do outer /index/index.do noted /index/index.do and behind"
                        + " marked for /index/index.do")
                #expect(index.headers["Content-Type"] == "text/x-own")
                try server.expectLog(containing: "told: logged /index/index.do /index/index.do")
                try server.expectLog(containing: "told: cleaned /index/index.do")
                try server.expectLog(containing: "told: /index/index.do is gone")
                let told = server.errorLog(since: mark)
                for text in ["logged", "cleaned /index/index.do", "/index/index.do is gone"] {
                    #expect(told.ranges(of: "told: \(text)").count == 1, "\(text)")
                }
            }
            // Asked for by its own name it is the same.
            let direct = try server.get("/index/index.do")
            #expect(
                direct.text
                    == "/index/index.do outer /index/index.do noted /index/index.do and behind"
                    + " marked for /index/index.do")
            #expect(direct.headers["Content-Type"] == "text/x-own")
            server.allowLog(containing: "AH")
        }
    }

    @Test func whatIsOnlyLookedUpLeavesNothing() throws {
        let source =
            Self.source + """

                func looks(_ req: Request) throws -> String {
                    let page = try req.lookUp(uri: "/index/index.do")
                    return "\\(page.status.rawValue) \\(req[Found.self]?.name ?? "-") \\(req.notes["found"] ?? "-")"
                }
                """
        try HTTPD.with(
            .modSwift(
                modules: ["negotiation"],
                text: Self.text
                    + "\n<Location /look>\nSetHandler mod_swift\nSwiftHandler app::looks\n</Location>"
            )
        ) { server throws in
            try server.writeApp(source)
            try server.write("index/index.do", "")
            #expect(try server.get("/look").text == "200 - -")
            try server.expectLog(containing: "told: cleaned /index/index.do")
            try server.expectLog(containing: "told: /index/index.do is gone")
        }
    }

    /// The main request has come to no phase of ours when mod_rewrite looks.
    @Test func handlersAreAddedToTheMainRequest() throws {
        let source = """
            func type(_ req: Request) -> Status {
                guard let main = req.main else { return .declined }
                for phase: Phase in [.access, .fixup, .content, .log] { main.addHandler(phase, "app::leave") }
                return .declined
            }
            func leave(_ req: Request) {
                req.notes["trail"] = (req.notes["trail"] ?? "") + "\\(req.phase) "
                if req.phase == .content { req.write(req.notes["trail"] ?? "") }
                if req.phase == .log { req.log("told: log", level: .notice) }
            }
            func handler(_ req: Request) {}
            """
        let global = """
            SwiftPath "${HTDOCS}/app"
            RewriteEngine On
            RewriteCond "%{LA-U:REQUEST_FILENAME}" "x"
            RewriteRule "^" "-"
            """
        try SwiftSite.with(
            source, modules: ["rewrite"], directives: "SwiftTypeHandler app::type", global: global
        ) { server throws in
            #expect(
                try server.app().text == "SwiftAccessHandler SwiftFixupHandler SwiftHandler ")
            try server.expectLog(containing: "told: log")
        }
    }
}
