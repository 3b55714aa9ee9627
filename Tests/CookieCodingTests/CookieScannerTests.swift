// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CookieCoding

@Suite struct CookieScannerTests {
    private func pairs(_ field: String, splitsAtCommas: Bool = true) -> [CookieCase.Pair] {
        pairs(Array(field.utf8), splitsAtCommas: splitsAtCommas)
    }

    private func pairs(_ bytes: [UInt8], splitsAtCommas: Bool) -> [CookieCase.Pair] {
        var scanner = CookieScanner(splitsAtCommas: splitsAtCommas)
        var found: [CookieCase.Pair] = []
        while let cookie = scanner.next(in: bytes.span) {
            found.append(
                .init(
                    name: String(decoding: bytes[cookie.name], as: UTF8.self),
                    value: String(decoding: bytes[cookie.value], as: UTF8.self)))
        }
        return found
    }

    private func check(_ found: [CookieCase.Pair], _ test: CookieCase) {
        let expected = (test.expect.any_of ?? [test.expect]).compactMap(\.cookies)
        var kept = found
        for extra in test.may_have ?? [] where !expected[0].contains(extra) {
            kept.removeAll { $0 == extra }
        }
        #expect(expected.contains(kept), "\(test.id): \(found)")
    }

    @Test(arguments: CookieCase.all(of: "cookies/parse"))
    func caseOfReading(test: CookieCase) throws {
        let values = try #require(test.headers).map { $0[1] }
        // As httpd joins them over HTTP/1, and over HTTP/2.
        check(pairs(values.joined(separator: ", ")), test)
        check(pairs(values.joined(separator: "; "), splitsAtCommas: false), test)
        for (name, value) in test.expect.get ?? [:] {
            let field = Array(values.joined(separator: ", ").utf8)
            let first = CookieScanner.first(named: name, in: field.span, splittingAtCommas: true)
            #expect(first.map { String(decoding: field[$0.value], as: UTF8.self) } == value)
        }
    }

    @Test func aBareWordIsACookieWithoutAName() {
        #expect(
            pairs("lone; =x; a=1") == [
                .init(name: "", value: "lone"), .init(name: "", value: "x"),
                .init(name: "a", value: "1"),
            ])
    }

    @Test func aCommaSeparatesFieldsOnlyWhereACookieFollows() {
        let json = #"p={"a": 1, "b": [1, 2]}, s=1"#
        #expect(
            pairs(json) == [
                .init(name: "p", value: #"{"a": 1, "b": [1, 2]}"#), .init(name: "s", value: "1"),
            ])
        #expect(pairs("a=1,b=2") == [.init(name: "a", value: "1,b=2")])
        #expect(pairs("a=1, b") == [.init(name: "a", value: "1, b")])
        #expect(pairs("a=1, ") == [.init(name: "a", value: "1,")])
        #expect(pairs("a=1;, b=2") == [.init(name: "a", value: "1"), .init(name: "b", value: "2")])
        #expect(pairs("a=1, b=2", splitsAtCommas: false) == [.init(name: "a", value: "1, b=2")])
    }

    /// Another site in the domain may set `a`, but not `__Host-s`.
    @Test(arguments: ["__Host-s", "__host-s", "__Secure-s", "__HTTP-s", "__Host-Http-s"])
    func aProtectedCookieNeverComesFromAValue(name: String) {
        #expect(pairs("a=x, \(name)=evil") == [.init(name: "a", value: "x, \(name)=evil")])
        let field = Array("a=x, \(name)=evil; \(name)=good".utf8)
        let first = CookieScanner.first(named: name, in: field.span, splittingAtCommas: true)
        #expect(first.map { String(decoding: field[$0.value], as: UTF8.self) } == "good")
    }

    @Test func invalidUTF8IsRepairedAndCostsNoOther() {
        let bytes = Array("a=".utf8) + [0xFF] + Array("; b=2".utf8)
        #expect(
            pairs(bytes, splitsAtCommas: true) == [
                .init(name: "a", value: "\u{FFFD}"), .init(name: "b", value: "2"),
            ])
    }

    @Test func anyBytesMayBePassed() {
        var random = SystemRandomNumberGenerator()
        let likely = Array("ab=;, \t\"_-".utf8) + [0, 0xFF]
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...40)).map { _ in
                likely.randomElement(using: &random) ?? 0
            }
            for splitsAtCommas in [true, false] {
                var scanner = CookieScanner(splitsAtCommas: splitsAtCommas)
                var last = 0
                while let cookie = scanner.next(in: bytes.span) {
                    #expect(last <= cookie.name.lowerBound)
                    #expect(
                        cookie.name.upperBound <= cookie.value.lowerBound || cookie.name.isEmpty)
                    #expect(!bytes[cookie.name].contains { "=;".utf8.contains($0) })
                    #expect(!bytes[cookie.value].contains(UInt8(ascii: ";")))
                    last = cookie.value.upperBound
                }
                #expect(last <= bytes.count)
            }
        }
    }

    @Test func aLongFieldIsReadInLinearTime() {
        let field =
            String(repeating: "a, ", count: 300_000) + ";"
            + String(repeating: ", a", count: 300_000)
        #expect(pairs(field).count == 2)
    }
}
