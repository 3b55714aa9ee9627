// SPDX-License-Identifier: Apache-2.0
//
// Handlers beside the modules that most servers have, in one configuration: each of them once in the
// way of a request that Swift answers.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct OtherModulesTests {
    private static let modules = [
        "alias", "deflate", "dir", "filter", "include", "proxy", "proxy_http", "rewrite", "status",
        "authn_core", "authz_user", "auth_basic",
    ]

    private static let text = """
        SwiftPath "${HTDOCS}/app"
        SwiftAuthnProvider people app::check
        AddType text/html .shtml
        Alias /other "${HTDOCS}/app"
        RewriteEngine On
        RewriteRule "^/pretty/(.*)$" "/app/$1.do?pretty" [PT]
        RewriteRule "^/secret/" "-" [F]
        ProxyPass "/far/" "http://127.0.0.1:${PORT}/app/"
        ProxyPassReverse "/far/" "http://127.0.0.1:${PORT}/app/"
        <Directory "${HTDOCS}/app">
        AddHandler mod_swift .do
        SwiftHandler app
        DirectoryIndex start.do
        Options +Includes
        AddOutputFilter INCLUDES .shtml
        AddOutputFilterByType DEFLATE text/plain
        </Directory>
        <Location /far>
        SwiftFixupHandler app::fixup
        </Location>
        <Location /status>
        SetHandler server-status
        SwiftAccessHandler app::onlyUs
        AuthType Basic
        AuthName status
        AuthBasicProvider people
        Require valid-user
        </Location>
        <Location /health>
        SetHandler server-status
        </Location>
        """

    private static let source = """
        func handler(_ req: Request) -> Status {
            req.contentType = "text/plain"
            switch req.args {
            case "long": req.write(String(repeating: "long ", count: 2000))
            case "redirect":
                req.headersOut["Location"] = "http://127.0.0.1:\\(req.server.port)/app/new.do"
                return .movedTemporarily
            default:
                req.write("\\(req.uri)?\\(req.args ?? "") \\(req.headersIn["X-Fixed"] ?? "-")")
            }
            return .ok
        }

        func fixup(_ req: Request) { req.headersIn["X-Fixed"] = "by Swift" }

        func onlyUs(_ req: Request) -> Status { req.args == "notus" ? .forbidden : .ok }

        func check(_ req: Request, user: String, password: String) -> AuthnResult {
            password == "open" ? .granted : .denied
        }
        """

    @Test(arguments: MPM.allCases)
    func handlersAnswerBesideOtherModules(_ mpm: MPM) throws {
        try HTTPD.with(.modSwift(mpm: mpm, modules: Self.modules, text: Self.text)) {
            server throws in
            try server.writeApp(Self.source)
            try server.write(
                "app/page.shtml", "<p><!--#include virtual=\"part.do\" --></p>")
            try server.write("app/plain.txt", "plain")
            // mod_dir looks for a file.
            try server.write("app/start.do", "")
            func text(_ path: String) throws -> String {
                try server.get(path).text
            }
            #expect(try text("/app/x.do?a") == "/app/x.do?a -")
            #expect(try text("/other/x.do") == "/other/x.do? -")
            #expect(try text("/app/") == "/app/start.do? -")
            #expect(try text("/pretty/x") == "/app/x.do?pretty -")
            #expect(try text("/app/page.shtml") == "<p>/app/part.do? -</p>")
            #expect(try text("/app/plain.txt") == "plain")
            #expect(try text("/far/x.do?b") == "/app/x.do?b by Swift")
            let redirect = try server.get("/far/x.do?redirect")
            #expect(redirect.status == 302)
            #expect(redirect.headers["Location"]?.hasSuffix("/far/new.do") == true)
            let packed = try server.get("/app/x.do?long", headers: ["Accept-Encoding": "gzip"])
            #expect(packed.headers["Content-Encoding"] == "gzip")
            #expect(packed.body.count < 1000)
            let unpacked = try server.curl("/app/x.do?long", "--compressed")
            #expect(unpacked.text == String(repeating: "long ", count: 2000))
            #expect(try server.get("/secret/x.do").status == 403)

            #expect(try server.get("/status?notus").status == 403)
            #expect(try server.get("/status").status == 401)
            let open = "Basic eDpvcGVu"
            let status = try server.get("/status", headers: ["Authorization": open])
            #expect(status.status == 200)
            #expect(status.text.contains("mod_swift"))
            #expect(try server.get("/health?auto").status == 200)
        }
    }
}
