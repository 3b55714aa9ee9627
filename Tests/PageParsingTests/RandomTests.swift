// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import PageParsing

/// Any bytes can be translated, or cause an error with line and column; text never becomes Swift
/// code.
@Suite struct RandomTests {
    private static let pieces = [
        "<%", "%>", "<%=", "<%!", "<%@", "<%--", "--%>", "\"", "\"\"\"", "#\"", "\"#", "/*", "*/",
        "//",
        "/", "#/", "/#", "\\", "\\(", "\\#(", "(", ")", "[", "]", "{", "}", "`", "'", "\n", "\r",
        " ", "x",
        "if a {", "} else {", "for a in b {", "switch a {", "case 1:", "default:", "break",
        "continue",
        "return", "try f()", "raw(", "include file=\"a.inc\"", "param a: Int",
        "page escape=\"off\"", "=",
        "+", ".", ",", "é", "\u{FEFF}", "\0", "<p", "<a href=", "<script>", "</script>", "<style>",
        "</style>", "<!--", "-->", "<title>", "</title>", "<svg>", "title=", "onclick=", "style=",
        ">",
        "&quot;", "&", "javascript:", "_s(\"", "$", "${",
    ]

    @Test(arguments: 0..<20)
    func anyBytesTranslateOrHaveAPlace(seed: UInt64) throws {
        var random = Xorshift(seed: seed &* 7919 &+ 1)
        for _ in 0..<400 {
            let page = randomPage(&random)
            let sources = files(page, ["a.inc": "a<% if x { %>b<% } %><%= y %>"])
            guard let error = syntaxError(of: sources) else {
                try check(PageTranslation(of: sources), of: page)
                continue
            }
            let lines = page.split(omittingEmptySubsequences: false) { $0.isNewline }
            #expect((1...lines.count + 1).contains(error.location.line))
            #expect(error.location.column >= 1 && !error.message.isEmpty)
        }
    }

    private func randomPage(_ random: inout Xorshift) -> [UInt8] {
        (0..<Int.random(in: 1...24, using: &random)).flatMap { _ -> [UInt8] in
            if Int.random(in: 0..<60, using: &random) == 0 {
                return [UInt8.random(in: 0...255, using: &random)]
            }
            return Array((Self.pieces.randomElement(using: &random) ?? "").utf8)
        }
    }

    /// All text is in literals, and the code of a tag never includes text after the tag.
    private func check(_ translation: PageTranslation, of page: [UInt8]) throws {
        let file = PageFile(path: "/srv/page.psp", bytes: page)
        let segments = try PageLexer.segments(of: file)
        var text = ""
        for segment in segments {
            switch segment {
            case .text(let range): text += file.text(range)
            case .code(let code, _), .declaration(let code, _), .expression(let code, _):
                #expect(
                    CodeTests.endsWhole(file.text(code.range)),
                    "\(file.text(code.range).debugDescription)")
            case .directive: break
            }
        }
        let hasIncludes = segments.contains { if case .directive = $0 { true } else { false } }
        let hasSwitch =
            page.split(separator: UInt8(ascii: "{")).count > 1 && text != translation.text
        if !hasIncludes, !hasSwitch { #expect(translation.text == text) }
    }
}

/// A small generator with a seed, so that a failure can be reproduced.
struct Xorshift: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
