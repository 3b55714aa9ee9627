// SPDX-License-Identifier: Apache-2.0
//
// The examples, as `make run` serves them: each with its own section of Examples/site.conf.

import Foundation
import ModSwiftTesting
import Testing

/// A server with the examples.
enum ExampleSite {
    static let modules = ["authn_core", "authz_user", "auth_basic", "authn_file"]

    /// The section of an example, for the document root of a test.
    static func section(of name: String) throws -> String {
        let text = try Manual.text("Examples/site.conf")
        let start = try #require(text.range(of: "<Directory \"${SITE}/\(name)\">"))
        let end = try #require(
            text.range(of: "</Directory>", range: start.upperBound..<text.endIndex))
        return String(text[start.lowerBound..<end.upperBound]).replacing(
            "${SITE}", with: "${HTDOCS}")
    }

    /// The sections of all examples.
    static func sections() throws -> String {
        let files = try [".swift", ".psp"].flatMap { try Manual.files(below: "Examples", $0) }
        return try Set(files.map { $0.split(separator: "/")[1] })
            .sorted().map { try section(of: String($0)) }.joined(separator: "\n")
    }

    /// What keeps strangers out of "members" in a server without mod_swift.
    static let membersWithoutSwift = """
        <Directory "${HTDOCS}/members">
        AuthType Basic
        AuthName "Restricted Area"
        AuthBasicProvider file
        AuthUserFile "${HTDOCS}/users"
        Require valid-user
        </Directory>
        """

    /// Puts all files of all examples into a server's document root.
    static func write(to server: HTTPD) throws {
        for suffix in [".swift", ".html", ".txt", ".psp", ".inc"] {
            for file in try Manual.files(below: "Examples", suffix) {
                try server.write(
                    String(file.dropFirst("Examples/".count)), try Manual.text(file))
            }
        }
    }
}

@Suite(.timeLimit(.minutes(10)))
struct ExampleTests {
    private static func with(_ example: String, _ body: (HTTPD) throws -> Void) throws {
        let configuration = try HTTPDConfiguration.modSwift(
            modules: ExampleSite.modules,
            text: "SwiftSecretFile \"${ROOT}/secrets\"\n" + ExampleSite.section(of: example))
        try HTTPD.with(configuration) { server throws in
            try ExampleSite.write(to: server)
            try body(server)
        }
    }

    @Test func shopIsAPageOfThreeFiles() throws {
        try Self.with("shop") { server throws in
            let response = try server.get("/shop/list.psp")
            #expect(response.status == 200)
            #expect(response.text.contains("<td>Milk &amp; honey</td><td>6.50</td>"))
            #expect(response.text.contains("<title>Prices</title>"))
            #expect(try server.get("/shop/row.inc").status == 403)
            server.allowLog(containing: "AH01630")
        }
    }

    @Test func aTeamIsAHandlerOfThreeModules() throws {
        try Self.with("team") { server throws in
            let all = try server.get("/team/x.do")
            #expect(all.status == 200 && all.text.contains("<tr><td>Bert<td>sessions"))
            let some = try server.get("/team/x.do?find=FILTERS").text
            #expect(some.contains("Ann") && some.contains("Cleo") && !some.contains("Bert"))
            let none = try server.get("/team/x.do?find=%3Cb%3E").text
            #expect(none.contains("Nobody") && none.contains("&lt;b&gt;"))
        }
    }

    @Test func membersHaveToLogIn() throws {
        try Self.with("members") { server throws in
            server.allowLog(containing: "MSW0762")
            func ask(_ credentials: String?) throws -> Response {
                var headers: HeaderFields = [:]
                if let credentials {
                    let coded = Data(credentials.utf8).base64EncodedString()
                    headers.add("Authorization", "Basic \(coded)")
                }
                return try server.get("/members/x.do", headers: headers)
            }
            for credentials in [
                nil, "spam:ham", "ham:eggs", "spam", ":", "spam:eggs:", "Spam:eggs",
            ] {
                let answer = try ask(credentials)
                #expect(answer.status == 401, "\(credentials ?? "none")")
                #expect(answer.headers["WWW-Authenticate"] == "Basic realm=\"Restricted Area\"")
            }
            #expect(try ask("spam:eggs").text == "Welcome, spam!\n")
            #expect(try server.get("/members/members.swift").status != 200)
        }
    }

    @Test func visitsAreCountedInASignedCookie() throws {
        try Self.with("visits") { server throws in
            func visit(_ place: String, _ cookie: String) throws -> Response {
                try server.get(
                    "/visits/x.do?\(place)", headers: ["Cookie": cookie])
            }
            let first = try visit("here", "other=1")
            #expect(first.text == "Visit 1.\n")
            let line = try #require(first.headers["Set-Cookie"])
            #expect(line.hasSuffix("; Path=/visits/; Max-Age=2592000; HttpOnly; SameSite=Lax"))
            let cookie = try #require(line.split(separator: ";").first.map(String.init))
            #expect(try visit("there", cookie).text == "Visit 2, after here.\n")
            #expect(try visit("there", cookie.dropLast() + "A").text == "Visit 1.\n")
        }
    }

    @Test func aMissingPageIsSaidInTwoWays() throws {
        try Self.with("missing") { server throws in
            func ask(_ name: String) throws -> Response {
                try server.get("/missing/\(name)")
            }
            let own = try ask("handler-error.html")
            #expect(own.status == 404)
            #expect(own.text == "There is no such page here, but this text.\n")
            let httpds = try ask("apache-error.html")
            #expect(httpds.status == 404)
            #expect(httpds.text.contains("The requested URL was not found on this server."))
            let page = try ask("page.html")
            #expect(page.status == 200)
            #expect(page.text == (try Manual.text("Examples/missing/page.html")))
            #expect(try ask("none.html").text == httpds.text)
            #expect(try ask("missing.swift").status == 403)
            server.allowLog(containing: "MSW0203")
        }
    }

    @Test func anUploadIsToldOrItsMistakesAre() throws {
        try Self.with("upload") { server throws in
            let empty = try server.get("/upload/x.do")
            #expect(empty.status == 200)
            #expect(empty.text.contains("<input name=\"title\" >"))
            var form = MultipartForm()
            form.add("name=title", Array("<Sea>".utf8))
            form.add("name=year", Array("soon".utf8))
            form.addFile("file", [], filename: "")
            let wrong = try server.post("/upload/x.do", form.body, headers: form.headers)
            #expect(wrong.status == 400)
            for text in [
                "value=\"&lt;Sea&gt;\"", "<strong>is not a whole number</strong>",
                "<strong>is not a file</strong>",
            ] { #expect(wrong.text.contains(text), "\(wrong.text)") }
            form = MultipartForm()
            form.add("name=title", Array("Sea".utf8))
            form.add("name=isPublic", Array("on".utf8))
            form.addFile("file", [1, 2, 3], filename: "a&b.png")
            let right = try server.post("/upload/x.do", form.body, headers: form.headers)
            #expect(right.text.contains("<h1>Sea</h1>\n<p>Public.\n"))
            #expect(right.text.contains("a&amp;b.png: application/octet-stream,\n3 bytes, sum 402"))
        }
    }

    @Test func loginKeepsASessionUntilLogout() throws {
        try Self.with("login") { server throws in
            func token(_ page: Response) -> String {
                page.text.firstMatch(of: /name="csrf" value="(\w+)"/).map { "\($0.1)" } ?? ""
            }
            func cookie(_ response: Response) throws -> String {
                let field = try #require(response.headers["Set-Cookie"])
                return String(field.prefix { $0 != ";" })
            }
            func post(_ name: String, _ body: String, _ cookie: String) throws -> Response {
                try server.post(
                    "/login/\(name)", .text(body),
                    headers: [
                        "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded",
                    ])
            }
            let page = try server.get("/login/x.do")
            #expect(page.text.contains("Who are you?"))
            let stranger = try cookie(page)
            let wrong = "csrf=\(token(page))&user=spam&password=ham"
            #expect(try post("login.do", wrong, stranger).status == 403)
            let right = "csrf=\(token(page))&user=spam&password=eggs"
            let response = try post("login.do", right, stranger)
            #expect(response.status == 303 && response.headers["Location"] == "x.do")
            let member = try cookie(response)
            #expect(member != stranger)
            let hello = try server.get("/login/x.do", headers: ["Cookie": member])
            #expect(hello.text.contains("Hello, spam"))
            // A form of another site has the cookie, and no token.
            #expect(try post("logout.do", "", member).status == 403)
            try server.expectLog(containing: "MSW0654")
            #expect(try post("logout.do", "csrf=\(token(hello))", member).status == 303)
            let bye = try server.get("/login/x.do", headers: ["Cookie": member])
            #expect(bye.text.contains("Who are you?"))
        }
    }

    /// mod_python's tutorial, 3.1.
    @Test(
        .bug(id: "N3-04", "a field could add header lines"))
    func aFormSendsMailAndNobodyAddsHeaders() throws {
        try Self.with("mail") { server throws in
            server.configuration.text = server.configuration.text.replacing(
                "cat >&2", with: "cat >\(server.cache)/mail")
            try server.restart(graceful: false)
            func send(_ fields: String) throws -> Response {
                try server.post(
                    "/mail/form.swift/email", .text(fields),
                    headers: ["Content-Type": "application/x-www-form-urlencoded"])
            }
            let page = try server.get("/mail/form.html")
            #expect(page.text.contains("action=\"form.swift/email\""))
            let sent = try send("name=%3CAnn%3E&email=ann%40example.com&comment=One%0D%0ATwo&x=1")
            #expect(sent.status == 200)
            #expect(sent.headers["Content-Type"] == "text/html; charset=utf-8")
            #expect(sent.text.contains("Thank you, &lt;Ann&gt;!"))
            let mail = try String(contentsOfFile: "\(server.cache)/mail", encoding: .utf8)
            #expect(
                mail == """
                    To: webmaster@localhost
                    Reply-To: ann@example.com
                    Subject: Feedback
                    Content-Type: text/plain; charset=utf-8

                    <Ann> writes:

                    One
                    Two

                    """)
            // N3-04: an address is no place for another header.
            let forged = "name=Ann&comment=Hi&email=a%40b.c%0ABcc:%20all%40example.com"
            for fields in [
                forged, "name=Ann&comment=&email=a%40b.c", "name=&comment=x&email=a%40b",
            ] {
                let refused = try send(fields)
                #expect(refused.status == 400 && refused.text.contains("are required"))
            }
            let missing = try send("name=Ann")
            #expect(missing.status == 400)
            #expect(missing.text == "email is missing\ncomment is missing\n")
            #expect(try server.get("/mail/form.swift/email?name=a").status == 405)
            for path in [
                "form.swift", "form.swift/send", "form.swift/page", "form.swift/isAddress",
            ] {
                #expect(try server.get("/mail/\(path)").status == 404)
            }
        }
    }

    /// All examples have a section, and `make run` a configuration that httpd takes.
    @Test func everyExampleIsServed() throws {
        let page = try Manual.text("Examples/index.html")
        for file in try Manual.files(below: "Examples", ".swift") {
            let name = String(file.split(separator: "/")[1])
            #expect(try !ExampleSite.section(of: name).isEmpty)
            #expect(page.contains("Examples/\(name)/"), "\(name)")
        }
    }
}
