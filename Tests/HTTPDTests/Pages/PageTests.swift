// SPDX-License-Identifier: Apache-2.0
//
// Server pages, row by row of what mod_python's psp did.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PageTests {
    // MARK: Syntax

    @Test func textCodeExpressionsAndCommentsAreWhatTheyWereInModPython() throws {
        try PageSite.with([
            "page.psp": """
            <%! func twice(_ n: Int) -> Int { n * 2 } %>
            <ul>
            <% for n in 1...3 { %><li><%= twice(n) %></li><%-- <%= nope %> --%>
            <% } %></ul>
            <% if req.method == "GET" { %>got<% } else { %>not<% } %>
            """
        ]) { server throws in
            let response = try server.page()
            #expect(response.status == 200)
            #expect(response.text == "\n<ul>\n<li>2</li>\n<li>4</li>\n<li>6</li>\n</ul>\ngot")
            #expect(response.headers["Content-Type"] == "text/html; charset=utf-8")
            #expect(response.headers["Content-Length"] == "\(response.text.utf8.count)")
        }
    }

    @Test func aPageMayChangeItsTypeStatusAndHeaders() throws {
        try PageSite.with([
            "page.psp": """
            <% req.contentType = "text/plain"; req.status = .notFound
            req.headersOut["X-Page"] = "1" %>gone
            """
        ]) { server throws in
            let response = try server.page()
            #expect(response.status == 404 && response.text == "gone")
            #expect(
                response.headers["Content-Type"] == "text/plain"
                    && response.headers["X-Page"] == "1")
        }
    }

    @Test func whatThePageWritesThroughTheRequestStandsInItsPlace() throws {
        let long = String(repeating: "x", count: 3_000_000)
        try PageSite.with([
            "page.psp": "a<% req.write(\"b\") %>c<% try req.flush() %>d<% req.write([0x65]) %>f",
            "long.psp": "<% for n in 0..<3000 { %>\(String(repeating: "x", count: 1000))<% } %>",
            "file.psp": "a<% try req.sendFile(req.filename!.dropLast(8) + \"b.txt\") %>c",
            "b.txt": "b",
        ]) { server throws in
            #expect(try server.pageText() == "abcdef")
            #expect(try server.pageText("long.psp") == long)
            #expect(try server.pageText("file.psp") == "abc")
        }
    }

    @Test func aPageEndsEarly() throws {
        try PageSite.with([
            "return.psp": "a<% if req.args == \"x\" { return } %>b",
            "ok.psp": "a<% throw Status.ok %>b", "done.psp": "a<% throw Status.done %>b",
            "status.psp": "a<% if true { throw Status.forbidden } %>b",
        ]) { server throws in
            #expect(try server.pageText("return.psp?x") == "a")
            #expect(try server.pageText("return.psp") == "ab")
            #expect(try server.pageText("ok.psp") == "a")
            #expect(try server.pageText("done.psp") == "a")
            #expect(try server.page("status.psp").status == 403)
        }
    }

    @Test func asyncPagesAwait() throws {
        try PageSite.with([
            "page.psp": """
            <% func slow(_ n: Int) async throws -> Int {
                try await Task.sleep(for: .milliseconds(5))
                return n
            } %>a<%= try await slow(1) %>b<% for n in [2, 3] { %><%= try await slow(n) %><% } %>
            """
        ]) { server throws in
            #expect(try server.pageText() == "a1b23")
        }
    }

    @Test func valuesOfManyTypesAreWritten() throws {
        try PageSite.with([
            "page.psp": """
            <%= 1 %> <%= -42 %> <%= Int.min %> <%= Int8(-8) %> <%= UInt64.max %> <%= 1.5 %> <%= true %> \
            <%= "text".dropFirst() %> <%= [1, 2] %> <%= Markup("<b>") + Markup(escaping: "<") %> \
            <i title="<%= Markup("&amp;\\"<") %>"><%= 0 %></i><script>var m = "<%= Markup("<b>") %>"</script>
            """
        ]) { server throws in
            #expect(
                try server.pageText() == """
                    1 -42 -9223372036854775808 -8 18446744073709551615 1.5 true ext [1, 2] <b>&lt; \
                    <i title="&amp;&quot;&lt;">0</i><script>var m = "\\u003cb\\u003e"</script>
                    """)
        }
    }

    @Test func theLinesOfAnyOldFileCount() throws {
        try PageSite.with(
            ["page.psp": "a\r\nb\rc<%\r\nlet x = 1\r\nlet y = 2\r%><%= x + y %>\r\n"]
        ) { server throws in
            #expect(try server.pageText() == "a\r\nb\rc3\r\n")
        }
    }

    // MARK: Includes

    @Test func includesAreTakenFromBesideTheirFileAndBesideThePage() throws {
        try PageSite.with([
            "page.psp":
                "<% let name = \"Ann\" %><%@ include file=\"parts/head.inc\" %>|<%@include file='tail.inc'%>",
            "parts/head.inc":
                "<%= name %><%@ include file=\"icon.inc\" %><%@ include file=\"tail.inc\" %>",
            "parts/icon.inc": "icon", "tail.inc": "<% let n = 1 %>",
        ]) { server throws in
            let response = try server.page()
            // The same file twice in one scope declares a name twice.
            #expect(response.status == 500)
            try server.expectLog(containing: "MSW0103")
            // The compiler's lines, each with its code.
            server.allowLog(containing: "'n'")
            server.allowLog(containing: "let n = 1")
            try server.write("psp/tail.inc", "tail")
            #expect(
                eventually { (try? server.pageText()) == "Annicontail|tail" })
        }
    }

    @Test func includedFilesTakeParametersAndLayoutsTakeContent() throws {
        try PageSite.with([
            "page.psp": """
            <% let title = "T<" %><% func content() throws { %><p><%= title %></p><% } %>\
            <%@ include file="layout.inc", title: title, content: content %>
            """,
            "layout.inc": """
            <%@ param title: String %><%@ param content: () throws -> Void %>\
            <%@ param level: Int = 1 %><title><%= title %></title><main><% try content() %><%= level %></main>
            """,
        ]) { server throws in
            #expect(try server.pageText() == "<title>T&lt;</title><main><p>T&lt;</p>1</main>")
        }
    }

    @Test(arguments: [true, false])
    func aChangedIncludeShowsAtTheNextRequest(debug: Bool) throws {
        try PageSite.with(
            ["page.psp": "<%@ include file=\"a.inc\" %>", "a.inc": "one"], debug: debug
        ) { server throws in
            #expect(try server.pageText() == "one")
            try server.write("psp/a.inc", "two")
            if debug {
                #expect(try server.pageText() == "two")
            } else {
                #expect(eventually { (try? server.pageText()) == "two" })
            }
            try server.write("psp/page.psp", "<%@ include file=\"a.inc\" %>!")
            #expect(eventually { (try? server.pageText()) == "two!" })
        }
    }

    // MARK: The psp object

    @Test func anErrorPageStandsForAPageThatThrows() throws {
        try PageSite.with([
            "page.psp": """
            <% try psp.setErrorPage("error.psp") %>half<% struct Broken: Error { let n: Int }
            if req.args != "fine" { throw Broken(n: 7) } %>
            """,
            "error.psp": "sorry: <%= \"\\(exception)\" %>",
            "status.psp":
                "<% try psp.setErrorPage(\"/psp/error.psp\"); if true { throw Status.gone } %>",
            "none.psp": "<% try psp.setErrorPage(\"no.psp\") %>x",
        ]) { server throws in
            #expect(try server.pageText() == "sorry: Broken(n: 7)")
            #expect(
                try server.pageText("page.psp?fine") == "half\n"
                    || server.pageText("page.psp?fine") == "half")
            #expect(try server.page("status.psp").status == 410)
            #expect(try server.page("error.psp").status == 404)
            #expect(try server.page("none.psp").status == 500)
            try server.expectLog(containing: "MSW0700")
        }
    }

    @Test func redirectsEndThePage() throws {
        try PageSite.with([
            "page.psp": "x<% try psp.redirect(\"/a?b=c\") %>y",
            "moved.psp": "<% try psp.redirect(\"http://h.example/\", permanent: true) %>",
            "late.psp": "x<% try req.flush(); try psp.redirect(\"/a\") %>",
            "bad.psp": "<% try psp.redirect(\"/a\\r\\nX: y\") %>",
        ]) { server throws in
            let found = try server.page()
            #expect(found.status == 302 && found.headers["Location"] == "/a?b=c")
            #expect(!found.text.contains("xy"))
            let moved = try server.page("moved.psp")
            #expect(moved.status == 301 && moved.headers["Location"] == "http://h.example/")
            #expect(try server.page("bad.psp").status == 500)
            try server.expectLog(containing: "MSW0301")
            _ = try? server.page("late.psp")
            try server.expectLog(containing: "a redirect has to come before")
        }
    }

    /// Of a page that ends with another response nothing is sent.
    @Test func anotherResponseTakesThePlaceOfThePage() throws {
        try PageSite.with([
            "page.psp": """
            x<% try psp.setErrorPage("error.psp"); req.write("y")
            if true { throw HTTPError(.conflict, "own", headers: ["X-Own": "1"]) } %>
            """,
            "error.psp": "sorry",
            "inner.psp": "x<% try req.internalRedirect(\"/psp/end.psp\") %>",
            "end.psp": "end",
        ]) { server throws in
            let own = try server.page()
            #expect(own.status == 409 && own.text == "own" && own.headers["X-Own"] == "1")
            let inner = try server.page("inner.psp")
            #expect(inner.status == 200 && inner.text == "end")
        }
    }

    @Test func formAndSessionAreTheRequestsOwn() throws {
        try PageSite.with([
            "page.psp": """
            <% struct Order: Decodable { let item: String; let count: Int } %>\
            <%= form.getFirst("item") ?? "none" %>:\
            <%= try psp.applyData { (order: Order) in order.count + 1 } %>:<%= form === (try req.form()) %>
            """,
            "session.psp": """
            <% session["hits"] = (session["hits"] as? Int ?? 0) + 1 %><%= session["hits"] as? Int ?? 0 %>
            """,
        ]) { server throws in
            #expect(try server.pageText("page.psp?item=tea&count=2") == "tea:3:true")
            #expect(try server.page("page.psp?item=tea&count=x").status == 400)
            server.allowLog(containing: "MSW0")
            let first = try server.page("session.psp")
            #expect(first.text == "1")
            let cookie = try #require(first.headers["Set-Cookie"]).prefix { $0 != ";" }
            let second = try server.get(
                "/psp/session.psp", headers: ["Cookie": String(cookie)])
            #expect(second.text == "2")
        }
    }

    // MARK: The PSP class

    private static let templates = """
        func handler(_ req: Request) throws -> Status {
            switch req.args {
            case "file": try PSP(req, file: "t.psp").run(["name": "<Ann>"])
            case "both": try PSP(req, file: "t.psp", ["name": "a", "count": 1]).run(["count": 2])
            case "missing": try PSP(req, file: "t.psp").run()
            case "type": try PSP(req, file: "t.psp").run(["name": 1])
            case "none": try PSP(req, file: "none.psp").run()
            case "string":
                req.write("a")
                try PSP(req, string: "<%@ param n: Int %>[<%= n %>]").run(["n": 3], flush: true)
                try PSP(req, string: "").run()
                req.write("b")
            case "bad": try PSP(req, string: "\\n<%= nope %>").run()
            case "code": req.write(try PSP(req, string: "<b><%= 1 %>").displayCode().html)
            default: try PSP(req, file: "nested.psp").run()
            }
            return .ok
        }
        """

    @Test func handlersFillTemplates() throws {
        try PageSite.with(
            [
                "t.psp":
                    "<%@ param name: String %><%@ param count: Int = 0 %><%= name %>:<%= count %>",
                "nested.psp": "(<% try PSP(req, file: \"t.psp\").run([\"name\": \"n\"]) %>)",
            ], app: Self.templates
        ) { server throws in
            let get = { (query: String) in try server.pageText("x.do?\(query)") }
            #expect(try get("file") == "&lt;Ann&gt;:0")
            #expect(try get("both") == "a:2")
            #expect(try get("string") == "a[3]b")
            #expect(try get("") == "(n:0)")
            #expect(try get("code").contains("&lt;b&gt;&lt;%= 1 %&gt;"))
            for (query, story) in [
                ("missing", "declares the parameter name: String, and was given none"),
                ("type", "declares the parameter name: String, and was given Int"),
                ("none", "MSW0700"), ("bad", ".psp:2:5: error: cannot find 'nope'"),
            ] {
                #expect(try server.page("x.do?\(query)").status == 500, "\(query)")
                try server.expectLog(containing: story)
            }
            server.allowLog(containing: "MSW0301")
            server.allowLog(containing: "swift:error")
        }
    }

    // MARK: The handler

    /// Anybody can ask for any number of them.
    @Test func aPageThatDoesNotExistLeavesNothingInTheProcess() throws {
        let directives = """
            AddHandler mod_swift .status
            SwiftHandler mod_swift::status | .status
            """
        try PageSite.with(
            ["page.psp": "here"], directives: directives, children: 1
        ) { server throws in
            #expect(try server.pageText() == "here")
            for number in 0..<20 { #expect(try server.page("none\(number).psp").status == 404) }
            let status = try server.page("server.status").text
            #expect(status.contains("/psp/page.psp") && !status.contains("/psp/none"), "\(status)")
        }
    }

    @Test func whatIsNoPageIsNotFound() throws {
        try PageSite.with(["page.psp": "x"]) { server throws in
            #expect(try server.page("none.psp").status == 404)
            #expect(try server.page("page.psp_").status == 404)
            #expect(try server.pageText("page.psp/more") == "x")
            #expect(try server.request("HEAD", "/psp/page.psp").headers["Content-Length"] == "1")
        }
    }

    @Test func thePageAndItsSwiftAreShownSideBySideOnlyUnderDebug() throws {
        try PageSite.with(["page.psp": "<b><%= 1 + 1 %></b>\n"], debug: true) { server throws in
            let listing = try server.page("page.psp_")
            #expect(listing.status == 200)
            #expect(listing.text.contains("&lt;b&gt;&lt;%= 1 + 1 %&gt;&lt;/b&gt;"))
            #expect(listing.text.contains("_s(&quot;&lt;b&gt;&quot;);"))
            #expect(!listing.text.contains("<b>"))
            #expect(try server.page("none.psp_").status == 404)
        }
    }

    @Test func pagesAreServedByEveryMPM() throws {
        for mpm in MPM.allCases {
            try PageSite.with(["page.psp": "<%= req.uri %>"], mpm: mpm) { server throws in
                #expect(try server.pageText() == "/psp/page.psp")
            }
        }
    }
}
