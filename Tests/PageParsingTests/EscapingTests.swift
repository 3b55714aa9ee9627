// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import PageParsing

@Suite struct EscapingTests {
    private func escaped(_ text: String, _ context: HTMLContext, pieces: Int = 1) -> String {
        var escaping = HTMLEscaping(context)
        let characters = Array(text)
        return (0..<pieces).map { piece in
            let range =
                characters.count * piece / pieces..<characters.count * (piece + 1) / pieces
            let bytes = Array(String(characters[range]).utf8)
            let result = [UInt8](capacity: bytes.count * HTMLEscaping.longestForm) { output in
                escaping.write(bytes.span, to: &output)
            }
            return String(decoding: result, as: UTF8.self)
        }.joined()
    }

    private func mayBeURL(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return HTMLEscaping.mayBeURL(bytes.span)
    }

    private func isPlain(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return HTMLEscaping.isPlain(bytes.span)
    }

    @Test(arguments: [
        (HTMLContext.text, "a<b>&\"'é", "a&lt;b&gt;&amp;&quot;&#39;é"),
        (.attribute, "&amp;\"", "&amp;amp;&quot;"),
        (.url, "/a/b c?d=1&e=2", "/a/b c?d=1&amp;e=2"),
        (.urlName, "a:b/c:d", "a%3Ab/c:d"),
        (.urlName, "a?b:c", "a?b:c"),
        (.urlQuery, "a b&c=d/é~", "a%20b%26c%3Dd%2F%C3%A9~"),
        (.urlList, "/a b,c 2x", "/a%20b%2Cc%202x"),
        (
            .scriptString, "a\"b\n</é\u{2028}\u{2029}_",
            "a\\u0022b\\u000a\\u003c\\u002fé\\u2028\\u2029_"
        ),
        (.styleString, "a\";b\\", "a\\22 \\3b b\\5c "),
        (.comment, "--><!-- !", "&#45;&#45;&gt;&lt;&#33;&#45;&#45; &#33;"),
        (.raw, "<b>&", "<b>&"),
    ])
    func dataHasItsForm(context: HTMLContext, text: String, expected: String) {
        for pieces in [1, 2, text.count] {
            #expect(escaped(text, context, pieces: pieces) == expected)
        }
    }

    @Test(arguments: [
        "", "/a", "a/b", "?a:b", "#a:b", "http://h/", "HTTPS://h/", "mailto:a@b", "tel:1", "//h/a",
        "a b", " /a", "\\a:b",
        // The reference is escaped when it is written: the browser reads a path and a fragment.
        "jav&#x61;script:f()",
    ])
    func whatIsNoCodeMayBeAURL(url: String) { #expect(mayBeURL(url)) }

    @Test(arguments: [
        "javascript:f()", "JavaScript:f()", " javascript:f()", "\u{1}javascript:f()",
        "java\nscript:f()", "java\tscript\r:f()", "vbscript:f()", "data:text/html,x", ":f()",
        "javascript\n:f()", "blob:x", "a:b",
    ])
    func codeMayNotBeAURL(url: String) { #expect(!mayBeURL(url)) }

    @Test func markupKeepsItsReferences() {
        let bytes = Array("&lt;<\"".utf8)
        let result = [UInt8](capacity: 60) { HTMLEscaping.writeMarkup(bytes.span, to: &$0) }
        #expect(String(decoding: result, as: UTF8.self) == "&lt;&lt;&quot;")
    }

    @Test func textWithoutSpecialCharactersIsPlain() {
        #expect(isPlain("aé/ \n"))
        for character in "&<>\"'" { #expect(!isPlain("a\(character)")) }
    }
}
