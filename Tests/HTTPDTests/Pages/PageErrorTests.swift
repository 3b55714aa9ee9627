// SPDX-License-Identifier: Apache-2.0
//
// What goes wrong in a page is told with the page's file, line and column.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PageErrorTests {
    @Test(arguments: [
        ("a\n<% let x = 1\n", "page.psp:2:1: error: this tag is not closed"),
        ("a\n  <%= nope %>\n", "page.psp:2:7: error: cannot find 'nope' in scope"),
        (
            "<td><%= req.args %></td>",
            "page.psp:1:7: error: 'callAsFunction' is unavailable: say what"
        ),
        ("<p title=<%= 1 %>>", "page.psp:1:10: error: data in an attribute needs quotes"),
        ("\n\n<%@ include file=\"none.inc\" %>", "page.psp:3:1: error: there is no file"),
        ("<%! var hits = 0 %>\n", "page.psp:1:9: error: var 'hits' is not concurrency-safe"),
        ("x\n<% .foo() %>\ny", "page.psp:2:5: error"),
        ("a\u{0}b", "page.psp:1:2: error: a page cannot hold a NUL byte"),
    ])
    func theErrorPageShowsTheLineOfThePage(page: String, expected: String) throws {
        try PageSite.with(["page.psp": page], debug: true) { server throws in
            let response = try server.page()
            #expect(response.status == 500)
            try server.expectLog(containing: "MSW0103")
            #expect(server.errorLog().contains(expected), "\(server.errorLog())")
            let place = String(expected.prefix { $0 != " " }).dropLast()
            #expect(response.text.contains(place))
            #expect(response.text.contains("class=\"caret\""))
            server.allowLog(containing: "swift:error")
        }
    }

    @Test func anIncludedFileIsShownWithItsOwnLine() throws {
        let pages = ["page.psp": "1\n<%@ include file=\"a.inc\" %>", "a.inc": "x\ny <%= nope %>"]
        try PageSite.with(pages, debug: true) { server throws in
            let response = try server.page()
            #expect(response.status == 500 && response.text.contains("a.inc:2:7"))
            #expect(
                response.text.contains("<strong><span class=\"n\">2</span>  y &lt;%= nope %&gt;"))
            try server.expectLog(containing: "MSW0103")
            server.allowLog(containing: "swift:error")
            try server.write("psp/a.inc", "mended")
            #expect(eventually(within: .seconds(20)) { (try? server.pageText()) == "1\nmended" })
        }
    }

    @Test func aThrownErrorHasTheLineOfItsTag() throws {
        let page = "a\n<% struct E: Error {}\n%>\n<% if true { throw E() } %>\n"
        try PageSite.with(["page.psp": page], debug: true) { server throws in
            let response = try server.page()
            #expect(response.status == 500 && !response.text.hasPrefix("a"))
            #expect(response.text.contains("page.psp:4:1"))
            #expect(response.text.contains("class=\"caret\""))
            try server.expectLog(containing: "threw E")
            server.allowLog(containing: "swift:error")
        }
    }

    @Test func aTrapPointsAtThePageAndItsCountIsThePages() throws {
        let page = "a\n<% let n = Int(req.args ?? \"\") ?? 0 %>\n<%= [1, 2][n] %>\n"
        try PageSite.with(
            ["page.psp": page, "other.psp": "fine"], directives: "SwiftTrapLimit 2 60"
        ) { server throws in
            #expect(try server.page("page.psp?7").status == 500)
            #expect(try server.pageText("page.psp?1").hasSuffix("2\n"))
            #expect(eventually(within: .seconds(20)) { server.errorLog().contains("page.psp:3") })
            for _ in 0..<3 { _ = try server.page("page.psp?7") }
            // A page in quarantine is no other's fault.
            #expect(try server.page("page.psp?1").status == 503)
            #expect(try server.pageText("other.psp") == "fine")
            server.allowLog(containing: "MSW04")
            server.allowLog(containing: "MSW")
            server.allowLog(containing: "swift:")
        }
    }
}
