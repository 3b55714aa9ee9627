// SPDX-License-Identifier: Apache-2.0

import SwiftParser
import SwiftSyntax
import Testing

@testable import PageParsing

/// The ends of tags, and the code generated for them.
@Suite struct CodeTests {
    /// Code that contains "%>" or seems not to end; each is one tag.
    static let codes = [
        "let s = \"a %> b\"", "let s = \"<% x\"", "let s = #\"q \"%>\" q\"#",
        "/* a %> b */ let x = 3",
        "/* a /* %> */ %> */ f()", "let s = \"\"\"\n  \"%>\" \"\n  \"\"\"",
        "let s = #\"\"\"\n \"\"\" %>\n \"\"\"#",
        "let s = \"\\(f(\"%>\"))\"", "let s = \"\\(a[\"\\(b)%>\"]) %>\"",
        "let s = #\"\\(a) %> \\#(f(\"%>\"))\"#",
        "let s = #\"\"\"#", "let s = ##\"\"#%>\"##", "let s = \"\\\"%>\"", "let s = \"\\\\\"",
        "let r = #/a%>b/#",
        "let r = #/\n a %>\n/#", "let r = /\"/", "let r = /a\"b/",
        "let r = /a\\\n\"/ %>\"", "f(/\"/, b)", "let `a %> b` = 1",
        "let x = a / b", "let x = a/b", "let y = (a) / (b) / c", "// a comment",
        "let c = a /* b */ + 1",
        "let s = \"\"", "let s = \"\"\"\n\"\"\"", "if a { // yes", "let x = y!", "let x = a[1...]",
        "let k = \\A.b", "let x = a ? b : c", "f(/, 5)", "let x = [a, b].map { $0 }", "return",
        "#if DEBUG", "let s = \"\\u{41} %>\"", "let p = (a, /b/)", "x %= 3", "let d = 1.5e3 / 2",
    ]

    @Test(arguments: codes)
    func aTagEndsWhereItsCodeDoes(code: String) throws {
        let page = "A<% \(code) %>B"
        let segments = PageLexer.readable(of: PageFile(path: "p", bytes: Array(page.utf8))).0
        let ends = segments.compactMap { segment -> Int? in
            if case .code(let code, _) = segment { code.range.upperBound } else { nil }
        }
        #expect(ends == [page.utf8.count - 3])
        #expect(Self.endsWhole(" \(code) "))
    }

    /// Whether Swift's own parser treats the text after a piece of code as a separate token.
    static func endsWhole(_ code: String) -> Bool {
        let tree = Parser.parse(source: "\(code)\n;_msw_mark;\n")
        return tree.tokens(viewMode: .sourceAccurate).contains { $0.text == "_msw_mark" }
    }

    @Test(arguments: [
        ("<% x%>y", " x"), ("<%= x%></p>", " x"), ("<% a %> %>", " a "), ("<% // %>y", " // "),
        ("<% let r = /a%>b/ %>", " let r = /a"), ("<%= a...%>", " a..."),
    ])
    func aMarkInAnOperatorOrLineCommentEndsTheTag(page: String, code: String) throws {
        let file = PageFile(path: "p", bytes: Array(page.utf8))
        let codes = PageLexer.readable(of: file).0.compactMap { segment -> String? in
            switch segment {
            case .code(let code, _), .expression(let code, _): file.text(code.range)
            default: nil
            }
        }
        #expect(codes.first == code)
    }

    @Test func codeStandsInItsOwnLineAndColumn() throws {
        let source = try translate(
            "<p>\n  <% let a = 1 %>\n<td><%= a %></td><%=a%>\n<%!\n var b: Int { 1 } %>"
        ).source
        #expect(
            source.contains("#sourceLocation(file: \"/srv/page.psp\", line: 2)\n     let a = 1 \n"))
        #expect(source.contains("line: 3)\n    _t( a \n);\n"))
        #expect(source.contains("line: 3)\n                 _t(a\n);\n"))
        #expect(source.contains("line: 4)\n   \n var b: Int { 1 } \n"))
    }

    @Test func namesOfAPageAreThereWhereItNamesThem() throws {
        let plain = try translate("form session psp exception <% let a = \"form\" %>").source
        for name in ["form", "session", "psp", "exception"] {
            #expect(!plain.contains("let \(name) ="))
            #expect(try translate("<%= \"\\(\(name))\" %>").source.contains("let \(name) ="))
        }
        #expect(!plain.contains("async"))
        #expect(try translate("<% await f() %>").source.contains(") async throws {"))
    }

    @Test func afterReturnNothingIsItsValue() throws {
        #expect(try translate("<% if a { return } %>x").source.contains("{ return } \n_s("))
        #expect(try translate("<% return %>x").source.contains(" return \n;\n_s("))
    }

    @Test func placesOfErrorsAreNoted() throws {
        let source = try translate(
            "<% let a = 1 %>\n<%= try f() %><% throw E() %>\n<%= try? g() %>"
        ).source
        #expect(
            source.contains("_s.at(0, 2, 5);\n#sourceLocation(file: \"/srv/page.psp\", line: 2)\n"))
        #expect(!source.contains("_s.at(0, 3,") && !source.contains("_s.at(0, 1,"))
        #expect(source.contains("files: [\"/srv/page.psp\"]"))
    }

    @Test func argumentsOfAnIncludeStandInTheirColumns() throws {
        let page = "<%@ include file=\"row.inc\", title: f(a, b), count: 3 %>"
        let row =
            "<%@ param title: String %><%@ param count: Int %><%@ param c: Int = 4 %><%= title %>"
        let source = try translate(page, ["row.inc": row]).source
        let values = source.split(separator: "\n").filter { $0.contains("_1 = ") }
        #expect(values == ["\(String(repeating: " ", count: 30))_1 = f(a, b)"])
        #expect(source.contains("let _1: String \n;\n"))
        #expect(
            source.contains("let title = _1; _ = title;\nlet count = _2; _ = count;\nlet c = _3;"))
        #expect(
            try translate("<%@ param a: Int %><%@ param b: [String: Int] = [:] %>").parameters == [
                "a", "b",
            ])
    }

    @Test func declarationsOfAFileAreWrittenOnce() throws {
        let include = "<%@ include file=\"a.inc\" %>"
        let source = try translate(include + include, ["a.inc": "<%! struct Only {} %>A"]).source
        #expect(source.split(separator: "struct Only").count == 2)
        #expect(try translate(include + include, ["a.inc": "A"]).text == "AA")
    }

    @Test func theKeyCoversAllFiles() {
        let page = Array("<%@ include file=\"a.inc\" %>".utf8)
        let keys = [[:], ["a.inc": "A"], ["a.inc": "B"], ["a.inc": "<%@ include file=\"b\" %>"]].map
        {
            files(page, $0).keyBytes
        }
        #expect(Set(keys).count == 4)
        #expect(
            files(page, ["a.inc": "<%@ include file=\"b\" %>"]).included.map(\.path) == [
                "/srv/a.inc", "/srv/b",
            ])
        #expect(files(Array("x".utf8)).keyBytes == [0] + Array("x".utf8))
    }

    @Test func textIsSentAsItIs() throws {
        let text =
            "C:\\new\\t \\(1+1) \"q\" \"\"\"x\"\"\" #\"r\"# \\u{41} $0 \r\n\r\u{7F}\u{FEFF}é😀%> <\\% \\"
        #expect(try translate(text).text == text)
        #expect(try translate("\u{FEFF}a<%-- <%= x %> --%>b<%----%>c").text == "abc")
    }
}
