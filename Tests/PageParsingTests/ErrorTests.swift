// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import PageParsing

@Suite struct ErrorTests {
    @Test(arguments: [
        ("<p>\n  <% let x", "2:3: this tag is not closed: there is no %> after it"),
        ("a<%-- x", "1:2: this comment is not closed: there is no --%> after it"),
        ("<% /* x %>", "1:4: this comment is not closed"),
        ("<% let s = \"x %>\n", "1:12: this string is not closed"),
        ("<% let s = \"\"\"\nx %>", "1:12: this string is not closed"),
        ("<% let r = #/x %>\n", "1:12: this regular expression is not closed"),
        ("<% f( %>", "1:5: this ( is not closed in its tag"),
        ("<% a[1 %>", "1:5: this [ is not closed in its tag"),
        ("<% ) %>", "1:4: this ) closes nothing"),
        ("<% if a { %>\n<% ) %>", "2:4: this ) does not fit the { that is open"),
        ("<%= a } %>", "1:7: this } closes nothing"),
        ("<% if a { %><%= } %>", "1:13: this tag closes a brace that it has not opened"),
        ("<%= a { %>", "1:7: this { is not closed in its tag"),
        ("<% if a { %>", "1:9: this { is not closed in this file"),
        ("<% } %>", "1:4: this } closes nothing"),
        ("x\n<%= %>", "2:1: this <%= … %> holds no expression"),
        ("<%= // nothing\n%>", "1:1: this <%= … %> holds no expression"),
        ("<% let a = %>x", "1:10: the code of this tag ends in the middle of an expression"),
        ("<% let a = 1 + %>x", "1:14: the code of this tag ends in the middle of an expression"),
        ("<%= a + %>", "1:7: this expression is not complete"),
        ("<%= a, %>", "1:6: this expression is not complete"),
        ("<%= a. %>", "1:6: this expression is not complete"),
        ("<%!-- x --%>", "1:1: a comment begins with <%-- and ends with --%>"),
        ("<%@ import x %>", "1:1: there is no such directive; there are include, param and page"),
        ("<%@ include x %>", "1:14: write <%@ include file=\"path\" %>"),
        ("<%@ include file= %>", "1:19: write <%@ include file=\"path\" %>"),
        ("<%@ page escape=\"maybe\" %>", "1:1: write <%@ page escape=\"off\" %>"),
        (
            "<%@ param : Int %>",
            "1:11: write <%@ param name: Type %>, or <%@ param name: Type = value %>"
        ),
        (
            "<%@ param a %>",
            "1:13: write <%@ param name: Type %>, or <%@ param name: Type = value %>"
        ),
        ("<%@ param a: Int %><%@ param a: Int %>", "1:30: there is a param a already"),
        ("<% if x { %><%@ param a: Int %><% } %>", "1:23: a param cannot stand inside of a block"),
        (
            "<% switch x { %> a <% case 1: %><% } %>",
            "1:18: text cannot stand before the first case of a switch"
        ),
        ("é<%= %>", "1:3: this <%= … %> holds no expression"),
        ("\u{FEFF}<%= %>", "1:1: this <%= … %> holds no expression"),
        ("a\r\nb\rc\n<%= %>", "4:1: this <%= … %> holds no expression"),
    ])
    func aFaultHasItsLineAndColumn(page: String, expected: String) {
        #expect(fault(of: page) == expected)
    }

    @Test func bytesThatAreNoTextHaveTheirLineAndColumn() {
        #expect(throws: PageSyntaxError.self) {
            _ = try PageTranslation(of: files(Array("a\nb".utf8) + [0xFF]))
        }
        let faults = [[0x61, 0x0A, 0xFF], [0x61, 0x0A, 0xC3], [0xE2, 0x82], [0x61, 0]].map {
            PageLexer.readable(of: PageFile(path: "p", bytes: $0)).1?.location
        }
        #expect(
            faults == [
                PageLocation(line: 2, column: 1), PageLocation(line: 2, column: 1),
                PageLocation(line: 1, column: 1), PageLocation(line: 1, column: 2),
            ])
    }

    @Test(
        arguments: [
            (
                "\n<%@ include file=\"none.inc\" %>", [:],
                "2:1: there is no file \"none.inc\" that can be read: looked for /srv/none.inc"
            ),
            (
                "<%@ include file=\"d/a.inc\" %>", ["d/a.inc": "x\n<%@ include file=\"b\" %>"],
                "/srv/d/a.inc:2:1: there is no file \"b\" that can be read: "
                    + "looked for /srv/d/b, /srv/b"
            ),
            (
                "<%@ include file=\"a.inc\" %>",
                [
                    "a.inc": "<%@ include file='./x/../b.inc'%>",
                    "b.inc": "\n <%@ include file=\"a.inc\" %>",
                ],
                "/srv/b.inc:2:2: this include never ends: /srv/a.inc includes /srv/b.inc includes "
                    + "/srv/a.inc"
            ),
            (
                "x<%@ include file=\"page.psp\" %>", [:],
                "1:2: this include never ends: /srv/page.psp includes /srv/page.psp"
            ),
            (
                "<%@ include file=\"a.inc\" %>", ["a.inc": "<% if x { %>"],
                "/srv/a.inc:1:9: this { is not closed in this file"
            ),
            (
                "<% if x { %><%@ include file=\"a.inc\" %><% } %>", ["a.inc": "<% } %>"],
                "/srv/a.inc:1:4: this } closes nothing"
            ),
            (
                "<%@ include file=\"a.inc\" %>", ["a.inc": "<%@ param title: String %>"],
                "1:1: /srv/a.inc needs title: String, as in <%@ include file=\"…\", title: value %>"
            ),
            (
                "<%@ include file=\"a.inc\", titel: 1 %>", ["a.inc": "<%@ param title: String %>"],
                "1:27: /srv/a.inc has no param titel"
            ),
            (
                "<%@ include file=\"a.inc\", a: 1, a: 2 %>", ["a.inc": "<%@ param a: Int %>"],
                "1:33: a is given twice"
            ),
            (
                "<%@ include file=\"a.inc\", 1 %>", ["a.inc": ""],
                "1:29: arguments of an include have names, as in title: value"
            ),
            (
                "<%@ include file=\"a.inc\", a: %>", ["a.inc": ""],
                "1:30: the value of a is missing"
            ),
        ] as [(String, [String: String], String)])
    func aFaultOfAnIncludeHasItsFile(page: String, included: [String: String], expected: String) {
        #expect(fault(of: page, included) == expected)
    }

    @Test func includesThatMultiplyAreBounded() {
        var included: [String: String] = ["l13": "x"]
        for level in 0..<13 {
            let next = "<%@ include file=\"l\(level + 1)\" %>"
            included["l\(level)"] = next + next
        }
        let fault = fault(of: "<%@ include file=\"l0\" %>", included)
        #expect(fault?.hasSuffix("the page includes more than 10000 files") == true)
    }

    @Test func messagesQuoteThePage() {
        let page = files(Array("a\n\t<%= x %>\nc".utf8), ["a.inc": "A"])
        let output = "/srv/page.psp:2:6: error: no x\n    _t( x \n     ^\n"
        #expect(page.quoted(in: output) == "/srv/page.psp:2:6: error: no x\n\t<%= x %>\n     ^\n")
        #expect(page.quoted(in: "other\n") == "other\n")
        let error = PageSyntaxError(
            file: "/srv/page.psp", location: PageLocation(line: 2, column: 2), message: "m")
        #expect(error.quoting(page) == "/srv/page.psp:2:2: error: m\n\t<%= x %>\n\t^\n")
    }
}
