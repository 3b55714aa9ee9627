// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CookieCoding

@Suite struct SealedTextTests {
    private func value(expiry: Int?, payload: String) -> [UInt8] {
        var text: [UInt8] = []
        SealedText.appendUnsigned(to: &text, expiry: expiry)
        return text + payload.utf8
    }

    private func read(_ field: [UInt8], _ value: Range<Int>) -> SealedText? {
        SealedText(in: field.span, value)
    }

    @Test func partsComeBackAsTheyWereWritten() throws {
        for (expiry, payload) in [(nil, ""), (1_764_324_000, "a:b"), (0, ":")] as [(Int?, String)] {
            let field = Array("a=1; b=".utf8) + value(expiry: expiry, payload: payload)
            let sealed = try #require(read(field, 7..<field.count))
            #expect(sealed.signature == 7..<50)
            #expect(sealed.signed == 51..<field.count)
            #expect(sealed.expiry == expiry)
            #expect(String(decoding: field[sealed.payload], as: UTF8.self) == payload)
        }
    }

    @Test func onlyTheWholeFormIsRead() {
        let whole = value(expiry: 5, payload: "v")
        func isRead(_ bytes: [UInt8]) -> Bool {
            SealedText(in: bytes.span, bytes.indices) != nil
        }
        #expect(isRead(whole))
        for length in 0..<46 { #expect(!isRead(Array(whole[..<length]))) }
        #expect(!isRead(whole.map { $0 == UInt8(ascii: ":") ? UInt8(ascii: ".") : $0 }))
        let head = Array(whole[..<44])
        for text in ["99999999999999999999:v", "x:v", "+5:v", "-5:v", " 5:v", "5", "5x:"] {
            #expect(!isRead(head + Array(text.utf8)), "\(text)")
        }
        #expect(isRead(head + Array("9999999999999999:v".utf8)))
    }

    @Test func expiryIsTheFirstSecondAfter() throws {
        let field = value(expiry: 100, payload: "")
        let sealed = try #require(read(field, field.indices))
        #expect(!sealed.hasExpired(now: 99.9))
        #expect(sealed.hasExpired(now: 100))
    }

    @Test func base64IsTheOneOfTheStandard() {
        for count in 0..<70 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255) }
            let expected = Data(bytes).base64EncodedString().replacing("+", with: "-")
                .replacing("/", with: "_").replacing("=", with: "")
            let text = Base64URL.encode(bytes)
            #expect(String(decoding: text, as: UTF8.self) == expected)
            #expect(Base64URL.decode(text) == bytes)
        }
        for bad in ["A", "AB=", "A B", "AB", "AAB", "AAA+"] {
            #expect(Base64URL.decode(Array(bad.utf8)) == nil, "\(bad)")
        }
    }

    private func escaped(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        CookieEscape.append(text, to: &bytes)
        return bytes
    }

    @Test func escapesComeBackAndAreCookieOctets() {
        for text in ["", "blue", "a;b=\"é\" ,\\", "100%", "\0\r\n", "\u{1F600}"] {
            let escaped = escaped(text)
            #expect(escaped.allSatisfy { $0.isCookieOctet })
            #expect(CookieEscape.decode(escaped) == text)
        }
        #expect(escaped("a b") == Array("a%20b".utf8))
        for bad in ["%", "%2", "%2g", "%2c", "%FF"] {
            #expect(CookieEscape.decode(Array(bad.utf8)) == nil)
        }
    }
}
