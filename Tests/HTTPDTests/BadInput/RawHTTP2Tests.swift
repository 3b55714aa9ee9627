// SPDX-License-Identifier: Apache-2.0
//
// What httpd answers to malformed HTTP/2 is httpd's affair: with mod_swift, and for a URL that Swift
// answers, each wrong frame and each wrong field is refused as it is without.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct RawHTTP2Tests {
    private typealias Kind = HTTP2Frame.Kind
    private typealias Flags = HTTP2Frame.Flags
    private typealias Fields = [(String, String)]

    private static let whole = Flags.endOfHeaders | Flags.endOfStream

    private static func request(_ path: String, _ more: Fields = []) -> Fields {
        [(":method", "GET"), (":path", path), (":scheme", "http"), (":authority", "a")] + more
    }

    private static func headers(
        _ fields: Fields, flags: UInt8 = whole, stream: UInt32 = 1
    ) -> HTTP2Frame {
        HTTP2Frame(Kind.headers, flags, stream: stream, HTTP2Frame.encoded(fields))
    }

    // MARK: What is sent

    /// Frames that are wrong, or in a wrong place, behind the client's preface and settings; the last
    /// of them are those of requests.
    private static func frames(_ path: String) -> [(String, [HTTP2Frame])] {
        let good = headers(request(path))
        let block = good.payload
        let start = headers(request(path), flags: Flags.endOfStream)
        return [
            ("nothing wrong", [good]),
            ("two requests", [good, headers(request(path), stream: 3)]),
            ("a kind that nobody knows", [HTTP2Frame(0xBB, stream: 1, [1, 2, 3]), good]),
            ("settings of five bytes", [HTTP2Frame(Kind.settings, [1, 2, 3, 4, 5])]),
            ("settings of a stream", [HTTP2Frame(Kind.settings, stream: 1)]),
            (
                "settings that are too large",
                [HTTP2Frame(Kind.settings, [0, 4, 255, 255, 255, 255])]
            ),
            (
                "an acknowledgement with contents",
                [HTTP2Frame(Kind.settings, Flags.acknowledgement, [0, 0, 0, 0, 0, 0])]
            ),
            ("headers of no stream", [headers(request(path), stream: 0)]),
            ("headers of a server's stream", [headers(request(path), stream: 2)]),
            ("data of no stream", [HTTP2Frame(Kind.data, stream: 0, [1])]),
            ("data of an idle stream", [HTTP2Frame(Kind.data, stream: 1, [1])]),
            (
                "padding that is longer than the frame",
                [
                    headers(request(path), flags: Flags.endOfHeaders),
                    HTTP2Frame(Kind.data, Flags.padded, stream: 1, [200, 1]),
                ]
            ),
            (
                "a window that grows by nothing",
                [
                    HTTP2Frame(Kind.windowUpdate, HTTP2Frame.bytes(of: 0))
                ]
            ),
            (
                "a window that grows too much",
                [
                    HTTP2Frame(Kind.windowUpdate, HTTP2Frame.bytes(of: 0x7FFF_FFFF)),
                    HTTP2Frame(Kind.windowUpdate, HTTP2Frame.bytes(of: 0x7FFF_FFFF)),
                ]
            ),
            (
                "a window of an idle stream",
                [
                    HTTP2Frame(Kind.windowUpdate, stream: 7, HTTP2Frame.bytes(of: 1))
                ]
            ),
            (
                "a reset of an idle stream",
                [
                    HTTP2Frame(Kind.reset, stream: 7, HTTP2Frame.bytes(of: 8))
                ]
            ),
            ("a reset of three bytes", [good, HTTP2Frame(Kind.reset, stream: 1, [0, 0, 8])]),
            ("a priority of four bytes", [HTTP2Frame(Kind.priority, stream: 1, [0, 0, 0, 0])]),
            ("a ping of seven bytes", [HTTP2Frame(Kind.ping, [1, 2, 3, 4, 5, 6, 7])]),
            ("a ping of a stream", [HTTP2Frame(Kind.ping, stream: 1, [1, 2, 3, 4, 5, 6, 7, 8])]),
            (
                "a client's push",
                [HTTP2Frame(Kind.pushPromise, Flags.endOfHeaders, stream: 1, block)]
            ),
            (
                "a continuation of nothing",
                [
                    HTTP2Frame(Kind.continuation, Flags.endOfHeaders, stream: 1, block)
                ]
            ),
            ("headers that end nowhere", [start, HTTP2Frame(Kind.data, stream: 1, [1])]),
            (
                "headers in two parts",
                [
                    HTTP2Frame(Kind.headers, Flags.endOfStream, stream: 1, Array(block.prefix(9))),
                    HTTP2Frame(
                        Kind.continuation, Flags.endOfHeaders, stream: 1, Array(block.dropFirst(9))),
                ]
            ),
            (
                "a frame that is too large",
                [
                    HTTP2Frame(Kind.headers, whole, stream: 1, Array(repeating: 0, count: 16_385))
                ]
            ),
            ("a field of index 0", [HTTP2Frame(Kind.headers, whole, stream: 1, [0x80])]),
            (
                "a field of an index that is not there",
                [
                    HTTP2Frame(Kind.headers, whole, stream: 1, [0xFF, 0xFF, 0x7F])
                ]
            ),
            (
                "a field that breaks off",
                [
                    HTTP2Frame(Kind.headers, whole, stream: 1, Array(block.dropLast()))
                ]
            ),
            ("no fields", [HTTP2Frame(Kind.headers, whole, stream: 1)]),
            ("headers behind the end", [good, headers([("a", "b")])]),
            ("data behind the end", [good, HTTP2Frame(Kind.data, stream: 1, [1])]),
        ]
    }

    /// Heads that HTTP/2, or httpd, does not take.
    private static func heads(_ path: String) -> [(String, Fields)] {
        func with(_ name: String, _ value: String) -> Fields { request(path, [(name, value)]) }
        func replacing(_ name: String, _ value: String?) -> Fields {
            request(path).compactMap { field in
                field.0 == name ? value.map { (name, $0) } : field
            }
        }
        return [
            ("no method", replacing(":method", nil)), ("no path", replacing(":path", nil)),
            ("no scheme", replacing(":scheme", nil)), ("no host", replacing(":authority", nil)),
            ("another scheme", replacing(":scheme", "ftp")),
            ("an empty path", replacing(":path", "")),
            ("a path without a slash", replacing(":path", "x")),
            ("a star", replacing(":path", "*")), ("a URL", replacing(":path", "http://a\(path)")),
            ("a NUL in the path", replacing(":path", "\(path)\u{0}")),
            ("a space in the path", replacing(":path", "\(path) HTTP/1.1")),
            ("a line in the path", replacing(":path", "\(path)\r\nX: 1")),
            ("an escaped NUL", replacing(":path", "\(path)%00")),
            ("an escaped slash", replacing(":path", "\(path)%2f")),
            ("half an escape", replacing(":path", "\(path)%")),
            ("a way out", replacing(":path", "/..\(path)")),
            ("an escaped way out", replacing(":path", "/%2e%2e/%2e%2e\(path)")),
            ("a fragment", replacing(":path", "\(path)#f")),
            ("a long path", replacing(":path", "\(path)?" + String(repeating: "a", count: 9000))),
            ("a method with a space", replacing(":method", "GE T")),
            ("an empty method", replacing(":method", "")),
            ("a trace", replacing(":method", "TRACE")),
            ("a tunnel", replacing(":method", "CONNECT")),
            ("a host with a space", replacing(":authority", "a b")),
            ("a host with a slash", replacing(":authority", "a/b")),
            ("two methods", request(path, [(":method", "GET")])),
            ("a pseudo field behind others", [("a", "b")] + request(path)),
            ("an unknown pseudo field", with(":unknown", "1")),
            ("an answer's pseudo field", with(":status", "200")),
            ("another host", with("host", "b")),
            ("two hosts", request(path, [("host", "a"), ("host", "b")])),
            ("capitals", with("X-Capital", "1")), ("an empty name", with("", "1")),
            ("a name with a space", with("x y", "1")), ("a name with a colon", with("x:", "1")),
            ("a name with a NUL", with("x\u{0}y", "1")),
            ("a value with a NUL", with("x", "1\u{0}2")),
            ("a value with a line", with("x", "1\r\ny: 2")),
            ("a value with a CR", with("x", "1\ry")),
            ("a value with bytes", with("x", "\u{7F}\u{FF}")),
            ("a connection's own", with("connection", "close")),
            ("an upgrade", with("upgrade", "websocket")),
            ("chunks", with("transfer-encoding", "chunked")), ("te", with("te", "gzip")),
            ("a negative length", with("content-length", "-1")),
            ("a length that is none", with("content-length", "0x3")),
            ("two lengths", request(path, [("content-length", "0"), ("content-length", "1")])),
            ("a length with no body", with("content-length", "3")),
            ("an expectation", with("expect", "200-ok")),
            ("a large field", with("x", String(repeating: "a", count: 9000))),
            ("many fields", request(path, Array(repeating: ("x", "a"), count: 150))),
        ]
    }

    /// Everything that is sent.
    private static func inputs(_ path: String) -> [Input] {
        // Fields of answers are kept in no table (SETTINGS_HEADER_TABLE_SIZE 0), where their places
        // would depend on which stream is answered first.
        let start = HTTP2Frame.preface + HTTP2Frame(Kind.settings, [0, 1, 0, 0, 0, 0]).bytes
        let framed = frames(path).map { name, frames in
            let streams = Set(frames.lazy.filter { $0.kind == Kind.headers }.map(\.stream))
            return Input(name, start + frames.flatMap(\.bytes), answers: max(1, streams.count))
        }
        let headed = heads(path).map { Input($0.0, start + headers($0.1).bytes) }
        let mismatched = ["ab", "abcd"].map { body in
            let head = headers(
                request(path, [("content-length", "3")]), flags: Flags.endOfHeaders)
            let data = HTTP2Frame(Kind.data, Flags.endOfStream, stream: 1, Array(body.utf8))
            return Input("a body of \(body.count)", start + head.bytes + data.bytes)
        }
        let begun = [
            Input("half a preface", Array(HTTP2Frame.preface.prefix(18)), ends: true),
            Input(
                "a wrong preface", Array(HTTP2Frame.preface.dropLast(4)) + Array("XX\r\n".utf8),
                ends: true),
            Input("no settings", HTTP2Frame.preface + headers(request(path)).bytes),
            Input("half a frame", start + headers(request(path)).bytes.dropLast(3), ends: true),
        ]
        return begun + framed + headed + mismatched
    }

    /// What is sent on one connection.
    private struct Input {
        let name: String
        let bytes: [UInt8]
        /// How many streams end, unless the connection does.
        let answers: Int
        /// Whether the client ends its side then.
        let ends: Bool

        init(_ name: String, _ bytes: [UInt8], answers: Int = 1, ends: Bool = false) {
            (self.name, self.bytes, self.answers, self.ends) = (name, bytes, answers, ends)
        }
    }

    // MARK: What comes back

    /// What a client can tell: how each stream has ended, or the connection.
    private static func outcome(of answer: [UInt8]) -> String {
        guard answer.first == 0 || answer.isEmpty else { return "no frames" }
        var streams: [UInt32: String] = [:]
        for frame in HTTP2Frame.frames(in: answer) {
            switch frame.kind {
            case Kind.headers where streams[frame.stream] == nil:
                streams[frame.stream] = "status \(status(frame.payload))"
            case Kind.reset:
                streams[frame.stream] = "reset \(HTTP2Frame.number(frame.payload))"
            case Kind.goAway:
                // Whether a stream was answered before is a matter of time.
                let code = HTTP2Frame.number(frame.payload[4..<8])
                if code != 0 { return "error \(code)" }
            default: break
            }
        }
        return streams.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            .joined(separator: ", ")
    }

    /// The first field of an answer, which is its status: a field of the static table, or another
    /// value, packed as it may be.
    private static func status(_ block: [UInt8]) -> String {
        let field = Array(block.drop { $0 & 0xE0 == 0x20 })
        guard let first = field.first else { return "none" }
        let known: [UInt8: String] = [0x88: "200", 0x8C: "400", 0x8D: "404", 0x8E: "500"]
        guard first < 0x80 else { return known[first] ?? "field \(first)" }
        let length = field.count > 1 ? Int(field[1] & 0x7F) : 0
        return "\(field.prefix(2 + length))"
    }

    /// Sends, and reads until all streams have ended, or the connection.
    private static func exchange(_ input: Input, _ server: HTTPD) -> String {
        var answer: [UInt8] = []
        do {
            let connection = try server.connect()
            try connection.write(input.bytes)
            if input.ends { connection.finishSending() }
            var ended = 0
            while ended < input.answers || input.ends {
                let head = try connection.read(9)
                let frame = head + (try connection.read(HTTP2Frame.number(head[..<3])))
                answer += frame
                let isAnswer = head[3] <= Kind.headers && head[4] & Flags.endOfStream != 0
                if isAnswer || head[3] == Kind.reset { ended += 1 }
                if head[3] == Kind.goAway, frame[13..<17].contains(where: { $0 != 0 }) { break }
            }
            return outcome(of: answer)
        } catch let error as HTTPClientError where error.kind == .truncated {
            return outcome(of: answer + error.partial.body)
        } catch {
            return "\(outcome(of: answer)), then \(error)"
        }
    }

    /// The same within TLS, with which a connection begins as HTTP/2. The client's last word is that
    /// it goes: nothing is answered then but what is wrong, and the connection ends.
    private static func encrypted(_ bytes: [UInt8], _ server: HTTPD) throws -> String {
        try withTemporaryDirectory { directory in
            let goodbye = HTTP2Frame(Kind.goAway, Array(repeating: 0, count: 8)).bytes
            let (sent, got) = ("\(directory)/sent", "\(directory)/got")
            try Data(bytes + goodbye).write(to: URL(fileURLWithPath: sent))
            try Shell.run([
                "sh", "-c",
                """
                timeout 110 openssl s_client -quiet -alpn h2 -connect 127.0.0.1:\(server.port) \
                <'\(sent)' >'\(got)' 2>/dev/null || true
                """,
            ])
            return outcome(of: Array(try Data(contentsOf: URL(fileURLWithPath: got))))
        }
    }

    // MARK: The comparison

    private static let paths = [
        "/hello/x.do", "/members/x.do", "/missing/page.html", "/upper/whisper.txt",
    ]

    /// Runs a body with a plain server and one that has the examples.
    private static func compare(
        _ text: String, modules: [String], _ body: (_ without: HTTPD, _ with: HTTPD) throws -> Void
    ) throws {
        let common = "ServerTokens Prod\nLogLevel crit\n\(text)\n"
        var plain = HTTPDConfiguration(text: common + ExampleSite.membersWithoutSwift)
        plain.modules += ExampleSite.modules + modules
        let swift = try HTTPDConfiguration.modSwift(
            modules: ExampleSite.modules + modules,
            text: common + ExampleSite.sections())
        try HTTPD.with(plain) { without throws in
            for path in paths { try without.write(String(path.dropFirst()), "plain") }
            try without.write("users", "")
            try HTTPD.with(swift) { with throws in
                try ExampleSite.write(to: with)
                try body(without, with)
            }
        }
    }

    @Test func whatIsRefusedIsRefusedAsItIsWithoutUs() throws {
        try Self.compare("Protocols h2c http/1.1", modules: ["http2"]) { without, with throws in
            for path in Self.paths {
                // Long enough for the build.
                #expect(try with.get(path).status != 500)
                let processes = Set(with.childPIDs)
                var seen: Set<String> = []
                for input in Self.inputs(path) {
                    let expected = Self.exchange(input, without)
                    #expect(Self.exchange(input, with) == expected, "\(path): \(input.name)")
                    seen.insert(expected)
                }
                // Good and bad ones: the inputs reach what they are for.
                #expect(seen.count > 8, "\(seen.sorted())")
                #expect(Set(with.childPIDs) == processes)
            }
        }
    }

    @Test func theSameWithinTLS() throws {
        try withTemporaryDirectory { directory in
            try Certificates.make(in: directory)
            let text = "\(Certificates.directives(in: directory))\nProtocols h2 http/1.1"
            try Self.compare(text, modules: ["ssl", "http2", "socache_shmcb"]) {
                without, with throws in
                let path = Self.paths[0]
                let url = "https://127.0.0.1:\(with.port)\(path)"
                let ask = ["curl", "-q", "-sS", "-k", "-m", "60", "--http2", url]
                #expect(try Shell.run(ask) == "Hello World!\n")
                let processes = Set(with.childPIDs)
                var seen: Set<String> = []
                for input in Self.inputs(path) {
                    let expected = try Self.encrypted(input.bytes, without)
                    #expect(try Self.encrypted(input.bytes, with) == expected, "\(input.name)")
                    seen.insert(expected)
                }
                #expect(seen.count > 5, "\(seen.sorted())")
                #expect(Set(with.childPIDs) == processes)
            }
        }
    }
}
