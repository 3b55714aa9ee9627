// SPDX-License-Identifier: Apache-2.0
//
// How sections override each other where the rules are other ones than those of the phases: before
// there is a request, before there is a directory, and for namespaces.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct HookMergeTests {
    /// Each function leaves its name.
    private static let source = """
        func note(_ conn: Connection, _ word: String) {
            conn.notes["trail"] = (conn.notes["trail"] ?? "") + word
        }
        func outer(_ conn: Connection) -> Status { note(conn, "outer,"); return .ok }
        func first(_ conn: Connection) -> Status { note(conn, "first,"); return .ok }
        func second(_ conn: Connection) -> Status { note(conn, "second,"); return .ok }
        func below(_ conn: Connection) -> Status { note(conn, "below"); return .declined }

        func note(_ req: Request, _ word: String) -> Status {
            req.notes["trail"] = (req.notes["trail"] ?? "") + word
            return .declined
        }
        func quick1(_ req: Request) -> Status { note(req, "quick1 ") }
        func quick2(_ req: Request) -> Status { note(req, "quick2 ") }
        func map1(_ req: Request) -> Status { note(req, "map1 ") }
        func map2(_ req: Request) -> Status { note(req, "map2 ") }
        func handler(_ req: Request) -> String {
            let debugger = req.config["SwiftEnableDebugger"] ?? "-"
            let trails = "\\(req.connection.notes["trail"] ?? "") \\(req.notes["trail"] ?? "")"
            return "\\(trails)\\(req.interpreter) \\(debugger)"
        }
        """

    @Test func virtualHostsAndSectionsOverride() throws {
        let text = """
            SwiftPath "${HTDOCS}/app"
            SwiftHandler app
            <Location "/">
            SetHandler mod_swift
            </Location>
            SwiftPreConnectionHandler app::outer
            SwiftConnectionHandler app::below
            SwiftQuickHandler app::quick1
            SwiftMapToStorageHandler app::map1
            SwiftInterpreter outer
            SwiftEnableDebugger On
            <Files "f*">
            SwiftInterpreter files
            SwiftEnableDebugger Off
            </Files>
            <LocationMatch "^/app/.*l$">
            SwiftInterpreter location
            </LocationMatch>
            <If "%{QUERY_STRING} == 'if'">
            SwiftInterpreter if
            </If>
            <VirtualHost *:${PORT}>
            ServerName one.example
            SwiftPreConnectionHandler app::first
            SwiftQuickHandler app::quick2
            </VirtualHost>
            <VirtualHost *:${PORT}>
            ServerName two.example
            SwiftPreConnectionHandler app::second
            SwiftMapToStorageHandler app::map2
            SwiftInterpreter two
            <Files "f*">
            SwiftEnableDebugger On
            </Files>
            </VirtualHost>
            """
        let server = try HTTPD(.modSwift(text: text))
        defer { server.close() }
        try server.writeApp(Self.source)
        try server.start()
        func ask(_ path: String, _ host: String = "one.example") throws -> String {
            try server.get("/app/\(path)", headers: ["Host": host]).text
        }
        // A connection is the first host's, which has what it does not say itself from the server.
        #expect(try ask("a") == "first,below quick2 map1 outer On")
        #expect(try ask("a", "two.example") == "first,below quick1 map2 two On")
        #expect(try ask("f") == "first,below quick2 map1 files Off")
        #expect(try ask("fl") == "first,below quick2 map1 location Off")
        #expect(try ask("fl?if") == "first,below quick2 map1 if Off")
        // Sections of a virtual host come behind those of the server.
        #expect(try ask("f", "two.example") == "first,below quick1 map2 files On")
        try server.expectLog(containing: "MSW0574: SwiftPreConnectionHandler")
        server.allowLog(containing: "MSW0546")
        try server.stop()
        try server.checkLog()
    }
}
