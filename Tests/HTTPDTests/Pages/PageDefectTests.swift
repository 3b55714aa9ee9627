// SPDX-License-Identifier: Apache-2.0
//
// What was wrong with mod_python's psp, and the rows of its description that other suites do not hold.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PageDefectTests {
    @Test(.bug(id: "N4-34", "text was Swift's, %> ended strings, CR lines were one line"))
    func textIsTextAndCodeIsSwift() throws {
        try PageSite.with([
            "text.psp": "a\\n\\t\\x41 \\ \"\"\" #{x} \\(x)\\",
            "string.psp": "<% let a = \"1 %> 2\", b = #\"3 \"%>\" 4\"# %><%= a %>|<%= raw(b) %>",
            "returns.psp": "<% let a = 1\rlet b = 2\r%><%= a + b %>\r",
            "colon.psp": "<% if true { // yes: \n %>in<% } %>out", "empty.psp": "",
            "none.psp": "<%%>",
        ]) { server throws in
            #expect(try server.pageText("text.psp") == "a\\n\\t\\x41 \\ \"\"\" #{x} \\(x)\\")
            #expect(try server.pageText("string.psp") == "1 %&gt; 2|3 \"%>\" 4")
            #expect(try server.pageText("returns.psp") == "3\r")
            #expect(try server.pageText("colon.psp") == "inout")
            #expect(try server.pageText("empty.psp") == "")
            #expect(try server.pageText("none.psp") == "")
        }
    }

    @Test(.bug(id: "N6-08", "each write was flushed: no Content-Length"))
    func aPageHasALength() throws {
        try PageSite.with(["page.psp": "a<% for n in 0..<3 { %><%= n %>,<% } %>b"]) {
            server throws in
            let response = try server.page()
            #expect(response.text == "a0,1,2,b")
            #expect(response.headers["Content-Length"] == "8")
        }
    }

    /// The form is read once for handler, page and error page.
    @Test(
        .bug(id: "N4-35", "the form was parsed anew, a session unlocked that a handler had locked"))
    func aPageSharesFormAndSessionWithItsHandler() throws {
        let handler = """
            func handler(_ req: Request) throws -> Status {
                let form = try req.form()
                let session = try req.session()
                session["n"] = (session["n"] as? Int ?? 0) + 1
                try PSP(req, file: "part.psp").run()
                // Locked still: what comes now is in the same turn of the session.
                session["n"] = (session["n"] as? Int ?? 0) + 1
                try session.save()
                req.write("|\\(form.count) \\(session.isLocked)")
                return .ok
            }
            """
        try PageSite.with(
            [
                "part.psp":
                    "<% session[\"n\"] = (session[\"n\"] as? Int ?? 0) + 1 %><%= form.count %>:<%= session[\"n\"] as? Int ?? 0 %>",
                "fails.psp":
                    "<% try psp.setErrorPage(\"error.psp\"); _ = form.count; struct E: Error {}\nif true { throw E() } %>",
                "error.psp": "<%= form.getFirst(\"a\") ?? \"no form\" %>",
            ], app: handler
        ) { server throws in
            let post = { (path: String, cookie: String) throws in
                try server.request(
                    "POST", "/psp/\(path)",
                    headers: [
                        "Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie,
                    ], body: .text("a=1&b=2"))
            }
            let first = try post("x.do", "none=1")
            #expect(first.text == "2:2|2 true")
            let cookie = String(try #require(first.headers["Set-Cookie"]).prefix { $0 != ";" })
            #expect(try post("x.do", cookie).text == "2:5|2 true")
            #expect(try post("fails.psp", cookie).text == "1")
        }
    }

    @Test(
        .bug(id: "N4-30", "a session of the page's and one of the handler's waited for each other"))
    func twoPagesOfOneRequestUseOneSession() throws {
        let page =
            "<% session[\"n\"] = (session[\"n\"] as? Int ?? 0) + 1 %><%= session[\"n\"] as? Int ?? 0 %>"
        try PageSite.with([
            "one.psp": "\(page)<% try PSP(req, file: \"two.psp\").run() %><% try session.save() %>",
            "two.psp": page,
        ]) { server throws in #expect(try server.pageText("one.psp") == "12") }
    }

    @Test(.bug(id: "N4-34", "a changed include was not seen"))
    func withoutReloadAPageIsWhatItWasUntilTheRestart() throws {
        try PageSite.with(
            ["page.psp": "page <%@ include file=\"a.inc\" %>", "a.inc": "one"],
            directives: "SwiftAutoReload Off", children: 1
        ) { server throws in
            #expect(try server.pageText() == "page one")
            try server.write("psp/a.inc", "two")
            try server.write("psp/page.psp", "other <%@ include file=\"a.inc\" %>")
            for _ in 0..<5 { #expect(try server.pageText() == "page one") }
            try server.restart(graceful: false)
            #expect(eventually { (try? server.pageText()) == "other two" })
        }
    }

    @Test func aTemplateIsTheRequestsOwnFileAndFaultsShowWhenItIsMade() throws {
        let handler = """
            func handler(_ req: Request) throws -> Status {
                if req.args == "made" {
                    do { _ = try PSP(req, string: "<%= nope %>") } catch { req.write("not made") }
                    return .ok
                }
                try PSP(req).run(["name": "own"])
                return .ok
            }
            """
        try PageSite.with(
            ["own.do": "<%@ param name: String %>[<%= name %>]"], app: handler
        ) { server throws in
            #expect(try server.pageText("own.do") == "[own]")
            #expect(try server.pageText("own.do?made") == "not made")
        }
    }

    @Test func anErrorPageThatThrowsIsAnErrorOfItsOwn() throws {
        try PageSite.with([
            "page.psp": "<% try psp.setErrorPage(\"error.psp\"); if true { throw Status.ok } %>",
            "fails.psp":
                "<% struct A: Error {}\ntry psp.setErrorPage(\"error.psp\"); if true { throw A() } %>",
            "error.psp": "<% struct B: Error {}\nif exception is any Error { throw B() } %>",
        ]) { server throws in
            #expect(try server.pageText() == "")
            #expect(try server.page("fails.psp").status == 500)
            #expect(server.errorLog().contains("/psp/error.psp:2:"))
            try server.expectLog(
                containing: "MSW0301: SwiftHandler mod_swift::psp: threw B(), thrown at ")
        }
    }
}
