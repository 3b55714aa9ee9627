// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CookieCoding

@Suite struct SealedTextTests {
    private let signature = Array(UInt8(100)..<132)

    @Test func partsComeBackAsTheyWereWritten() throws {
        for (expiry, payload) in [(nil, ""), (1_764_324_000, "a:b"), (0, ":"), (-1, "x")]
            as [(Int?, String)]
        {
            let message = SealedText.head(expiry: expiry) + Array(payload.utf8)
            let bytes = Array(SealedText.text(signature: signature, message: message).utf8)
            let sealed = try #require(SealedText(bytes))
            #expect(sealed.signature == signature)
            #expect(Array(bytes[sealed.signed]) == message)
            #expect(sealed.expiry == expiry)
            #expect(String(decoding: bytes[sealed.payload], as: UTF8.self) == payload)
        }
    }

    @Test func onlyTheWholeFormIsRead() {
        let whole = Array(
            SealedText.text(
                signature: signature, message: SealedText.head(expiry: 5) + Array("v".utf8)
            ).utf8)
        for length in 0..<45 { #expect(SealedText(Array(whole[..<length])) == nil) }
        #expect(SealedText(whole.map { $0 == UInt8(ascii: ":") ? UInt8(ascii: ".") : $0 }) == nil)
        var other = whole
        other[3] = UInt8(ascii: "+")
        #expect(SealedText(other) == nil)
        // 43 characters hold two bits more than 32 bytes.
        other = whole
        other[42] = UInt8(ascii: "_")
        #expect(SealedText(other) == nil)
        #expect(SealedText(Array(whole[..<44]) + Array("99999999999999999999:v".utf8)) == nil)
        #expect(SealedText(Array(whole[..<44]) + Array("x:v".utf8)) == nil)
    }

    @Test func expiryIsTheFirstSecondAfter() throws {
        let message = SealedText.head(expiry: 100)
        let sealed = try #require(
            SealedText(Array(SealedText.text(signature: signature, message: message).utf8)))
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

    @Test func escapesComeBackAndAreCookieOctets() {
        for text in ["", "blue", "a;b=\"é\" ,\\", "100%", "\0\r\n", "\u{1F600}"] {
            let escaped = CookieEscape.encode(text)
            #expect(escaped.allSatisfy { $0.isCookieOctet })
            #expect(CookieEscape.decode(escaped[...]) == text)
        }
        #expect(CookieEscape.encode("a b") == Array("a%20b".utf8))
        for bad in ["%", "%2", "%2g", "%2c", "%FF"] {
            #expect(CookieEscape.decode(Array(bad.utf8)[...]) == nil)
        }
    }
}
