// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FormCoding

@Suite struct URLEncodedTests {
    private func pairs(_ text: String, cuts: [Int] = []) throws -> [[String]] {
        let bytes = Array(text.utf8)
        var parser = URLEncodedParser()
        for (start, end) in zip([0] + cuts, cuts + [bytes.count]) {
            try parser.feed(Array(bytes[start..<end]).span)
        }
        try parser.finish()
        return parser.pairs.map { [parser.text($0.name), parser.text($0.value)] }
    }

    @Test(
        arguments: [
            ("", []), ("&&&", []), ("=", [["", ""]]), ("=&=", [["", ""], ["", ""]]),
            ("a", [["a", ""]]), ("a=b=c", [["a", "b=c"]]), ("%00=%00x", [["\0", "\0x"]]),
            ("%%41=%4%41", [["%A", "%4A"]]), ("a=%", [["a", "%"]]), ("a=%4", [["a", "%4"]]),
            ("a=%4&b=%&c=%zz", [["a", "%4"], ["b", "%"], ["c", "%zz"]]), ("%3d=%26", [["=", "&"]]),
            ("a%=%=&%=%+%", [["a%", "%="], ["%", "% %"]]),
            ("+a+=+b+", [[" a ", " b "]]), ("a;b=c", [["a;b", "c"]]),
        ] as [(String, [[String]])])
    func readsAsTheStandardSays(input: String, expected: [[String]]) throws {
        #expect(try pairs(input) == expected)
        let length = input.utf8.count
        for first in 0...length {
            for second in first...length {
                #expect(try pairs(input, cuts: [first, second]) == expected)
            }
        }
        #expect(try pairs(input, cuts: Array(0..<length)) == expected)
    }

    @Test func blankValuesMayBeLeftOut() throws {
        var parser = URLEncodedParser(keepsBlankValues: false)
        try parser.feed(Array("a=&b&c=1&=2".utf8).span)
        try parser.finish()
        #expect(parser.pairs.map { parser.text($0.name) } == ["c", ""])
    }

    @Test func aFieldOverItsLimitIsSeenBeforeItEnds() throws {
        var parser = URLEncodedParser(maximumPairSize: 10)
        try parser.feed(Array("a=123456789&".utf8).span)
        #expect(throws: FormLimitError(.field)) {
            try parser.feed(Array("b=1234567890".utf8).span)
        }
    }

    @Test func theLastFieldCountsToo() throws {
        var parser = URLEncodedParser(maximumPairs: 2)
        try parser.feed(Array("a&b&c".utf8).span)
        #expect(throws: FormLimitError(.fields)) { try parser.finish() }
    }

    @Test func whatIsEncodedDecodesToItself() {
        for text in ["", "abc-._~", "a b+c%&=", "größe €😀", "\0\n\u{7f}"] {
            #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
            let form = PercentEncoding.encode(text, spaceAsPlus: true)
            #expect(PercentEncoding.decode(form, plusAsSpace: true) == text)
        }
        #expect(PercentEncoding.encode("a b/é~") == "a%20b%2F%C3%A9~")
        #expect(PercentEncoding.encode("a b", spaceAsPlus: true) == "a+b")
        #expect(PercentEncoding.decode("100%+%zz%4") == "100%+%zz%4")
        #expect(PercentEncoding.decode("%ff") == "\u{FFFD}")
    }

    @Test func htmlIsEscapedInTextAndAttributes() {
        #expect(HTMLEscaping.escape("plain é") == "plain é")
        #expect(
            HTMLEscaping.escape("<a b=\"c\" d='e'>&amp;")
                == "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;")
        #expect(HTMLEscaping.escape("<") == "&lt;")
        #expect(HTMLEscaping.escape("\r\n<\u{301}") == "\r\n&lt;\u{301}")
    }
}
