// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import FormCoding

@Suite struct FormDecoderTests {
    private func decode<T: Decodable>(_ type: T.Type, _ form: String, depth: Int = 8) throws -> T {
        var parser = URLEncodedParser()
        try parser.feed(Array(form.utf8).span)
        try parser.finish()
        let tree = try FormTree(parser.pairs.map { parser.text($0.name) }, maximumDepth: depth)
        return try FormDecoder(tree) { parser.text(parser.pairs[$0].value) }.decode(type)
    }

    /// Returns the problems of a form that cannot be decoded.
    private func problems<T: Decodable>(_ type: T.Type, _ form: String) -> [String] {
        do {
            _ = try decode(type, form)
            return []
        } catch let problems as FormProblems {
            return problems.problems.map { "\($0.name) \($0.reason)" }
        } catch {
            return ["\(error)"]
        }
    }

    struct Person: Decodable, Equatable {
        var name: String
        var age: Int
        var height: Double?
        var nick: String?
        var isMember: Bool
        var tags: [String]
        var color: Color
        var size: Size?
    }
    enum Color: String, Decodable, CaseIterable { case red, green }
    enum Size: Int, Decodable { case small = 1, large }

    @Test func aStructureIsDecoded() throws {
        let person = try decode(
            Person.self,
            "name=Ann&age=+41+&height=&nick=&isMember=on&tags=a&tags=b&color=green&size=2&x=y")
        #expect(
            person
                == Person(
                    name: "Ann", age: 41, height: nil, nick: "", isMember: true, tags: ["a", "b"],
                    color: .green, size: .large))
    }

    @Test func allWrongFieldsAreFoundAtOnce() {
        #expect(
            problems(Person.self, "age=x&height=tall&isMember=maybe&color=blue&size=9") == [
                "name is missing", "age is not a whole number", "height is not a number",
                "isMember is neither true nor false", "color is none of red, green",
                "size is not valid: Cannot initialize Size from invalid Int value 9",
            ])
    }

    @Test(arguments: [
        ("age=300", "age is out of range"), ("age=-1", "age is out of range"),
        ("age=", "age is empty"), ("age=1.5", "age is not a whole number"),
        ("age=0x10", "age is not a whole number"), ("age=--1", "age is not a whole number"),
        ("", "age is missing"), ("age=2&age=3", ""), ("age=%2B7", ""),
    ])
    func whatIsWrongWithANumberIsTold(form: String, problem: String) {
        struct F: Decodable { var age: UInt8 }
        #expect(problems(F.self, form).joined() == problem)
    }

    @Test(arguments: ["nan", "inf", "0x1p3", "1e400", "1,5", "e", "."])
    func aFloatingPointNumberIsOneOfHTML(text: String) {
        struct F: Decodable { var x: Double }
        #expect(problems(F.self, "x=\(text)").count == 1)
    }

    @Test func namesNest() throws {
        struct Address: Decodable, Equatable {
            var street: String
            var zip: [Int]
        }
        struct Item: Decodable, Equatable {
            var id: Int
            var note: String?
        }
        struct F: Decodable, Equatable {
            var address: Address
            var items: [Item]
            var more: [Item]
            var plain: [Int]
            var map: [String: Int]
        }
        let form = try decode(
            F.self,
            "address[street]=A&address.zip[]=1&address[zip]=2&items[1][id]=8&items[0].id=7"
                + "&items[10][id]=9&items[1][note]=n&more[][id]=1&more[][id]=2&plain[]=5"
                + "&map[a]=1&map.b=2")
        #expect(
            form
                == F(
                    address: Address(street: "A", zip: [1, 2]),
                    items: [Item(id: 7), Item(id: 8, note: "n"), Item(id: 9)],
                    more: [Item(id: 1), Item(id: 2)], plain: [5], map: ["a": 1, "b": 2]))
    }

    @Test func aNestedFieldIsNamedAsTheFormNamesIt() {
        struct Inner: Decodable { var b: Int }
        struct F: Decodable {
            var a: Inner
            var c: [Inner]
        }
        #expect(
            problems(F.self, "a.b=x&c[0][b]=y") == [
                "a.b is not a whole number", "c[0][b] is not a whole number",
            ])
        #expect(problems(F.self, "") == ["a[b] is missing"])
    }

    @Test(
        arguments: [
            ("a", "a", []), ("a[b", "a[b", []), ("[a]", "[a]", []), ("a..b", "a..b", []),
            ("a[b]c", "a[b]c", []), (".a", ".a", []), ("a.", "a.", []), ("a]", "a]", []),
            ("a[b].c[]", "a", [.key("b", afterDot: false), .key("c", afterDot: true), .element]),
            ("a[[b]]", "a[[b]]", []), ("a.b c", "a", [.key("b c", afterDot: true)]),
        ] as [(String, String, [FormPath.Component])])
    func namesAreReadAsPaths(text: String, name: String, components: [FormPath.Component]) {
        let path = FormPath(text)
        #expect(path.name == name)
        #expect(path.components == components)
    }

    @Test func aNameThatHoldsADotIsFoundAsItIs() throws {
        struct F: Decodable {
            var a: Int
            enum CodingKeys: String, CodingKey { case a = "x.y" }
        }
        #expect(try decode(F.self, "x.y=3").a == 3)
    }

    @Test func nestingIsBounded() throws {
        struct Tree: Decodable { var child: [Tree] }
        let deep = "child" + String(repeating: "[child]", count: 100_000) + "=1"
        #expect(throws: FormLimitError(.nesting)) { try decode(Tree.self, deep) }
        let legal = "child[0][child][0][child][]=1"
        #expect(throws: Never.self) { try decode([String: Tree].self, legal) }
    }

    @Test func aStructureWithoutEndIsRefused() {
        final class Endless: Decodable { let next: Endless }
        #expect(problems(Endless.self, "next=1").count == 1)
    }

    @Test func datesOfHTMLAreDates() throws {
        struct F: Decodable { var day: Date }
        let form = ISO8601DateFormatter()
        for (text, date) in [
            ("2026-11-28", "2026-11-28T00:00:00Z"), ("2026-11", "2026-11-01T00:00:00Z"),
            ("2000-02-29T23:59", "2000-02-29T23:59:00Z"),
            ("1969-12-31T10:00:07", "1969-12-31T10:00:07Z"),
            ("1600-03-01T10:00:07%2B01:30", "1600-03-01T08:30:07Z"),
        ] {
            #expect(try decode(F.self, "day=\(text)").day == form.date(from: date), "\(text)")
        }
        for text in [
            "2026-02-29", "2026-13-01", "26-01-01", "x", "", "2026-11-28T24:00", "0000-01",
        ] {
            #expect(problems(F.self, "day=\(text)") == ["day is not a date"])
        }
        #expect(problems(F.self, "") == ["day is missing"])
        struct G: Decodable { var day: Date? }
        #expect(try decode(G.self, "day=").day == nil)
        #expect(HTMLDate.secondsOfDay("14:30:05.25") == 52_205.25)
        #expect(HTMLDate.secondsOfDay("14:30:60") == nil)
    }

    @Test func typesOfFoundationDecodeThemselves() throws {
        struct F: Decodable { var id: UUID }
        let id = UUID()
        #expect(try decode(F.self, "id=\(id)").id == id)
        #expect(problems(F.self, "id=x").count == 1)
    }

    @Test func anUploadIsNoText() throws {
        struct F: Decodable { var f: String }
        let decoder = FormDecoder(try FormTree(["f"], maximumDepth: 1)) { _ in nil }
        #expect(
            throws: FormProblems(problems: [
                FormProblem(name: "f", reason: "is a file, where text is expected")
            ])
        ) { try decoder.decode(F.self) }
    }

    @Test func theLastOfSeveralChecksCounts() throws {
        struct F: Decodable { var on: Bool }
        #expect(try decode(F.self, "on=0&on=1").on)
        #expect(try !decode(F.self, "").on)
    }

    // MARK: Parameters of functions

    private func parameter<T: Decodable>(
        _ type: T.Type, _ form: String, named name: String, isField: Bool = true,
        other: String? = nil
    ) throws -> T {
        var parser = URLEncodedParser()
        try parser.feed(Array(form.utf8).span)
        try parser.finish()
        let tree = try FormTree(parser.pairs.map { parser.text($0.name) }, maximumDepth: 8)
        let decoder = FormDecoder(tree) { $0 < 0 ? other : parser.text(parser.pairs[$0].value) }
        return try decoder.decode(
            type, parameter: name, isField: isField, other: other == nil ? nil : -1)
    }

    @Test func aParameterIsItsFieldOrTheForm() throws {
        struct Order: Decodable, Equatable { var item: String; var count: Int }
        let order = Order(item: "a", count: 2)
        #expect(try parameter(Int.self, "a=1&b=2", named: "b") == 2)
        #expect(try parameter([Int].self, "b=1&b=2", named: "b") == [1, 2])
        #expect(try parameter(Int?.self, "b=1", named: "a") == nil)
        #expect(try parameter(Order.self, "item=a&count=2", named: "order") == order)
        #expect(
            try parameter(Order.self, "item=x&order.item=a&order[count]=2", named: "order") == order
        )
        #expect(try parameter(Order?.self, "item=a&count=2", named: "order") == nil)
        #expect(try parameter(Int.self, "day=1", named: "day", isField: false, other: "7") == 7)
        #expect(
            try parameter(Order.self, "item=a&count=2", named: "o", isField: false, other: "7")
                == order)
    }

    @Test func whatIsWrongWithAParameterHasItsName() throws {
        struct Order: Decodable { var item: String; var count: Int }
        for (form, isField, problems) in [
            ("b=x", true, ["a is missing"]), ("a=x", true, ["a is not a whole number"]),
            ("a=1", false, ["a is missing"]),
        ] {
            let error = #expect(throws: FormProblems.self) {
                try parameter(Int.self, form, named: "a", isField: isField)
            }
            #expect(error?.problems.map { "\($0.name) \($0.reason)" } == problems)
        }
        let error = #expect(throws: FormProblems.self) {
            try parameter(Order.self, "count=x", named: "a")
        }
        #expect(
            error?.problems.map { "\($0.name) \($0.reason)" }
                == ["item is missing", "count is not a whole number"])
    }
}
