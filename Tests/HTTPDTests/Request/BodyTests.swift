// SPDX-License-Identifier: Apache-2.0
//
// Reading bodies in every way, over HTTP/1.1 and HTTP/2, and the possible errors.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct BodyTests {
    /// Reads as its query says and responds with the data.
    private static let reader = """
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        func handler(_ req: Request) async throws -> String {
            switch req.args ?? "" {
            case "mixed":
                var lent = ""
                let parts = [try req.readLine(), try req.read(4), try req.readLine(3), try req.readLine()]
                let streamed = try await { for try await part in req.body { return part.count > 0 }; return false }()
                try req.streamBody { bytes in lent += "\\(bytes.count)" }
                return parts.map(text).joined(separator: "|") + "|\\(streamed)|\\(lent)|\\(try req.read().count)"
            case "hint":
                let lines = try req.readLines(5)
                return "\\(lines.count)|\\(text(lines.flatMap { $0 }))|\\(text(try req.read()))"
            case "long":
                var sizes: [Int] = []
                while case let line = try req.readLine(), !line.isEmpty { sizes.append(line.count) }
                return "\\(sizes)"
            case "lines":
                var lines: [Int] = []
                do { while let line = try req.readLineString() { lines.append(line.utf8.count) } } catch {
                    let again = (try? req.readLineString(1 << 20)) ?? "thrown again"
                    return "\\(lines) \\(error), \\(again), \\(try req.readLine(8).count)"
                }
                return "\\(lines)"
            case "whole": return "\\(try req.readLines().map(\\.count))"
            case "short": return "\\(try req.readLines(lineLimit: 3).map(\\.count))"
            case "sum":
                // By the closure; the part in hand stays what it was while others are read.
                var sum = 0, size = 0
                try req.streamBody { bytes in
                    let first = bytes[0]
                    size += try req.read(1).count
                    for index in bytes.indices { sum &+= Int(bytes[index]) }
                    if bytes[0] != first { throw Status.conflict }
                    size += bytes.count
                }
                return "\\(size)|\\(sum)"
            case "digest": return digest(try req.read())
            case "digest-parts":
                var all: [UInt8] = []
                for try await part in req.body {
                    if part.isEmpty || part.count > 65_536 { throw Status.conflict }
                    all += part
                }
                return digest(all)
            case "digest-lent":
                var all: [UInt8] = []
                try req.streamBody { bytes in for index in bytes.indices { all.append(bytes[index]) } }
                return digest(all)
            case "echo":
                try req.streamBody { bytes in req.write(bytes) }
                return ""
            case "discard":
                let start = text(try req.read(2))
                let before = req.trailersIn.count
                try req.discardRequestBody()
                try req.discardRequestBody()
                return start + "|\\(before)|\\(req.trailersIn["x-sum"] ?? "-")|"
                    + "\\(req.headersIn["X-Sum"] ?? "-")|\\(try req.read().count)"
            case "trailers":
                let size = try req.read().count
                return "\\(size)|\\(req.trailersIn["X-Sum"] ?? "-")|\\(req.headersIn["X-Sum"] ?? "-")"
            case "again":
                do { _ = try req.read() } catch {
                    do { _ = try req.read() } catch let second {
                        throw "\\(error)" == "\\(second)" ? error : Status.conflict
                    }
                }
                return "complete"
            case "stop":
                struct Enough: Error {}
                var seen = 0
                do { try req.streamBody { bytes in seen += bytes.count; throw Enough() } } catch is Enough {}
                return seen + (try req.read().count) == 100_000 ? "all" : "\\(seen)"
            case "refuse": throw Status.forbidden
            default: return "?"
            }
        }
        func digest(_ bytes: [UInt8]) -> String {
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            return "\\(bytes.count) \\(String(hash, radix: 16))"
        }
        """

    private func withReader(
        mpm: MPM = .event, modules: [String] = [], directives: String = "", global: String = "",
        _ body: (HTTPD) throws -> Void
    ) throws {
        try SwiftSite.with(
            Self.reader, mpm: mpm, modules: modules, directives: directives, global: global
        ) { server in
            // The first request waits for the compiler, for as long as that may take here.
            _ = try server.app()
            try body(server)
        }
    }

    @Test(.bug(id: "N4-11")) func everyWayToReadTakesFromOneBuffer() throws {
        try withReader { server throws in
            let body = "one\ntwothree and the rest of it\n" + String(repeating: "x", count: 100_000)
            for sent in [RequestBody.text(body), chunks(body), oneByteChunks(body.prefix(200))] {
                let answer = try server.post("/app/x.do?mixed", sent).text
                #expect(answer.hasPrefix("one\n|twot|hre|e and the rest of it\n|true|"))
                #expect(answer.hasSuffix("|0"))
            }
        }
    }

    @Test(.bug(id: "N4-12")) func readLinesGoesOnToItsHint() throws {
        try withReader { server throws in
            #expect(try server.post("/app/x.do?hint", "a\nbc\nd\nef").text == "2|a\nbc\n|d\nef")
        }
    }

    @Test(.bug(id: "N4-13")) func aLineWithoutEndComesInBoundedParts() throws {
        try withReader { server throws in
            let body = String(repeating: "x", count: 150_000) + "\nend"
            #expect(
                try server.post("/app/x.do?long", .text(body)).text == "[65536, 65536, 18929, 3]")
        }
    }

    @Test func aPartOfALineIsNeverGivenAsALine() throws {
        try withReader { server throws in
            func ask(_ query: String, _ body: String) throws -> Response {
                try server.post("/app/x.do?\(query)", .text(body))
            }
            func line(_ size: Int, _ end: String) -> String {
                String(repeating: "x", count: size) + end
            }
            for end in ["\n", "\r\n"] {
                for size in [65_535, 65_536] {
                    let body = line(size, end) + end + line(3, end) + "y"
                    #expect(try ask("lines", body).text == "[\(size), 0, 3, 1]")
                    #expect(try ask("lines", line(size, end)).text == "[\(size)]")
                    let sizes = "[\(size + end.utf8.count), \(end.utf8.count)]"
                    #expect(try ask("whole", line(size, end) + end).text == sizes)
                }
                let long = try ask("lines", "a" + end + line(65_537, end) + "b" + end).text
                #expect(long.hasPrefix("[1] a line is longer than 65536 bytes, thrown again, "))
                #expect(try ask("whole", line(65_537, end)).status == 413)
                try server.expectLog(containing: "threw LineTooLongError: a line is longer")
                #expect(try ask("short", line(3, end) + line(3, end)).status == 200)
                #expect(try ask("short", line(4, end)).status == 413)
                try server.expectLog(containing: "a line is longer than 3 bytes")
            }
            #expect(try ask("lines", line(65_536, "")).text == "[65536]")
            #expect(try ask("lines", line(65_537, "")).text.hasPrefix("[] a line is longer"))
            #expect(try ask("lines", "a\r").text == "[2]")
        }
    }

    @Test(.bug(id: "N4-14")) func bodiesInChunksAreReadLikeOthers() throws {
        try withReader { server throws in
            let text = String(decoding: (0..<300_000).map { UInt8(32 + $0 % 90) }, as: UTF8.self)
            let expected = digest(Array(text.utf8))
            for query in ["digest", "digest-parts", "digest-lent"] {
                #expect(try server.post("/app/x.do?\(query)", .text(text)).text == expected)
                let many = try server.post("/app/x.do?\(query)", chunks(text, "", "", text)).text
                #expect(many == digest(Array((text + text).utf8)))
            }
            #expect(try server.post("/app/x.do?echo", chunks(text)).text == text)
            #expect(
                try server.post("/app/x.do?stop", .text(String(text.prefix(100_000)))).text == "all"
            )
            let sum = try server.post("/app/x.do?sum", .text(String(text.prefix(50_000)))).text
            #expect(sum.hasPrefix("50000|"))
            #expect(try server.post("/app/x.do?digest", "").text == digest([]))
            #expect(try server.app("digest-lent").text == digest([]))
        }
    }

    @Test func trailersOfAChunkedBodyAreThereAfterItsEnd() throws {
        func request(_ query: String) -> String {
            "POST /app/x.do?\(query) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                + "Connection: close\r\n\r\n5\r\nab\ncd\r\n0\r\nX-Sum: 7\r\n\r\n"
        }
        try withReader { server throws in
            #expect(try server.rawExchange(request("trailers")).hasSuffix("5|7|-"))
            #expect(try server.rawExchange(request("discard")).hasSuffix("ab|0|7|-|0"))
        }
        try withReader(global: "MergeTrailers On") { server throws in
            #expect(try server.rawExchange(request("trailers")).hasSuffix("5|7|7"))
        }
    }

    @Test func aClientThatWaitsIsToldToGoOnWhenTheBodyIsRead() throws {
        try withReader { server throws in
            let connection = try server.connect()
            func ask(_ query: String) throws {
                try connection.write(
                    "POST /app/x.do?\(query) HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                        + "Expect: 100-continue\r\n\r\n")
            }
            try ask("digest")
            let line = String(decoding: try connection.read(25), as: UTF8.self)
            #expect(line == "HTTP/1.1 100 Continue\r\n\r\n")
            try connection.write("abc")
            let answer = try connection.readResponse(to: "POST")
            #expect(answer.text == digest(Array("abc".utf8)))
            #expect(answer.interim == [])
            // A rejection spares the client from sending it.
            try ask("refuse")
            let refusal = try connection.readResponse(to: "POST")
            #expect(refusal.status == 403)
            #expect(refusal.interim == [])
        }
    }

    @Test func whatIsWrongWithABodyEndsInTheRightStatus() throws {
        try withReader(
            modules: ["reqtimeout"], directives: "LimitRequestBody 1000",
            global: "Timeout 1\nRequestReadTimeout header=0 body=0"
        ) { server throws in
            server.allowLog(containing: "core:info")
            server.allowLog(containing: "http:info")
            func ask(_ length: String, _ body: String, query: String = "again") throws -> String {
                try server.rawExchange(
                    "POST /app/x.do?\(query) HTTP/1.1\r\nHost: a\r\n\(length)\r\n\r\n\(body)",
                    closesOutput: false)
            }
            // Shorter than announced: httpd waits for the client, then responds with an error.
            #expect(try ask("Content-Length: 10", "abc").hasPrefix("HTTP/1.1 408 "))
            #expect(try ask("Content-Length: 2000", "abc").hasPrefix("HTTP/1.1 413 "))
            let big = "7d0\r\n\(String(repeating: "x", count: 2000))\r\n0\r\n\r\n"
            #expect(try ask("Transfer-Encoding: chunked", big).hasPrefix("HTTP/1.1 413 "))
            #expect(try ask("Transfer-Encoding: chunked", "zz\r\n").hasPrefix("HTTP/1.1 400 "))
            #expect(
                try ask("Transfer-Encoding: chunked", "zz\r\n", query: "discard")
                    .hasPrefix("HTTP/1.1 400 "))
            // Cut off: not treated as a complete body.
            let cut = try server.rawExchange(
                "POST /app/x.do?again HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
            #expect(cut.hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test func aBodyThatAFilterInflatesIsRead() throws {
        try withReader(modules: ["deflate", "filter"], directives: "SetInputFilter DEFLATE") {
            server throws in
            let plain = (0..<400_000).flatMap { Array("\($0)\n".utf8) }
            let path = try server.write("plain", bytes: plain)
            try Shell.run(["gzip", "-k", path])
            for query in ["digest", "digest-parts"] {
                let answer = try server.curl(
                    "/app/x.do?\(query)", "--data-binary", "@\(path).gz",
                    "-H", "Content-Encoding: gzip")
                #expect(answer.text == digest(plain))
            }
        }
    }

    @Test(arguments: [MPM.event, .worker])
    func bodiesComeOverHTTP2AsWell(_ mpm: MPM) throws {
        try withReader(mpm: mpm, modules: ["http2"], global: "Protocols h2c http/1.1") {
            server throws in
            let bytes = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            let path = try server.write("data", bytes: bytes)
            for query in ["digest", "digest-parts", "digest-lent"] {
                for announcement in ["Expect:", "Content-Length:"] {
                    let answer = try server.curl(
                        "/app/x.do?\(query)", "--http2-prior-knowledge", "--data-binary",
                        "@\(path)", "-H", announcement)
                    #expect(answer.version == "HTTP/2")
                    #expect(answer.text == digest(bytes))
                }
            }
            let answer = try HTTP2Exchange.post(
                "/app/x.do?trailers", body: "ab\ncd", trailers: [("x-sum", "7")], on: server)
            #expect(answer == "5|7|-")
        }
    }
}

private func chunks(_ texts: String...) -> RequestBody { .chunks(texts.map { Array($0.utf8) }) }

private func oneByteChunks(_ text: Substring) -> RequestBody { .chunks(text.utf8.map { [$0] }) }

private func digest(_ bytes: [UInt8]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return "\(bytes.count) \(String(hash, radix: 16))"
}
