// SPDX-License-Identifier: Apache-2.0
//
// SwiftInterpreter, SwiftInterpPerDirectory, SwiftInterpPerDirective: whose globals a handler has.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct NamespaceTests {
    /// Says in which namespace it runs, and how often it was called there.
    private static let source = """
        import Synchronization
        let hits = Mutex(0)
        func handler(_ req: Request) -> String {
            let end = req.interpreter.firstRange(of: "/app/").map { req.interpreter[$0.lowerBound...] }
            return "\\(end ?? req.interpreter[...]) \\(hits.withLock { $0 += 1; return $0 })"
        }
        func note(_ req: Request) -> Status {
            req.errHeadersOut.add("X-Space", "\\(req.phase) \\(req.interpreter)")
            if req.phase == .postReadRequest { req.addHandler(.fixup, "app::note") }
            return .declined
        }
        """

    @Test(.bug(id: "N5-11")) func directivesNameThem() throws {
        let global = """
            <Directory "${HTDOCS}/app/in">
            SwiftHandler app
            </Directory>
            SwiftPath "${HTDOCS}/app"
            <Location /app/named>
            SwiftInterpreter "one two"
            </Location>
            <Location /app/files>
            SwiftInterpPerDirectory On
            SwiftFixupHandler app::note
            </Location>
            <Location /app/files/off>
            SwiftInterpPerDirectory Off
            </Location>
            <LocationMatch "^/app/(in|lines)/">
            SwiftInterpPerDirective On
            </LocationMatch>
            <Location /app/in/first>
            SwiftInterpPerDirectory On
            </Location>
            <Location /app/lines/named>
            SwiftInterpreter last
            </Location>
            """
        let directives = "AllowOverride All\nSwiftAllowHtaccess On"
        try SwiftSite.with(Self.source, directives: directives, global: global, children: 1) {
            server throws in
            for folder in [
                "named", "files/a/deep", "files/b", "files/off", "in/first", "lines/named", "ht",
            ] {
                try server.write("app/\(folder)/some.txt", "")
            }
            try server.write("app/ht/.htaccess", "SwiftInterpreter written\n")
            func ask(_ path: String) throws -> String {
                try server.get("/app/\(path)x.do").text
            }
            for count in 1...2 {
                #expect(try ask("") == "127.0.0.1 \(2 * count - 1)")
                #expect(try ask("files/off/") == "127.0.0.1 \(2 * count)")
                #expect(try ask("named/") == "one two \(count)")
                #expect(try ask("files/") == "/app/files/ \(count)")
                #expect(try ask("files/a/") == "/app/files/a/ \(count)")
                #expect(try ask("files/b/") == "/app/files/b/ \(count)")
                // The directory of the directive, not of the request.
                #expect(try ask("lines/") == "/app/ \(count)")
                #expect(try ask("in/") == "/app/in/ \(count)")
                #expect(try ask("in/first/") == "/app/in/first/ \(count)")
                #expect(try ask("lines/named/") == "last \(count)")
                #expect(try ask("ht/") == "written \(count)")
            }
            // What is not there makes no namespace.
            #expect(try server.get("/app/files/a/none/none/x.do").status == 404)
            // A directory that was asked for without its slash.
            let space = try server.get("/app/files/a").headers["X-Space"]
            #expect(space?.hasSuffix("/app/files/a/") == true, "\(space ?? "-")")
        }
    }

    @Test(.bug(id: "N5-11")) func phasesBeforeTheFileAreInTheMainOne() throws {
        for (flag, fixup) in [("Directory", "/app/"), ("Directive", "main_interpreter")] {
            let global = """
                SwiftPath "${HTDOCS}/app"
                SwiftInterpPer\(flag) On
                SwiftPostReadRequestHandler app::note
                """
            try SwiftSite.with(Self.source, global: global) { server throws in
                let spaces = try server.app().headers.values(for: "X-Space")
                #expect(spaces.first == "SwiftPostReadRequestHandler main_interpreter")
                // Added by code, where no directive names any.
                #expect(spaces.last?.hasSuffix(fixup) == true, "\(spaces)")
            }
        }
    }

    /// A connection is in no directory; what stands outside of any section counts.
    @Test(.bug(id: "N5-11")) func connectionsHaveThatOfTheirServer() throws {
        let source = """
            import Synchronization
            let place = Mutex("none")
            func connectionHandler(_ conn: Connection) -> Status {
                place.withLock { $0 = "connection" }
                return .declined
            }
            func handler(_ req: Request) -> String { "\\(req.interpreter) \\(place.withLock { $0 })" }
            """
        for (line, space) in [
            ("SwiftInterpreter kept", "kept"), ("", "127.0.0.1"),
            ("SwiftInterpPerDirectory On", "main_interpreter"),
            ("SwiftInterpPerDirective On", "main_interpreter"),
        ] {
            let global = """
                SwiftPath "${HTDOCS}/app"
                SwiftConnectionHandler app
                \(line)
                <Location /app/other>
                SwiftInterpreter other
                </Location>
                <Location /app/same>
                SwiftInterpreter \(space)
                </Location>
                """
            try SwiftSite.with(source, global: global) { server throws in
                func ask(_ path: String) throws -> String {
                    try server.write("app/\(path)/some.txt", "")
                    return try server.get("/app/\(path)/x.do").text
                }
                #expect(try ask("same") == "\(space) connection", "\(line)")
                #expect(try ask("other") == "other none", "\(line)")
            }
        }
    }

    @Test(arguments: [
        ("SwiftInterpreter \"\u{1}\"", "is not the name of a namespace"),
        ("SwiftInterpreter \"\"", "takes one argument"),
        ("SwiftInterpPerDirectory Perhaps", "On or Off"),
        ("SwiftInterpPerDirective", "On or Off"),
    ])
    func aBadValueIsRefusedWithASentence(line: String, sentence: String) throws {
        try expectRefusal(of: line, with: sentence)
    }
}
