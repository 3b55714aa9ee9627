// SPDX-License-Identifier: Apache-2.0
//
// Writing responses: their framing, files and parts of files, interim responses, clients that
// disconnect.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct OutputTests {
    private static let writer = """
        struct Pieces: AsyncSequence, AsyncIteratorProtocol {
            var left = 3
            mutating func next() async throws -> [UInt8]? {
                guard left > 0 else { return nil }
                left -= 1
                try await Task.sleep(for: .milliseconds(5))
                return Array("\\(left)\\n".utf8)
            }
            func makeAsyncIterator() -> Pieces { self }
        }
        func handler(_ req: Request) async throws -> Status {
            req.contentType = "text/plain"
            switch req.args ?? "" {
            case "forms":
                let text = "0123456789"
                req.write(text)
                req.write(text.dropFirst(8))
                req.write(text.utf8)
                req.write(text.utf8.dropFirst(9))
                let bytes: [UInt8] = [97, 98, 99]
                req.write(bytes)
                req.write(bytes[1...])
                req.write(bytes.span)
                req.write(bytes.span.bytes)
                req.write("")
                req.write([] as [UInt8])
            case "pieces":
                for number in 0..<100 { req.write("piece \\(number)\\n") }
            case "long":
                for _ in 0..<1000 { req.write("0123456789") }
            case "flushed":
                req.write("one")
                try req.flush()
                req.write("two")
            case "stream":
                try await req.write(contentsOf: Pieces())
                let (texts, continuation) = AsyncStream<String>.makeStream()
                for text in ["a", "b"] { continuation.yield(text) }
                continuation.finish()
                try await req.write(contentsOf: texts, flushing: true)
            case "ranges":
                req.headersOut["Accept-Ranges"] = "bytes"
                req.headersOut["ETag"] = "\\"v1\\""
                req.write("0123456789")
            case "cut":
                req.write("half")
                try req.flush()
                throw Status.internalServerError
            case "trailers":
                req.trailersOut["X-Sum"] = "7"
                req.write("body")
                try req.flush()
            default: return .notFound
            }
            return .ok
        }
        """

    @Test(.bug(id: "N4-16")) func aShortAnswerHasALengthHoweverItIsWritten() throws {
        try SwiftSite.with(Self.writer) { server throws in
            let forms = try server.app("forms")
            #expect(forms.text == "012345678989" + "01234567899" + "abcbc" + "abcabc")
            #expect(forms.headers["Content-Length"] == "\(forms.body.count)")
            let pieces = try server.app("pieces")
            #expect(pieces.headers["Content-Length"] == "\(pieces.body.count)")
            #expect(pieces.headers["Transfer-Encoding"] == nil)
            #expect(pieces.text.hasSuffix("piece 99\n"))
            // A response that is larger than httpd's buffer, or flushed before its end, is sent in
            // chunks.
            for query in ["long", "flushed", "stream"] {
                let answer = try server.app(query)
                #expect(answer.headers["Transfer-Encoding"] == "chunked")
                #expect(answer.headers["Content-Length"] == nil)
            }
            #expect(try server.app("long").body.count == 10_000)
            #expect(try server.app("flushed").text == "onetwo")
            #expect(try server.app("stream").text == "2\n1\n0\nab")
            for query in ["pieces", "long"] {
                let head = try server.request("HEAD", "/app/x.do?\(query)")
                let get = try server.app(query)
                #expect(head.body == [])
                // httpd's Transfer-Encoding is missing in these responses.
                for name in ["Content-Length", "Content-Type"] {
                    #expect(head.headers[name] == get.headers[name])
                }
            }
        }
    }

    private static let sender = """
        func handler(_ req: Request) throws -> Status {
            let folder = req.filename!.dropLast("x.do".count)
            let path = folder + "data.bin"
            switch req.args ?? "" {
            case "offset": return try req.sendFile("\\(path)", offset: 4) == 6 ? .ok : .conflict
            case "between":
                req.write("<")
                try req.sendFile("\\(path)", offset: 2, length: 3)
                req.write(">")
                req.write(String(repeating: "-", count: 9000))
                try req.sendFile("\\(path)", offset: 9)
                try req.sendFile("\\(path)", offset: 0, length: 0)
                req.write("|")
            case "two":
                try req.sendFile("\\(path)", length: 2)
                req.write(":")
                try req.sendFile("\\(path)", offset: 8)
            case "link": try req.sendFile(folder + "link")
            case "whole":
                req.headersOut["Accept-Ranges"] = "bytes"
                req.headersOut["ETag"] = "\\"v1\\""
                try req.sendFile("\\(path)")
            case "flushed":
                try req.sendFile("\\(path)")
                try req.flush()
            case "huge-end": try req.sendFile(folder + "huge", offset: (3 << 30) - 4)
            case "huge":
                req.headersOut["Accept-Ranges"] = "bytes"
                try req.sendFile(folder + "huge")
            case "many":
                for _ in 0..<500 { try req.sendFile("\\(path)", length: 1) }
                var open = 0
                for number in 0..<1024 where isOpen(number) { open += 1 }
                req.write("|\\(open)")
            case "fails":
                req.write("never seen")
                try req.sendFile("\\(path)")
                throw Status.forbidden
            case "returns":
                try req.sendFile("\\(path)")
                return .notFound
            case "shorter":
                try req.sendFile(folder + "shrinks")
                guard truncate("\\(folder)shrinks", 10) == 0 else { return .conflict }
            case "errors":
                for (name, offset, length) in [
                    ("none", 0, nil), (".", 0, nil), ("pipe", 0, nil), ("data.bin", 11, nil),
                    ("data.bin", -1, nil), ("data.bin", 0, -1), ("a\\0b", 0, nil),
                ] as [(String, Int, Int?)] {
                    do { try req.sendFile(folder + name, offset: offset, length: length) }
                    catch let error as ServerError { req.write("\\(error.operation)|") }
                }
            default: return .notFound
            }
            return .ok
        }
        """

    private func withSender(
        mpm: MPM = .event, modules: [String] = [], directives: String = "", global: String = "",
        _ body: (HTTPD) throws -> Void
    ) throws {
        let source =
            "import Foundation\nfunc isOpen(_ number: Int) -> Bool { fcntl(Int32(number), F_GETFD) >= 0 }\n"
        try SwiftSite.with(
            source + Self.sender.replacing("folder + ", with: "String(folder) + "), mpm: mpm,
            modules: modules, directives: directives, global: global
        ) { server throws in
            try server.write("app/data.bin", "0123456789")
            _ = try server.app()
            try body(server)
        }
    }

    @Test(.bug(id: "N4-15")) func aFileIsSentFromAnOffsetToItsEnd() throws {
        try withSender { server throws in
            #expect(try server.app("offset").text == "456789")
            #expect(try server.app("offset").headers["Content-Length"] == "6")
        }
    }

    @Test(arguments: ["EnableSendfile On", "EnableSendfile Off\nEnableMMAP Off", "EnableMMAP On"])
    func filesStandInTheirPlaceHoweverTheyAreSent(_ directives: String) throws {
        try withSender(directives: directives) { server throws in
            symlink("data.bin", "\(server.htdocs)/app/link")
            #expect(mkfifo("\(server.htdocs)/app/pipe", 0o644) == 0)
            let between = try server.app("between").text
            #expect(between == "<234>" + String(repeating: "-", count: 9000) + "9|")
            #expect(try server.app("two").text == "01:89")
            #expect(try server.app("link").text == "0123456789")
            #expect(try server.app("whole").headers["Content-Length"] == "10")
            #expect(try server.app("flushed").headers["Transfer-Encoding"] == "chunked")
            #expect(
                try server.app("errors").text
                    == "open|sendFile|sendFile|sendFile|sendFile|sendFile|open|")
            let many = try server.app("many").text.split(separator: "|")
            #expect(many[0] == String(repeating: "0", count: 500))
            #expect(try #require(Int(many[1])) < 100, "descriptors are left open")
            let head = try server.request("HEAD", "/app/x.do?whole")
            #expect(head.headers["Content-Length"] == "10")
            // Output that was held back is discarded with the rest of the response.
            #expect(try server.app("fails").status == 403)
            #expect(try !server.app("fails").text.contains("0123"))
            #expect(try !server.app("returns").text.contains("0123"))
        }
    }

    @Test(arguments: ["EnableSendfile On", "EnableMMAP Off", "EnableMMAP On"])
    func moreThanTwoGigabytesAreCountedRight(_ directives: String) throws {
        try withSender(directives: directives) { server throws in
            let huge = try server.write("app/huge", "")
            #expect(truncate(huge, 3 << 30) == 0)
            #expect(try server.app("huge-end").body == [0, 0, 0, 0])
            let head = try server.request("HEAD", "/app/x.do?huge")
            #expect(head.headers["Content-Length"] == "\(3 << 30)")
            let range = try server.get(
                "/app/x.do?huge", headers: ["Range": "bytes=2999999990-2999999999"])
            #expect(range.status == 206)
            #expect(range.body.count == 10)
        }
    }

    @Test(arguments: ["EnableSendfile On", "EnableMMAP Off", "EnableMMAP On"])
    func anAnswerFromAFileThatBecameShorterIsNotTakenForWhole(_ directives: String) throws {
        try withSender(directives: directives) { server throws in
            server.allowLog(containing: "core:")
            try server.write("app/shrinks", bytes: Array(repeating: 65, count: 1_000_000))
            chmod("\(server.htdocs)/app/shrinks", 0o666)
            #expect(throws: HTTPClientError.self) { try server.app("shorter") }
        }
    }

    @Test func rangesAreCutOutOfWhatIsWrittenAndSent() throws {
        func ask(_ server: HTTPD, _ query: String, _ fields: HeaderFields) throws -> Response {
            try server.get("/app/x.do?\(query)", headers: fields)
        }
        func check(_ server: HTTPD, _ query: String) throws {
            #expect(try server.app(query).text == "0123456789")
            let one = try ask(server, query, ["Range": "bytes=2-4"])
            #expect(one.status == 206)
            #expect(one.text == "234")
            #expect(one.headers["Content-Range"] == "bytes 2-4/10")
            #expect(one.headers["Content-Length"] == "3")
            let several = try ask(server, query, ["Range": "bytes=0-0,5-6"])
            #expect(several.status == 206)
            #expect(several.headers["Content-Type"]?.hasPrefix("multipart/byteranges") == true)
            #expect(several.text.contains("Content-range: bytes 5-6/10\r\n\r\n56\r\n"))
            #expect(try ask(server, query, ["Range": "bytes=-2"]).text == "89")
            #expect(try ask(server, query, ["Range": "bytes=10-"]).status == 416)
            let same = try ask(server, query, ["Range": "bytes=2-4", "If-Range": "\"v1\""])
            #expect(same.status == 206)
            let other = try ask(server, query, ["Range": "bytes=2-4", "If-Range": "\"v0\""])
            #expect(other.status == 200)
            #expect(other.text == "0123456789")
        }
        try SwiftSite.with(Self.writer) { server throws in try check(server, "ranges") }
        try withSender { server throws in try check(server, "whole") }
    }

    @Test func aFileSentByASubrequestStandsInItsPlace() throws {
        try withSender(
            modules: ["include", "filter"],
            global: """
                <Directory "${HTDOCS}">
                    Options +Includes
                    AddOutputFilter INCLUDES .shtml
                </Directory>
                """
        ) { server throws in
            try server.write(
                "page.shtml",
                "[<!--#include virtual=\"/app/x.do?whole\" -->"
                    + "|<!--#include virtual=\"/app/x.do?two\" -->]")
            let page = try server.get("/page.shtml")
            #expect(page.text == "[0123456789|01:89]")
        }
    }

    private static let hinting = """
        func handler(_ req: Request) throws -> String {
            let hints = Table()
            hints.add("Link", "</a.css>; rel=preload")
            hints.add("Link", "</b.css>; rel=preload")
            req.headersOut["X-Own"] = "answer"
            switch req.args ?? "" {
            case "late":
                req.write("begun ")
                try req.flush()
                do { try req.sendInterimResponse(.earlyHints, headers: hints) }
                catch let error as ServerError { return error.detail }
            case "bad":
                var refused = 0
                for (name, value) in [("A b", "c"), ("A", "b\\r\\nC: d"), ("", "a"), ("A", "b\\u{1}")] {
                    let table = Table()
                    table.add("X-Before", "1")
                    do {
                        try table.set(name, to: value)
                        try req.sendInterimResponse(.earlyHints, headers: table)
                    } catch is RefusedValue { refused += 1 }
                }
                for status in [101, 200, 99] {
                    do { try req.sendInterimResponse(HTTPStatus(rawValue: status)) }
                    catch is ServerError { refused += 1 }
                }
                return "\\(refused)"
            case "continue":
                return "\\(try req.sendInterimResponse(.continue)) \\(try req.read().count)"
            default:
                let sent = try req.sendInterimResponse(.earlyHints, headers: hints)
                try req.sendInterimResponse(.processing)
                return "\\(sent) \\(req.status.rawValue)"
            }
            return "sent"
        }
        """

    @Test func interimResponsesComeBeforeTheAnswerAndLeaveItAlone() throws {
        try SwiftSite.with(Self.hinting) { server throws in
            _ = try server.app()
            let wire = try server.rawExchange(
                "GET /app/x.do HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(
                wire.hasPrefix(
                    "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n"
                        + "Link: </b.css>; rel=preload\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\n"))
            #expect(wire.contains("X-Own: answer\r\n"))
            #expect(wire.components(separatedBy: "Link").count == 3)
            #expect(wire.hasSuffix("true 200"))
            let old = try server.rawExchange("GET /app/x.do HTTP/1.0\r\nHost: a\r\n\r\n")
            #expect(old.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(old.hasSuffix("false 200"))
            #expect(try server.app("late").text == "begun the response is already on its way")
            let head = try server.request("HEAD", "/app/x.do?late")
            #expect(head.status == 200)
            #expect(head.interim == [])
            #expect(try server.app("bad").text == "7")
            let told = try server.post(
                "/app/x.do?continue", "abc", headers: ["Expect": "100-continue"])
            #expect(told.interim == [100])
            #expect(told.text == "true 3")
            #expect(try server.post("/app/x.do?continue", "abc").text == "false 3")
        }
    }

    private static let patient = """
        import Foundation
        func handler(_ req: Request) throws -> Status {
            req.headersOut["Content-Type"] = "text/plain"
            switch req.args ?? "" {
            case "check":
                // Nothing is written meanwhile: httpd itself would not notice.
                for _ in 0..<500 {
                    do { try req.checkClient() } catch {
                        req.log("left: check", level: .notice)
                        throw error
                    }
                    Thread.sleep(forTimeInterval: 0.01)
                }
                req.write("stayed")
            case "write":
                let block = [UInt8](repeating: 120, count: 65_536)
                var sent = 0
                do {
                    while sent < 1 << 14 {
                        req.write(block)
                        try req.flush()
                        sent += 1
                    }
                } catch let error as ClientGone {
                    let start = Date()
                    for _ in 0..<100_000 { req.write(block) }
                    let file: Bool
                    do { try req.sendFile("/etc/passwd"); file = false } catch is ClientGone { file = true }
                    let check: Bool
                    do { try req.checkClient(); check = false } catch is ClientGone { check = true }
                    req.log("left: write \\(sent < 1 << 14) \\(file) \\(check) \\(Date().timeIntervalSince(start) < 5)", level: .notice)
                    throw error
                }
            case "alive":
                _ = try req.read(1)
                for _ in 0..<1000 { try req.checkClient() }
                req.write("alive")
            default: break
            }
            return .ok
        }
        """

    @Test(.bug(id: "N4-18")) func aClientThatHasGoneIsTold() throws {
        try SwiftSite.with(Self.patient) { server throws in
            _ = try server.app()
            for query in ["check", "write"] {
                try askAndLeave(query, server)
                try server.expectLog(
                    containing: query == "check"
                        ? "left: check" : "left: write true true true true")
                try server.expectLog(containing: "MSW0304")
            }
            // An unread body, or a further request on the connection, does not mean that the client
            // has disconnected.
            let answer = try server.rawExchange(
                "POST /app/x.do?alive HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                    + "GET /app/x.do HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                closesOutput: false)
            #expect(answer.contains("alive"))
        }
    }

    /// Closes the connection when the response, if there is one, has begun.
    private func askAndLeave(_ query: String, _ server: HTTPD) throws {
        let connection = try server.connect()
        try connection.write("GET /app/x.do?\(query) HTTP/1.1\r\nHost: a\r\n\r\n")
        if query == "write" { _ = try connection.read(1000) }
    }

    @Test func aFilterThatRefusesTheAnswerIsNoClientThatHasGone() throws {
        let source = """
            func handler(_ req: Request) throws -> Status {
                req.headersOut["A b"] = "not a name"
                req.write("text")
                do { try req.flush() } catch is ClientGone { req.log("gone") }
                return .ok
            }
            """
        try SwiftSite.with(source) { server throws in
            // httpd 2.4 includes the discarded bytes in the Content-Length of its own document.
            let answer = try server.connect().read(
                after: "GET /app/x.do HTTP/1.1\r\nHost: a\r\n\r\n", count: 24)
            #expect(answer == "HTTP/1.1 500 Internal Se")
            try server.expectLog(containing: "AH02429")
            #expect(!server.errorLog().contains("gone"))
        }
    }

    @Test(arguments: [MPM.event, .worker])
    func answersGoOverHTTP2AsWell(_ mpm: MPM) throws {
        let h2 = "--http2-prior-knowledge"
        try SwiftSite.with(
            Self.writer, mpm: mpm, modules: ["http2"], global: "Protocols h2c http/1.1"
        ) { server throws in
            _ = try server.app()
            #expect(try server.curl("/app/x.do?pieces", h2).headers["Content-Length"] != nil)
            #expect(try server.curl("/app/x.do?stream", h2).text == "2\n1\n0\nab")
            #expect(try server.curl("/app/x.do?ranges", h2, "-r", "2-4").text == "234")
            let trailers = try server.curl("/app/x.do?trailers", h2)
            #expect(trailers.text == "body")
            #expect(trailers.trailers["X-Sum"] == "7")
            // Over HTTP/1.1 httpd sends none, and the response is complete.
            #expect(try server.app("trailers").text == "body")
            #expect(throws: HTTPClientError.self) { try server.curl("/app/x.do?cut", h2) }
            #expect(throws: HTTPClientError.self) { try server.app("cut") }
            server.allowLog(containing: "MSW0305")
        }
        try SwiftSite.with(
            Self.hinting, mpm: mpm, modules: ["http2"],
            global: "Protocols h2c http/1.1\nH2EarlyHints On"
        ) { server throws in
            _ = try server.app()
            let answer = try server.curl("/app/x.do", h2)
            #expect(answer.interim == [103, 102])
            #expect(answer.text == "true 200")
            #expect(answer.headers["Link"] == nil)
            #expect(
                try server.curl("/app/x.do?late", h2).text
                    == "begun the response is already on its way")
        }
    }

    @Test(arguments: ["EnableSendfile On", "EnableMMAP Off", "EnableMMAP On"])
    func filesGoOverHTTP2AsWell(_ directives: String) throws {
        try withSender(
            modules: ["http2"], directives: directives, global: "Protocols h2c http/1.1"
        ) { server throws in
            let bytes = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            let h2 = "--http2-prior-knowledge"
            #expect(try server.curl("/app/x.do?two", h2).text == "01:89")
            #expect(try server.curl("/app/x.do?many", h2).text.hasPrefix("0000"))
            try server.write("app/data.bin", bytes: bytes)
            let answer = try server.curl("/app/x.do?whole", h2)
            #expect(answer.body == bytes)
            #expect(answer.headers["Content-Length"] == "\(bytes.count)")
            let flushed = try server.curl("/app/x.do?flushed", h2)
            #expect(flushed.body == bytes)
        }
    }
}

extension HTTPConnection {
    /// Sends text and reads the first bytes of the response.
    fileprivate func read(after request: String, count: Int) throws -> String {
        try write(request)
        return String(decoding: try read(count), as: UTF8.self)
    }
}
