// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct TableTests {
    @Test func everyOperationOfTheOriginalHasItsCounterpart() throws {
        let source = """
            func handler(_ req: Request) throws -> String {
                let t: Table = ["a": "1", "A": "2", "b": "3"]
                var lines: [String] = []
                func line(_ values: Any...) { lines.append(values.map { "\\($0)" }.joined(separator: " ")) }
                line(t.count, t.isEmpty, t.contains("B"), t.contains("c"), t["A"] ?? "-", t["c"] ?? "-")
                line(t.keys, t.values, t.values(for: "A"))
                line(t.setDefault("b", "9"), t.setDefault("c", "4"), t.setDefault("d"), t["d"] ?? "-")
                t["b"] = nil
                t["not there"] = nil
                line(t)
                t.update(Table([("A", "5"), ("x", "6"), ("a", "7")]))
                t.update([("c", "8")])
                line(t)
                t.add(contentsOf: ["c": "9"])
                t.update(t)
                t.add(contentsOf: t)
                line(t)
                let copy = t.copy()
                t.removeAll()
                line(t, t.isEmpty, copy.count, copy.popItem()!, copy.count)
                line(Table([("a", "1"), ("b", "2")]) == ["B": "2", "A": "1"])
                line(Table([("a", "1"), ("a", "2")]) == ["a": "2", "a": "1"], t == [:], t == ["a": ""])
                line(Table([("a", "\\u{e9}")]) == ["a": "e\\u{301}"])
                for (name, value) in ["k": "v"] as KeyValuePairs { try t.set(name, to: value) }
                line(Array(t))
                return lines.joined(separator: "\\n")
            }
            """
        try SwiftSite.with(source) { server throws in
            #expect(
                try server.app().text == """
                    3 false true false 1 -
                    ["a", "A", "b"] ["1", "2", "3"] ["1", "2"]
                    3 4  \("")
                    ["a": "1", "A": "2", "c": "4", "d": ""]
                    ["a": "5", "c": "8", "d": "", "x": "6", "a": "7"]
                    ["a": "5", "c": "8", "d": "", "x": "6", "a": "7", "c": "9", "a": "5", "c": "8", \
                    "d": "", "x": "6", "a": "7", "c": "9"]
                    [:] true 12 (name: "c", value: "9") 11
                    true
                    false true false
                    false
                    [(name: "k", value: "v")]
                    """)
        }
    }

    @Test(.bug(id: "N4-06")) func popItemReturnsWhatItRemoves() throws {
        let source = """
            func handler(_ req: Request) -> String {
                let notes = req.notes
                notes.removeAll()
                notes.update([("a", "1"), ("b", "2"), ("A", "3")])
                var popped: [String] = []
                while let (name, value) = notes.popItem() {
                    popped.append("\\(name)=\\(value) \\(notes.values(for: "a")) \\(notes["b"] ?? "-")")
                }
                return popped.joined(separator: "; ") + " \\(notes.popItem() == nil)"
            }
            """
        try SwiftSite.with(source) { server throws in
            #expect(try server.app().text == #"A=3 ["1"] 2; b=2 ["1"] -; a=1 [] - true"#)
        }
    }

    @Test(.bug(id: "N4-07")) func namesCompareInOneWay() throws {
        let source = """
            func handler(_ req: Request) throws -> String {
                var found: [String] = []
                for name in ["X1", "X01", "X 1", "x-1", "\\u{c4}", "X", "X-1\\0", ""] {
                    let t: Table = ["X 1": "a", "X-1": "b", "\\u{e4}": "c"]
                    let ways = [
                        t[name] != nil, t.contains(name), !t.values(for: name).isEmpty,
                        t.withBytes(of: name) { $0 != nil },
                        { t[name] = nil; return t.count == 2 }(),
                    ]
                    found.append(Set(ways).count == 1 ? "\\(ways[0])" : "\\(name): \\(ways)")
                }
                return found.joined(separator: " ")
            }
            """
        try SwiftSite.with(source) { server throws in
            #expect(try server.app().text == "false false true true false false false false")
        }
    }

    @Test(.bug(id: "N4-08")) func copiesAndDescriptionsKeepEveryEntryInOrder() throws {
        let source = """
            func handler(_ req: Request) -> String {
                req.headersIn.add("x-a", "3")
                let copy = req.headersIn.copy()
                copy.add("X-Last", "a\\"b\\\\c\\u{7}")
                let updated = Table()
                updated.update(copy)
                return "\\(copy)\\n\\(updated == copy) \\(updated.keys == copy.keys)"
            }
            """
        try SwiftSite.with(source) { server throws in
            let answer = try server.rawExchange(
                Array(
                    "GET /app/x.do HTTP/1.0\r\nX-A: 1\r\nX-B: 2\r\nX-Empty:\r\n\r\n".utf8)
            )
            #expect(
                String(decoding: answer, as: UTF8.self).hasSuffix(
                    #"["X-A": "1", "X-B": "2", "X-Empty": "", "x-a": "3", "X-Last": "a\"b\\c\u{07}"]"#
                        + "\ntrue true"))
        }
    }

    @Test(.bug(id: "N4-43")) func tablesAndValuesThatAreNoneReadAsNone() throws {
        let source = """
            func handler(_ req: Request) throws -> String {
                let none = req.connection.notes
                none["a"] = nil
                none.removeAll()
                let reads = "\\(none["a"] ?? "-") \\(none.count) \\(none.values(for: "a")) \\(none) "
                    + "\\(none.copy()) \\(none.popItem() == nil) \\(none == [:]) \\(none.contains("a"))"
                let isSet = (try? none.set("a", to: "b")) != nil
                let notes = req.notes.copy()
                notes["X-Lines"] = nil
                notes.add("x-none", "")
                notes.forEachValue(of: "X-None") { if !$0.isEmpty { notes["X-None"] = "wrong" } }
                return "\\(reads) \\(isSet) \\(req.notes["X-None"] ?? "-") \\(req.notes.values(for: "x-none"))"
                    + " \\(notes) \\(notes == ["X-None": "", "X-None": ""])"
            }
            """
        try withOddities(source) { server throws in
            #expect(
                try server.app().text
                    == #"- 0 [] [:] [:] true true false false - [""] ["X-None": "", "x-none": ""] true"#
            )
        }
    }

    @Test func whatAModuleSetIsCopiedAndStillKeptOutOfHeaders() throws {
        let source = """
            func handler(_ req: Request) throws -> String {
                let copy = req.notes.copy()
                if req.args == "update" { req.headersOut.update(copy) }
                if req.args == "add" { req.headersOut.add(contentsOf: req.notes) }
                return "\\(copy.values(for: "X-Lines"))"
            }
            """
        try withOddities(source) { server throws in
            #expect(try server.app().text == #"["a\r\nX-B: b"]"#)
            for way in ["update", "add"] {
                let answer = try server.app(way)
                #expect(answer.status == 500)
                #expect(answer.headers["X-B"] == nil)
            }
            try server.expectLog(containing: "MSW0303", times: 2)
        }
    }

    /// Runs a body with cases that only a module can cause: a NULL table, an entry without a value,
    /// a value with line breaks.
    private func withOddities(_ source: String, _ body: (HTTPD) throws -> Void) throws {
        let module = """
            #include <httpd.h>
            #include <http_config.h>
            #include <http_request.h>
            static apr_table_t *saved;
            static int fixups(request_rec *r) {
                apr_table_addn(r->notes, "X-None", NULL);
                apr_table_addn(r->notes, "X-Lines", "a\\r\\nX-B: b");
                saved = r->connection->notes;
                r->connection->notes = NULL;
                return DECLINED;
            }
            static int restore(request_rec *r) {
                r->connection->notes = saved;
                return DECLINED;
            }
            static void hooks(apr_pool_t *p) {
                ap_hook_fixups(fixups, NULL, NULL, APR_HOOK_MIDDLE);
                ap_hook_log_transaction(restore, NULL, NULL, APR_HOOK_MIDDLE);
            }
            module AP_MODULE_DECLARE_DATA oddities_module = {
                STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, hooks, AP_MODULE_FLAG_NONE
            };
            """
        try withTemporaryDirectory { folder in
            let directive = try CModule.make("oddities", module, in: folder)
            try SwiftSite.with(source, mpm: .prefork, global: directive, body)
        }
    }

    @Test func anIterationSeesTheTableAsItWas() throws {
        let source = """
            func handler(_ req: Request) -> String {
                let t = req.headersOut
                for index in 0..<100 { t.add("X-\\(index % 10)", "\\(index)") }
                var seen = 0
                for (name, value) in t {
                    seen += 1
                    t.add("\\(name)-\\(value)-more", String(repeating: "x", count: 100))
                    t[name] = nil
                }
                var iterator = t.makeIterator()
                t.removeAll()
                let first = iterator.next()
                t.add("a", "1"); t.add("b", "2")
                var bytes = 0
                t.forEachField { name, value in
                    bytes += name.count + value.count
                    t.removeAll()
                    for index in 0..<1000 { t.add("c", "\\(index)") }
                }
                var own = Table([("k", "v")]).makeIterator()
                let kept = own.next()!
                t.removeAll()
                return "\\(seen) \\(first!.name) \\(bytes) \\(kept.value) \\(own.next() == nil)"
            }
            """
        try SwiftSite.with(source) { server throws in
            #expect(try server.app().text == "100 X-0-0-more 4 v true")
        }
    }

    @Test func anyTextOfAClientIsRead() throws {
        let source = """
            func handler(_ req: Request) -> String {
                let t = req.headersIn
                var raw: [UInt8] = []
                t.forEachValue(of: "X-Raw") { value in for index in value.indices { raw.append(value[index]) } }
                var sizes = 0
                t.forEachField { name, value in if name.count == 6 { sizes += value.count } }
                return "\\(t["X-Raw"]!) \\(raw) \\(t["X-Empty"] ?? "-")| \\(t["X-Long"]!.utf8.count) "
                    + "\\(t.values(for: "x-many").count) \\(t.values(for: "X-Many").last ?? "-") \\(sizes) "
                    + "\\(t.withBytes(of: "X-Empty") { $0?.count ?? -1 }) "
                    + "\\(t.withBytes(of: ["X", "None"].joined(separator: "-")) { $0?.count ?? -1 })"
            }
            """
        try SwiftSite.with(source, global: "LimitRequestFields 200") { server throws in
            let many = (1...100).map { "X-Many: \($0)\r\n" }.joined()
            let long = String(repeating: "l", count: 8000)
            let request =
                Array(
                    "GET /app/x.do HTTP/1.0\r\nX-Empty:\r\nX-Long: \(long)\r\n\(many)X-Raw: a".utf8)
                + [0xff, 0xe2, 0x82] + Array("z\r\n\r\n".utf8)
            // httpd joins equal names when it reads them.
            let joined = (1...100).map(String.init).joined(separator: ", ")
            let answer = String(decoding: try server.rawExchange(request), as: UTF8.self)
            #expect(
                answer.hasSuffix(
                    "a\u{FFFD}\u{FFFD}z [97, 255, 226, 130, 122] | 8000 1 \(joined) "
                        + "\(8000 + joined.utf8.count) 0 -1"))
        }
    }

    @Test func aHundredEqualNamesStayAHundred() throws {
        let source = """
            func handler(_ req: Request) throws {
                for index in 1...100 { req.headersOut.add("X-Many", "\\(index)") }
                let long = String(repeating: "l", count: 8000)
                req.headersOut["X-Long"] = long
                req.headersOut["X-Empty"] = ""
                try req.headersOut.set("X-Raw", bytes: [0x61, 0xff, 0x62])
                try req.headersOut.set("X-Literal", bytes: "literal")
                req.headersOut.add("X-Literal", bytes: Array("two".utf8).span)
                req.headersOut.add("X-Literal", bytes: Array("three".utf8))
                req.headersOut.add("X-Literal", bytes: "")
                try req.headersOut.set(["X", "Name"].joined(separator: "-"), bytes: Array("v".utf8).span.bytes)
                req.headersOut.add(["X", "Name"].joined(separator: "-"), bytes: Array("w".utf8).span.bytes)
            }
            """
        try SwiftSite.with(source) { server throws in
            let answer = try server.app()
            #expect(answer.headers.values(for: "X-Many") == (1...100).map(String.init))
            #expect(answer.headers["X-Long"]?.utf8.count == 8000)
            #expect(answer.headers.values(for: "X-Empty") == [""])
            #expect(answer.headers.values(for: "X-Literal") == ["literal", "two", "three", ""])
            #expect(answer.headers.values(for: "X-Name") == ["v", "w"])
            let raw = try server.rawExchange(Array("GET /app/x.do HTTP/1.0\r\n\r\n".utf8))
            #expect(raw.contains([0x61, 0xff, 0x62]))
        }
    }

    /// Each byte with each function that writes, in a short text, in a longer one, and at every
    /// position of a word.
    @Test func everyWayToWriteRefusesNULAndLineBreaks() throws {
        let source = """
            func handler(_ req: Request) -> String {
                var taken: [String] = []
                var tries = 0
                for bad in ["\\0", "\\r", "\\n"] {
                    for size in [0, 1, 3, 4, 7, 8, 13, 15, 16, 17, 40] {
                        for place in 0...size {
                            var text = String(repeating: "\\t", count: size)
                            text.insert(contentsOf: bad, at: text.index(text.startIndex, offsetBy: place))
                            tries += 1
                            if !refuses(text) { taken.append("\\(text.debugDescription)") }
                        }
                    }
                }
                let t = Table()
                for literal: StaticString in ["a\\0", "\\r", "\\n12345678901234567890", ""] {
                    if (try? t.set(literal, bytes: [])) != nil { taken.append("name \\(literal)") }
                    if literal.utf8CodeUnitCount > 0, (try? t.set("A", bytes: literal)) != nil {
                        taken.append("value \\(literal)")
                    }
                }
                if (try? t.set("", to: "a")) != nil { taken.append("empty") }
                return "\\(tries) \\(taken) \\(t.count)"
            }
            func refuses(_ text: String) -> Bool {
                let t = Table()
                let bytes = Array(text.utf8)
                let isSet = [
                    (try? t.set("A", to: text)) != nil, (try? t.set(text, to: "A")) != nil,
                    (try? t.set("A", bytes: bytes)) != nil, (try? t.set("A", bytes: bytes.span)) != nil,
                    (try? t.set("A", bytes: bytes.span.bytes)) != nil,
                    (try? t.set(text, bytes: Array("A".utf8).span.bytes)) != nil,
                ]
                return !isSet.contains(true) && t.isEmpty
            }
            """
        try SwiftSite.with(source) { server throws in
            #expect(try server.app().text == "405 [] 0")
        }
    }

    @Test func aRefusedValueEndsTheRequest() throws {
        let source = """
            func handler(_ req: Request) -> String {
                let t = req.headersOut
                let bad = "a\\r\\nX-B: b"
                switch req.args {
                case "subscript": t["X-A"] = bad
                case "add": t.add("X-A", bad)
                case "addBytes": t.add("X-A", bytes: Array(bad.utf8))
                case "addSpan": t.add("X-A", bytes: Array(bad.utf8).span)
                case "addLiteral": t.add("X-A", bytes: "a\\r\\nX-B: b")
                case "addName": t.add(bad, bytes: Array(bad.utf8).span.bytes)
                case "setDefault": t.setDefault("X-A", bad)
                case "update": t.update([("X-A", bad)])
                case "notes": req.notes["X-A"] = bad
                default: Table()["X-A"] = bad
                }
                return "sent"
            }
            """
        try SwiftSite.with(source) { server throws in
            let ways = [
                "subscript", "add", "addBytes", "addSpan", "addLiteral", "addName", "setDefault",
                "update", "notes",
            ]
            for (index, way) in ways.enumerated() {
                let answer = try server.app(way)
                #expect(answer.status == 500, "\(way)")
                #expect(answer.headers["X-B"] == nil, "\(way)")
                let place =
                    "MSW0303: SwiftHandler app: \(server.htdocs)/app/app.swift:\(index + 6):"
                try server.expectLog(containing: place)
            }
            // A table without a request: the misuse is only logged.
            #expect(try server.app("own").text == "sent")
            try server.expectLog(containing: "MSW0303: app/app.swift:15: table[\"X-A\"]")
        }
    }

    @Test func tablesAreThoseThatHttpdUses() throws {
        let source = """
            enum Kept: RequestStorageKey { typealias Value = Table }
            func handler(_ req: Request) throws -> Status {
                req[Kept.self] = req.headersOut
                req.headersOut["X-Out"] = "1"
                req.errHeadersOut["X-Err"] = "2"
                req.addHandler(.log, "app::after")
                if let before = req.prev {
                    req.write("\\(before.headersOut === before[Kept.self]!) \\(before.headersOut) ")
                    req.write("\\(req.headersOut) \\(before.errHeadersOut == req.errHeadersOut)")
                    return .ok
                }
                if req.args == "redirect" { try req.internalRedirect("/app/y.do"); return .ok }
                return .notFound
            }
            func after(_ req: Request) {
                let kept = req[Kept.self]!
                req.log("at the end: \\(kept === req.headersOut) \\(kept)", level: .notice)
            }
            """
        try SwiftSite.with(source) { server throws in
            let answer = try server.app("redirect")
            #expect(answer.text == #"true ["X-Out": "1"] ["X-Out": "1"] true"#)
            #expect(answer.headers["X-Err"] == "2")
            // On an error httpd replaces the one table by the other.
            let error = try server.app()
            #expect(error.headers["X-Out"] == nil)
            #expect(error.headers["X-Err"] == "2")
            try server.expectLog(containing: #"at the end: true ["X-Err": "2""#)
        }
    }

    @Test(arguments: ["read", "iterate", "next"])
    func aTableUsedAfterTheEndOfItsRequestStopsWithASentence(use: String) throws {
        let source = """
            nonisolated(unsafe) var kept: (table: Table, iterator: Table.Iterator)?
            func handler(_ req: Request) -> String {
                guard kept != nil else {
                    kept = (req.headersIn, req.headersIn.makeIterator())
                    return "kept"
                }
                switch req.args {
                case "read": return kept!.table["Host"] ?? "-"
                case "next": return "\\(kept!.iterator.next()!)"
                default: return "\\(kept!.table)"
                }
            }
            """
        try SwiftSite.with(source, children: 1) { server throws in
            #expect(try server.app().text == "kept")
            #expect(try server.app(use).status == 500)
            server.allowLog(containing: "MSW0401")
            try server.expectLog(
                containing: "This table (headersIn) was used after its request had ended")
        }
    }
}
