// SPDX-License-Identifier: Apache-2.0
//
// What goes wrong in a page is told with the page's file, line and column.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PageErrorTests {
    @Test(arguments: [
        ("a\n<% let x = 1\n", "page.psp:2:1: error: this tag is not closed"),
        ("a\n  <%= nope %>\n", "page.psp:2:7: error: cannot find 'nope' in scope"),
        (
            "<td><%= req.args %></td>",
            "page.psp:1:7: error: 'callAsFunction' is unavailable: give a value"
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
            #expect(eventually { (try? server.pageText()) == "1\nmended" })
        }
    }

    /// It is there, and cannot be read: told at once, and read as soon as that is mended.
    @Test func anIncludedFileThatCannotBeReadIsTold() throws {
        let pages = ["page.psp": "1\n<%@ include file=\"a.inc\" %>", "a.inc": "text"]
        try PageSite.with(pages, debug: true) { server throws in
            let path = "\(server.htdocs)/psp/a.inc"
            #expect(chmod(path, 0) == 0)
            // It would wait for SwiftBuildTimeout, 60 s, as long as this client does.
            let response = try server.page()
            #expect(response.status == 500 && response.text.contains("page.psp:2:1"))
            try server.expectLog(containing: "MSW0103")
            server.allowLog(containing: "swift:error")
            #expect(chmod(path, 0o644) == 0)
            #expect(eventually(within: .seconds(20)) { (try? server.pageText()) == "1\ntext" })
        }
    }

    @Test func aThrownErrorHasTheLineOfItsTag() throws {
        let page = "a\n<% struct E: Error {}\n%>\n<% if true { throw E() } %>\n"
        try PageSite.with(["page.psp": page], debug: true) { server throws in
            let response = try server.page()
            #expect(response.status == 500 && !response.text.hasPrefix("a"))
            #expect(response.text.contains("page.psp:4:14"), "\(response.text)")
            #expect(response.text.contains("class=\"caret\""))
            try server.expectLog(containing: "/psp/page.psp:4:14 [GET ")
            server.allowLog(containing: "swift:error")
        }
    }

    /// In the log of every server, whichever way the error has come: by a function, by a file that is
    /// included, by a handler that fills the page, asynchronously.
    @Test func aThrownErrorHasItsOwnLineAndColumn() throws {
        let throwing = "<% struct E: Error {} %>\n"
        let handler = """
            func handler(_ req: Request) throws -> Status {
                if req.args == "caught" {
                    do { try PSP(req, file: "block.psp").run() } catch { req.write("caught \\(error)") }
                    return .ok
                }
                if req.args == "own" {
                    do { try PSP(req, file: "block.psp").run() } catch { throw Own() }
                }
                try PSP(req, file: "block.psp").run()
                return .ok
            }
            struct Own: Error {}
            """
        try PageSite.with(
            [
                "block.psp": "\(throwing)<% let n = 1\n  if n == 1 {\n    throw E() } %>",
                "function.psp":
                    "\(throwing)<% func f() throws -> Int {\n  throw E()\n} %>\n<%= try f() %>",
                "include.psp": "1\n<%@ include file=\"a.inc\" %>",
                "a.inc": "x\n\(throwing)<%   throw E() %>",
                "async.psp":
                    "\(throwing)<% try await Task.sleep(for: .milliseconds(1))\nthrow E() %>",
            ], app: handler
        ) { server throws in
            for (page, place) in [
                ("block.psp", "block.psp:4:5"), ("function.psp", "function.psp:3:3"),
                ("include.psp", "a.inc:3:6"), ("async.psp", "async.psp:3:1"),
                ("x.do", "block.psp:4:5"), ("x.do?own", "app.swift:8:62"),
            ] {
                let mark = server.logMark()
                #expect(try server.page(page).status == 500)
                let log = server.errorLog(since: mark)
                #expect(log.contains("/psp/\(place) [GET "), "\(page): \(log)")
                try server.expectLog(containing: "MSW0301")
            }
            #expect(try server.pageText("x.do?caught") == "caught E()")
        }
    }

    @Test func aTrapPointsAtThePageAndItsCountIsThePages() throws {
        let page = "a\n<% let n = Int(req.args ?? \"\") ?? 0 %>\n<%= [1, 2][n] %>\n"
        try PageSite.with(
            ["page.psp": page, "other.psp": "fine"], directives: "SwiftTrapLimit 2 60"
        ) { server throws in
            #expect(try server.page("page.psp?7").status == 500)
            #expect(try server.pageText("page.psp?1").hasSuffix("2\n"))
            #expect(eventually { server.errorLog().contains("page.psp:3") })
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
