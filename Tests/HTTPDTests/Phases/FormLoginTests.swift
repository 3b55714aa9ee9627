// SPDX-License-Identifier: Apache-2.0
//
// A login by form and cookie, with Swift functions that know the users.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct FormLoginTests {
    private static let source = """
        struct Broken: Error {}

        func check(_ req: Request, user: String, password: String) throws -> AuthnResult {
            req.log("told: asked about \\(user) \\(req.main == nil)", level: .notice)
            if password == "broken" { throw Broken() }
            if user == "zoe" { return .userNotFound }
            return password == "open \\(user)" ? .granted : .denied
        }

        func handler(_ req: Request) -> String { "\\(req.method) by \\(req.user ?? "nobody"), \\(req.apAuthType ?? "-")" }
        """

    private static let form = "application/x-www-form-urlencoded"

    private static func with(_ mpm: MPM, _ body: (HTTPD) throws -> Void) throws {
        let login = """
            AuthType Form
            AuthName app
            AuthFormProvider users
            Session On
            SessionCookieName session path=/
            """
        let global = """
            SwiftPath "${HTDOCS}/app"
            SwiftAuthnProvider users app::check
            <Location "/login">
            SetHandler form-login-handler
            \(login)
            AuthFormLoginSuccessLocation "http://127.0.0.1:${PORT}/app/x.do"
            Require all granted
            </Location>
            ErrorDocument 401 "please log in"
            """
        try SwiftSite.with(
            source, mpm: mpm,
            modules: [
                "authn_core", "authz_user", "auth_form", "session", "session_cookie", "request",
            ], directives: "\(login)\nRequire valid-user", global: global, body)
    }

    @Test(arguments: [MPM.event, .prefork])
    func aFormAsksASwiftFunction(mpm: MPM) throws {
        try Self.with(mpm) { server throws in
            func post(_ path: String, _ user: String, _ password: String) throws -> Response {
                try server.post(
                    path, .text("httpd_username=\(user)&httpd_password=\(password)"),
                    headers: ["Content-Type": Self.form])
            }
            let stranger = try server.app()
            #expect(stranger.status == 401)
            #expect(stranger.text.hasPrefix("please log in"))
            let welcome = try post("/login", "ann", "open+ann")
            #expect(welcome.status == 302)
            let cookie = try #require(welcome.headers["Set-Cookie"]).prefix { $0 != ";" }
            // The cookie has name and password: the function is asked again.
            let known = try server.get("/app/x.do", headers: ["Cookie": String(cookie)])
            #expect(known.text == "GET by ann, Form")
            try server.expectLog(containing: "told: asked about ann true", times: 2)
            for (user, password) in [("ann", "x"), ("zoe", "open+zoe"), ("", ""), ("bob", "%00")] {
                #expect(try post("/login", user, password).status == 401, "\(user)")
            }
            #expect(try post("/login", "ann", "broken").status == 500)
            try server.expectLog(containing: "MSW0301: SwiftAuthnProvider users: threw Broken")
            // The form may also be sent to what it protects.
            let inline = try post("/app/x.do", "bob", "open+bob")
            #expect(inline.status == 200)
            #expect(inline.text == "POST by bob, Form")
            #expect(inline.headers["Set-Cookie"] != nil)
            let forged = try server.get(
                "/app/x.do", headers: ["Cookie": "session=app-user=ann&app-pw=wrong"])
            #expect(forged.status == 401)
            server.allowLog(containing: "AH01807")
            server.allowLog(containing: "AH01808")
        }
    }
}
