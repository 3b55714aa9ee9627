// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

/// mod_session's own sessions, read and written.
@Suite(.timeLimit(.minutes(5)))
struct HTTPDSessionTests {
    private static let source = """
        func handler(_ req: Request) throws -> String {
            guard let session = try req.httpdSession() else { return "no session" }
            switch req.args {
            case "set": session["color"] = "blue & green"
            case "remove": session["color"] = nil
            case "nul": session["color"] = "a\\0b"
            case "late":
                req.write(String(repeating: "x", count: 20_000))
                try req.flush()
                try session.set("color", to: "late")
            default: break
            }
            return "\\(session["color"] ?? "none") \\(session.user ?? "nobody") \\(session.expires != nil)"
        }
        """

    @Test func valuesAreSharedWithHttpdsModules() throws {
        let directives = """
            Session On
            SessionCookieName httpd path=/
            SessionMaxAge 600
            """
        try SwiftSite.with(
            Self.source, modules: ["session", "session_cookie"], directives: directives
        ) { server throws in
            #expect(try server.app().text == "none nobody true")
            let response = try server.app("set")
            #expect(response.text == "blue & green nobody true")
            let field = try #require(response.headers.values(for: "Set-Cookie").last)
            // In the format of mod_session.
            #expect(field.contains("color=blue+%26+green"))
            let cookie = String(field.prefix { $0 != ";" })
            #expect(
                try server.get("/app/x.do", headers: ["Cookie": cookie]).text
                    == "blue & green nobody true")
            let removed = try server.get("/app/x.do?remove", headers: ["Cookie": cookie])
            #expect(removed.text == "none nobody true")
            #expect(try server.app("nul").status == 500)
            try server.expectLog(containing: "must not hold NUL")
            // It is cut off: there is no other way to report the error.
            #expect(throws: (any Error).self) { try server.app("late") }
            try server.expectLog(containing: "when the response had begun")
        }
    }

    @Test func withoutModSessionThereIsNone() throws {
        try SwiftSite.with(Self.source) { server throws in
            #expect(try server.app().text == "no session")
        }
    }
}
