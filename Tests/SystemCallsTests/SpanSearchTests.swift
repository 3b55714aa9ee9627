// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SystemCalls

@Suite struct SpanSearchTests {
    private func index(_ text: String, from start: Int) -> Int? {
        Array(text.utf8).span.firstIndex(of: 0x0d, before: 0x0a, from: start)
    }

    /// The end of a piece may be the beginning of the text that is searched for.
    @Test(
        arguments: [
            ("", 0, nil), ("abc", 0, nil), ("abc", 3, nil), ("\r\n", 0, 0), ("\r\n", 1, nil),
            ("a\r", 0, 1),
            ("a\r", 2, nil), ("\r\r\n", 0, 1), ("\rx\r\r", 0, 3), ("\rx\r\ry\r\n", 1, 5),
            ("\n\n", 0, nil),
        ] as [(String, Int, Int?)])
    func aByteIsFoundInFrontOfAnotherOrOfTheEnd(text: String, start: Int, expected: Int?) {
        #expect(index(text, from: start) == expected)
    }

    @Test func aLongTextIsSearchedToItsEnd() {
        let text = String(repeating: "0123456789abcde\r", count: 4096)
        #expect(index(text + "\n", from: 0) == text.utf8.count - 1)
        #expect(index(text + "x", from: 0) == nil)
    }
}
