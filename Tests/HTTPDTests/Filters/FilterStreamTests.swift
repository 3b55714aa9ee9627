// SPDX-License-Identifier: Apache-2.0
//
// Special cases of filters: bodies that are not read to the end, filters that disable themselves,
// metadata in the stream.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct FilterStreamTests {
    private static let source = """
        struct Broken: Error {}

        func handler(_ req: Request) throws -> Status {
            req.contentType = "text/plain"
            switch req.args {
            case "three": req.addInputFilter { filter in
                filter.write(try filter.read(3) ?? [])
                filter.close()
            }
            case "broken": req.addInputFilter { filter in
                _ = try filter.read(3)
                throw Broken()
            }
            case "once": req.addInputFilter { filter in
                filter.write("<")
                filter.write(try filter.read(3) ?? [])
                filter.write(">")
                filter.disable()
            }
            case "out": req.addOutputFilter { filter in
                filter.write(try filter.read(2) ?? [])
                filter.write("|")
                filter.disable()
            }
            case "kept": req.addOutputFilter { filter in filter.disable() }
            case "keptline": req.addOutputFilter { filter in
                _ = try filter.readLine()
                filter.disable()
            }
            default: break
            }
            if req.method == "POST" {
                do { req.write(try req.read(1 << 22)) } catch is Broken {}
            } else {
                req.headersOut["ETag"] = "\\"a\\""
                for part in ["abc", "def", "ghi"] { req.write(part); try req.flush() }
            }
            return .ok
        }
        """

    @Test func theRestOfABodyIsNeverTheNextRequest() throws {
        try SwiftSite.with(Self.source) { server throws in
            let hidden = "GET /app/x.do?hidden HTTP/1.1\r\nHost: a\r\n\r\n"
            let next = "GET /app/x.do?kept HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            for size in [0, 300_000, 2_500_000] {
                let body = "abc" + String(repeating: "x", count: size) + hidden
                let head =
                    "POST /app/x.do?three HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                let connection = try server.connect()
                try connection.write(head + body)
                #expect(try connection.readResponse(to: "POST").text == "abc")
                try? connection.write(next)
                let rest = String(
                    decoding: (try? connection.readToEnd()) ?? [], as: UTF8.self)
                // Closed, if the rest was too long or too late; or the response to the next
                // request.
                #expect(
                    rest.isEmpty && size > 0
                        || rest.hasPrefix("HTTP/1.1 200") && rest.components(of: "HTTP/1.1 ") == 1,
                    "\(size): \(rest)")
            }
            // The rest has not arrived yet, and is not waited for.
            let connection = try server.connect()
            try connection.write(
                "POST /app/x.do?three HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabcd")
            let answer = try connection.readResponse(to: "POST")
            #expect(answer.text == "abc")
            try connection.expectEnd(after: answer)
            // The same result if the filter fails.
            let raw = try server.rawExchange(
                "POST /app/x.do?broken HTTP/1.1\r\nHost: a\r\nContent-Length: 80\r\n\r\nabc"
                    + hidden)
            #expect(raw.components(of: "HTTP/1.1 ") == 1)
            #expect(raw.hasPrefix("HTTP/1.1 500"))
            try server.expectLog(containing: "MSW0301: SwiftInputFilter (a closure): threw Broken")
        }
    }

    /// Bytes that a closure has borrowed stay valid, whatever it does with the filter meanwhile.
    @Test(arguments: ["passOn", "read", "readLine", "forEachChunk", "disable", "close"])
    func bytesThatAreLentStayWhileTheFilterReadsOn(way: String) throws {
        let source = """
            func lend(_ filter: Filter) throws {
                try filter.forEachChunk { bytes in
                    let before = bytes.indices.map { bytes[$0] }
                    switch filter.req.args ?? "" {
                    case "passOn": try filter.passOn()
                    case "read": while let more = try filter.read() { filter.write(more) }
                    case "readLine": while let more = try filter.readLine() { filter.write(more) }
                    case "disable": filter.disable()
                    case "close": filter.close()
                    default: try filter.forEachChunk { filter.write($0) }
                    }
                    // Whatever was freed is used again by these.
                    let copies = (0..<20).map { _ in before.map { $0 ^ 255 } }
                    guard bytes.indices.map({ bytes[$0] }) == before, copies.count == 20 else {
                        throw Status.conflict
                    }
                    if !filter.isClosed { filter.write("!") }
                }
            }
            func handler(_ req: Request) throws -> Status {
                req.contentType = "text/plain"
                if req.method == "POST" {
                    req.addInputFilter(lend)
                    req.write(try req.read())
                } else {
                    req.addOutputFilter(lend)
                    req.write("one\\n")
                    try req.sendFile(req.filename!.replacing("x.do", with: "two.txt"))
                    req.write("three\\n")
                }
                return .ok
            }
            """
        try SwiftSite.with(source) { server throws in
            try server.write("app/two.txt", "two\n")
            let out = try server.app(way).text
            switch way {
            case "close": #expect(out.isEmpty)
            case "disable": #expect(out == "!!three\n")
            // The third part arrives in another call, with the end, after which nothing is written.
            case "passOn": #expect(out == "two\n!")
            default: #expect(out == "two\n!!")
            }
            let body = String(repeating: "x", count: 40_000) + "\n"
            let answer = try server.post("/app/x.do?\(way)", .text(body))
            #expect(answer.status == 200, "\(answer.text)")
        }
    }

    /// The usual loop ends with each call, and text for the end is added once.
    @Test func readingEndsWithEachCallAndTheEndIsKnown() throws {
        let source = """
            func count(_ filter: Filter) throws {
                while let bytes = try filter.read() { filter.write(bytes) }
                filter.write(filter.isAtEnd ? "#" : ".")
            }
            func lines(_ filter: Filter) throws {
                while let line = try filter.readLine() { filter.write("<\\(line.count)>") }
                filter.write(filter.isAtEnd ? "#" : ".")
            }
            func exactly(_ filter: Filter) throws {
                if let bytes = try filter.read(3) { filter.write(bytes) }
                filter.write(filter.isAtEnd ? "#" : ".")
                try filter.passOn()
            }
            func chunks(_ filter: Filter) async throws {
                for try await chunk in filter.chunks { filter.write(chunk[...]) }
                filter.write(filter.isAtEnd ? "#" : ".")
            }
            func everything(_ filter: Filter) async throws {
                while try filter.read() != nil {}
                guard filter.isAtEnd else { return }
                filter.write("a".dropFirst(0))
                filter.write([98, 99][...])
                filter.write([100].span)
                try await filter.write(contentsOf: AsyncStream<[UInt8]> { $0.yield([101]); $0.finish() })
                try await filter.write(contentsOf: AsyncStream<String> { $0.yield("f"); $0.finish() }, flushing: true)
            }
            func handler(_ req: Request) throws -> Status {
                req.contentType = "text/plain"
                req.headersOut["Last-Modified"] = "Sat, 28 Nov 2026 10:00:00 GMT"
                req.headersOut["Digest"] = "a=b"
                let name = req.args ?? ""
                if !name.isEmpty {
                    req.registerOutputFilter("F", "app::\\(name)")
                    try req.addOutputFilter("F")
                    req.registerInputFilter("F", "app::\\(name)")
                    try req.addInputFilter("F")
                }
                if req.method == "POST" { req.write(try req.read()); return .ok }
                for part in ["abc", "d\\ne"] { req.write(part); try req.flush() }
                return .ok
            }
            """
        try SwiftSite.with(source) { server throws in
            for (name, text) in [
                "count": "abc.d\ne.#", "lines": ".<5>.<1>#", "exactly": "abc.d\ne.#",
                "chunks": "abc.d\ne.#", "everything": "abcdef", "": "abcd\ne",
            ] {
                let answer = try server.app(name)
                #expect(answer.text == text, "\(name)")
                for header in ["Last-Modified", "Digest"] {
                    #expect((answer.headers[header] == nil) == !name.isEmpty, "\(name)")
                }
            }
            #expect(try server.post("/app/x.do?count", .text("abc")).text.contains("abc"))
        }
    }

    @Test func aFilterThatDisablesItselfLosesNothing() throws {
        try SwiftSite.with(Self.source) { server throws in
            #expect(try server.app("out").text == "ab|cdefghi")
            #expect(try server.app("keptline").text == "abcdefghi")
            let kept = try server.app("kept")
            #expect(kept.text == "abcdefghi")
            #expect(kept.headers["ETag"] == "\"a\"")
            let long = String(repeating: "0123456789", count: 20_000)
            #expect(
                try server.post("/app/x.do?once", .text(long)).text == "<012>" + long.dropFirst(3))
        }
    }
}

extension String {
    /// Returns the number of occurrences of a text.
    fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
