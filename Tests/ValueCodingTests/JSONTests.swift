// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import ValueCoding

@Suite struct JSONTests {
    private struct Item: Codable, Equatable {
        var name: String
        var price: Double
        var count: UInt64
        var tags: [String]
        var parent: [Int8?]
        var extra: [String: Bool]
    }

    private func json(_ value: some Encodable) throws -> String {
        try String(decoding: Value(encoding: value).json(), as: UTF8.self)
    }

    @Test func valuesAreWritten() throws {
        #expect(try json(1) == "1")
        #expect(try json(-0.5) == "-0.5")
        #expect(try json(UInt64.max) == "18446744073709551615")
        #expect(try json(true) == "true")
        #expect(try json(Int?.none) == "null")
        #expect(try json([UInt8]([1, 255])) == "[1,255]")
        #expect(try json([String]()) == "[]")
        #expect(try json([String: Int]()) == "{}")
        #expect(
            try json("a\"\\/\u{8}\n\r\t\u{1F}\u{7F}ü😀\u{0}") == #""a\"\\/\u0008\n\r\t\u001f"#
                + "\u{7F}ü😀" + #"\u0000""#)
    }

    @Test func fieldsAreInTheirOrder() throws {
        let item = Item(
            name: "é", price: 1e-7, count: 3, tags: ["a", "b"], parent: [nil, -1],
            extra: ["x": true])
        #expect(
            try json(item)
                == #"{"name":"é","price":1e-07,"count":3,"tags":["a","b"],"parent":[null,-1],"extra":{"x":true}}"#
        )
    }

    /// Foundation parses the output.
    @Test(arguments: [
        "", "\u{0}", "\u{2028}", "\"", "\\u0041", "</script>", "\u{10FFFF}", "a\r\nb",
    ])
    func textsComeBack(_ text: String) throws {
        let item = Item(
            name: text, price: .greatestFiniteMagnitude, count: .max, tags: [text], parent: [],
            extra: [text: false])
        let bytes = try Value(encoding: item).json()
        #expect(try JSONDecoder().decode(Item.self, from: Data(bytes)) == item)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func whatIsNoNumberIsAnError(_ number: Double) {
        #expect(throws: EncodingError.self) { try json([number]) }
    }
}
