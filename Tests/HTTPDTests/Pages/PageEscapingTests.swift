// SPDX-License-Identifier: Apache-2.0
//
// Contexts and hostile data: an HTML5 parser finds no element, attribute or comment that is not the
// page's, and every value is what was put in.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PageEscapingTests {
    static let page = """
        <% let v = String(decoding: try req.read(), as: UTF8.self) %><!DOCTYPE html>
        <html><head><title><%= v %></title>
        <style>p::after { content: "<%= v %>" }</style></head><body>
        <p id="text"><%= v %></p>
        <p id="double" title="<%= v %>"></p><p id="single" title='<%= v %>'></p>
        <a id="url" href="<%= v %>">x</a><a id="path" href="/p/<%= v %>">x</a>
        <a id="name" href="p<%= v %>">x</a><a id="query" href="/p?q=<%= v %>&amp;r=1">x</a>
        <img id="set" alt="" srcset="<%= v %> 1x">
        <p id="event" onclick="f('<%= v %>')"></p>
        <p id="style" style="background: url('<%= v %>')"></p>
        <!-- <%= v %> -->
        <textarea id="area">x<%= v %></textarea>
        <script id="script">var s = "<%= v %>", t = 'a<%= v %>b', u = `<%= v %>`;</script>
        </body></html>
        """

    static let hostile = [
        "", "plain", "<script>alert(1)</script>", "</script><script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "\" onfocus=\"alert(1)",
        "--><script>alert(1)</script><!--", "--!><img src=x onerror=alert(1)>", "-", "->", ">",
        "</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>",
        "</style><script>alert(1)</script>", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
        " javascript:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", "vbscript:x",
        "data:text/html,<script>alert(1)</script>", "\\", "\\\"", "\";alert(1);//", "';alert(1);//",
        "`;alert(1);//", "${alert(1)}", "*/alert(1)/*", "\n", "a\nb", "\u{2028}", "&quot;", "&#39;",
        "&lt;script&gt;", "&", "&amp;amp", "<!--", "<!--<script>", "]]>", "<![CDATA[", "\u{FEFF}<",
        "{{7*7}}", "é😀", "a b&c=d#e?f/g", "//evil.example/x", "https://h.example/?a=1&b=2",
        "url(x)", "expression(alert(1))", "\\27)}*{color:red}", "x;y:z", "<svg onload=alert(1)>",
    ]

    @Test func noDataIsMoreThanData() throws {
        try PageSite.with(["page.psp": Self.page]) { server throws in
            let documents = try HTML5Document.parse(
                Self.hostile.map { value in
                    let response = try server.post(
                        "/psp/page.psp", .text(value))
                    #expect(response.status == 200)
                    return response.text
                })
            let plain = try #require(documents.first)
            for (value, document) in zip(Self.hostile, documents) {
                check(value, document, plain)
            }
        }
    }

    private func check(_ value: String, _ document: HTML5Document, _ plain: HTML5Document) {
        let comment = Comment(rawValue: value.debugDescription)
        #expect(document.elements.map(\.name) == plain.elements.map(\.name), comment)
        #expect(
            document.elements.map { Set($0.attributes.keys) }
                == plain.elements.map { Set($0.attributes.keys) }, comment)
        #expect(document.comments.count == 1, comment)
        let text = { document.element(id: $0)?.text }
        let attribute = { document.element(id: $0)?.attributes[$1] }
        #expect(document.elements.first { $0.name == "title" }?.text == value, comment)
        #expect(text("text") == value && text("area") == "x" + value, comment)
        #expect(
            attribute("double", "title") == value && attribute("single", "title") == value, comment)
        #expect(attribute("path", "href") == "/p/" + value, comment)
        checkURLs(value, attribute, comment)
        checkStrings(value, document, comment)
    }

    /// The bytes: Foundation's own decoding leaves out a byte order mark.
    private func percentDecoded(_ text: Substring) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else {
                bytes.append(byte)
                continue
            }
            rest = rest.dropFirst(2)
            bytes.append(value)
        }
        return bytes
    }

    private func checkURLs(
        _ value: String, _ attribute: (String, String) -> String?, _ comment: Comment
    ) {
        let url = attribute("url", "href") ?? "?"
        #expect(url == value || url == "about:invalid", comment)
        let skipped = value.filter { !"\t\n".contains($0) }.drop { $0 == " " }.lowercased()
        for scheme in ["javascript:", "vbscript:", "data:"] where skipped.hasPrefix(scheme) {
            #expect(url == "about:invalid", comment)
        }
        let query = attribute("query", "href") ?? "?"
        #expect(query.hasPrefix("/p?q=") && query.hasSuffix("&r=1"), comment)
        #expect(percentDecoded(query.dropFirst(5).dropLast(4)) == Array(value.utf8), comment)
        let set = attribute("set", "srcset") ?? "?"
        #expect(
            set.hasSuffix(" 1x") && !set.dropLast(3).contains { $0 == " " || $0 == "," }, comment)
    }

    /// The form in scripts is that of JSON, too.
    private func checkStrings(_ value: String, _ document: HTML5Document, _ comment: Comment) {
        let script = document.element(id: "script")?.text ?? ""
        for (start, end, around) in [
            ("s = \"", "\"", ""), ("t = '", "'", "ab"), ("u = `", "`", ""),
        ] {
            let content =
                script.components(separatedBy: start).last?
                .components(separatedBy: end).first ?? "?"
            let decoded = try? JSONDecoder().decode(String.self, from: Data("\"\(content)\"".utf8))
            let expected = around.isEmpty ? value : "a\(value)b"
            #expect(decoded == expected, comment)
        }
        let event = document.element(id: "event")?.attributes["onclick"] ?? ""
        let content = event.dropFirst(3).dropLast(2)
        #expect(event.hasPrefix("f('") && event.hasSuffix("')"), comment)
        #expect(
            (try? JSONDecoder().decode(String.self, from: Data("\"\(content)\"".utf8))) == value,
            comment)
        let style = document.element(id: "style")?.attributes["style"] ?? ""
        let inner = style.dropFirst("background: url('".count).dropLast(2)
        #expect(!inner.contains { "'\"();<>:\n".contains($0) }, comment)
    }
}
