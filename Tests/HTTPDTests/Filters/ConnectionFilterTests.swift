// SPDX-License-Identifier: Apache-2.0
//
// Filters of connections: below HTTP, or below another protocol.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ConnectionFilterTests {
    private static let source = """
        enum Seen: ConnectionStorageKey { typealias Value = Int }
        struct Broken: Error {}

        func flip(_ filter: Filter) throws {
            while let bytes = try filter.read(1000) { filter.write(bytes.map { $0 ^ 1 }) }
        }

        /// HTTP whose bytes have their lowest bit inverted.
        func flipped(_ conn: Connection) -> Status {
            conn.addInputFilter(flip)
            conn.addOutputFilter(flip)
            return .declined
        }

        func counted(_ conn: Connection) -> Status {
            for add in [conn.addInputFilter, conn.addOutputFilter] {
                add { filter in
                    try filter.forEachChunk { bytes in
                        filter.connection[Seen.self] = (filter.connection[Seen.self] ?? 0) + bytes.count
                        filter.write(bytes)
                    }
                }
            }
            return .declined
        }

        final class Last {
            deinit { _ = [0][Int(CommandLine.argc) + 1] }
        }

        /// What its filter has captured traps when it goes.
        func ending(_ conn: Connection) -> Status {
            let last = Last()
            conn.addOutputFilter { filter in
                withExtendedLifetime(last) {}
                try filter.passOn()
            }
            conn.write("bye")
            return .ok
        }

        /// A protocol of lines, under filters that its first line chooses.
        func lines(_ conn: Connection) throws -> Status {
            var size = 0
            conn.addInputFilter { filter in
                try filter.passOn()
                size += 1
            }
            let word = try conn.readLineString() ?? ""
            conn.addOutputFilter { filter in
                switch word {
                case "throw": throw Broken()
                case "status": throw Status.ok
                case "trap": _ = [0][size]
                case "close":
                    filter.write("a")
                    filter.close()
                case "late":
                    filter.close()
                    filter.write("b")
                case "disable": filter.disable()
                case "names": filter.write("\\(filter.name) \\(filter.isInput) [\\(filter.handler)] \\(filter.directory == nil)")
                default: try filter.passOn()
                }
            }
            conn.write("one ")
            conn.write("two")
            return .ok
        }

        func handler(_ req: Request) throws -> String {
            "\\(try req.read().count) \\((req.connection[Seen.self] ?? 0) > 0)"
        }
        """

    private static func with(
        _ handler: String, mpm: MPM = .event, _ body: (HTTPD) throws -> Void
    ) throws {
        let global =
            "SwiftPath \"${HTDOCS}/app\"\nSwiftConnectionHandler \(handler)\nSwiftTrapDrain 0"
        try SwiftSite.with(source, mpm: mpm, global: global, body)
    }

    private static func flip(_ text: String) -> [UInt8] { text.utf8.map { $0 ^ 1 } }

    @Test(arguments: MPM.allCases)
    func httpIsSpokenThroughFiltersOfItsConnection(mpm: MPM) throws {
        try Self.with("app::flipped", mpm: mpm) { server throws in
            let body = String(repeating: "b", count: 70_000)
            let text =
                "POST /app/x.do HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n\(body)"
                + "\r\n\r\nGET /app/x.do HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            let connection = try server.connect()
            try connection.write(Self.flip(text))
            let answer = String(decoding: try connection.readToEnd().map { $0 ^ 1 }, as: UTF8.self)
            #expect(answer.ranges(of: "HTTP/1.1 200 OK").count == 2)
            #expect(answer.contains("70000 false"))
            #expect(answer.hasSuffix("0 false"))
            // One request after the other: between them, the MPM waits for the client.
            let slow = try server.connect()
            for _ in 1...3 {
                try slow.write(Self.flip("GET /app/x.do HTTP/1.1\r\nHost: a\r\n\r\n"))
                var text = ""
                while !text.hasSuffix("0 false") {
                    text += String(decoding: try slow.read(1).map { $0 ^ 1 }, as: UTF8.self)
                }
            }
        }
    }

    @Test func filtersOfAConnectionSeeAllOfItsRequests() throws {
        try Self.with("app::counted") { server throws in
            let connection = try server.connect()
            for _ in 1...3 {
                try connection.write(
                    "POST /app/x.do HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
                #expect(try connection.readResponse(to: "POST").text == "3 true")
            }
            try server.write("a.txt", String(repeating: "x", count: 300_000))
            #expect(try server.get("/a.txt").text.utf8.count == 300_000)
            #expect(try server.get("/none").status == 404)
        }
    }

    @Test func aTrapAtTheEndOfAFilterCostsNothingElse() throws {
        try Self.with("app::ending") { server throws in
            for _ in 1...2 { #expect(try server.rawExchange("") == "bye") }
            try server.expectLog(containing: "MSW0401: the end of a filter: trapped", times: 2)
            server.allowLog(containing: "MSW0401: the end of a filter")
        }
    }

    @Test func aFilterOfAConnectionEndsItWhenItFails() throws {
        try Self.with("app::lines") { server throws in
            for (word, answer) in [
                "pass": "one two", "close": "a", "disable": "one two", "late": "",
                "names": "mod_swift false [] truemod_swift false [] true",
            ] {
                #expect(try server.rawExchange("\(word)\n") == answer, "\(word)")
            }
            try server.expectLog(containing: "wrote after it had closed its stream")
            for word in ["throw", "trap"] {
                let connection = try server.connect()
                try connection.write("\(word)\n")
                #expect(((try? connection.readToEnd()) ?? []).isEmpty)
            }
            try server.expectLog(containing: "MSW0301: SwiftOutputFilter (a closure): threw Broken")
            try server.expectLog(containing: "MSW0401: SwiftOutputFilter (a closure): trapped")
            try server.expectLog(containing: "trap 1: Index out of range")
            #expect(try server.rawExchange("pass\n") == "one two")
        }
    }
}
