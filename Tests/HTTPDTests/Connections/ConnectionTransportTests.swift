// SPDX-License-Identifier: Apache-2.0
//
// Connections that are encrypted, carry HTTP/2, or use an IPv6 address: their properties, and the
// data that filters below HTTP see.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ConnectionTransportTests {
    private static let source = """
        enum Ways: ConnectionStorageKey { typealias Value = String }

        /// Notes what a filter sees first, and leaves everything as it is.
        func watched(_ conn: Connection) -> Status {
            Apache.log("told: handled, TLS \\(conn.isTLS), secondary \\(conn.isSecondary)", level: .notice)
            for (way, add) in [("in", conn.addInputFilter), ("out", conn.addOutputFilter)] {
                var count = 0
                add { filter in
                    try filter.forEachChunk { bytes in
                        if count == 0 {
                            let start = (0..<min(8, bytes.count)).map { bytes[$0] }
                            let text = String(decoding: start.map { (32..<127).contains($0) ? $0 : 46 }, as: UTF8.self)
                            filter.connection.log("told: \\(way) <\\(text)>", level: .notice)
                        }
                        count += bytes.count
                        filter.write(bytes)
                    }
                }
            }
            return .declined
        }

        /// Inverts the lowest bit of every byte, both ways.
        func flipped(_ conn: Connection) -> Status {
            for add in [conn.addInputFilter, conn.addOutputFilter] {
                add { filter in
                    while let bytes = try filter.read(1000) { filter.write(bytes.map { $0 ^ 1 }) }
                }
            }
            return .declined
        }

        /// Waits for the client, looks, and leaves the rest to others.
        func looking(_ conn: Connection) async throws -> Status {
            try await conn.waitForInput()
            Apache.log("told: looked at <\\(String(decoding: try conn.peek(5), as: UTF8.self))>", level: .notice)
            return .declined
        }

        func handler(_ req: Request) throws -> Status {
            let conn = req.connection
            req.contentType = "text/plain"
            switch req.args {
            case "own":
                // In the middle of the answer's way: of a stream's connection, or of a client's.
                conn.addOutputFilter { filter in try filter.passOn() }
                req.write("own")
            case "long": for index in 0..<50_000 { req.write("\\(index % 10)") }
            case "body": req.write("\\(try req.read(1 << 24).count)")
            default:
                req.write([
                    "\\(conn.isTLS)", "\\(req.isHTTPS)", "\\(conn.isSecondary)", conn.remoteIP ?? "-",
                    conn.localIP ?? "-", "\\(conn.localAddr!)", "\\(conn.remoteAddr!.port != nil)",
                    req.useragentIP ?? "-", req.hostname ?? "-", (try? req.constructURL("/a")) ?? "-",
                ].joined(separator: "|"))
            }
            return .ok
        }
        """

    /// Calls curl with options for a test server.
    private static func ask(
        _ server: HTTPD, _ path: String, _ words: [String], scheme: String = "http",
        host: String = "127.0.0.1"
    ) throws -> String {
        try Shell.run(
            ["curl", "-q", "-sS", "-g", "-k", "-m", "60", "--noproxy", "*"] + words
                + ["\(scheme)://\(host):\(server.port)\(path)"])
    }

    private static func withTLS(
        _ handler: String, modules: [String] = [], mpm: MPM = .event, global: String = "",
        _ body: (HTTPD) throws -> Void
    ) throws {
        try withTemporaryDirectory { directory in
            try Certificates.make(in: directory)
            let text = """
                \(Certificates.directives(in: directory))
                SwiftPath "${HTDOCS}/app"
                SwiftConnectionHandler \(handler)
                \(global)
                """
            try SwiftSite.with(
                source, mpm: mpm, modules: ["ssl", "socache_shmcb"] + modules, global: text
            ) { server throws in
                Certificates.allowWarnings(server)
                try body(server)
            }
        }
    }

    /// Checks a long response and a long body.
    private static func expectLongOnes(_ ask: (String, [String]) throws -> String) throws {
        let long = try ask("/app/x.do?long", [])
        #expect(long == String(repeating: "0123456789", count: 5000))
        try withTemporaryDirectory { directory in
            let file = "\(directory)/body"
            try String(repeating: "b", count: 300_000)
                .write(toFile: file, atomically: true, encoding: .utf8)
            #expect(try ask("/app/x.do?body", ["--data-binary", "@\(file)"]) == "300000")
        }
        #expect(try ask("/app/x.do?own", []) == "own")
    }

    @Test(arguments: MPM.allCases)
    func filtersOfAnEncryptedConnectionSeePlainText(mpm: MPM) throws {
        try Self.withTLS("app::watched", mpm: mpm) { server throws in
            func ask(_ path: String, _ words: [String] = []) throws -> String {
                try Self.ask(server, path, words + ["--http1.1"], scheme: "https")
            }
            let port = server.port
            #expect(
                try ask("/app/x.do")
                    == "true|true|false|127.0.0.1|127.0.0.1|127.0.0.1:\(port)|true|127.0.0.1"
                    + "|127.0.0.1|https://127.0.0.1:\(port)/a")
            try server.expectLog(containing: "told: handled, TLS true, secondary false")
            try server.expectLog(containing: "told: in <GET /app>")
            try server.expectLog(containing: "told: out <HTTP/1.1>")
            try Self.expectLongOnes(ask)
        }
    }

    @Test(arguments: [true, false])
    func filtersBelowHTTP2SeeItsFrames(isEncrypted: Bool) throws {
        func expect(_ server: HTTPD) throws {
            let words = isEncrypted ? ["--http2"] : ["--http2-prior-knowledge"]
            func ask(_ path: String, _ more: [String] = []) throws -> String {
                try Self.ask(
                    server, path, words + more, scheme: isEncrypted ? "https" : "http")
            }
            let facts = try ask("/app/x.do")
            #expect(facts.hasPrefix("\(isEncrypted)|\(isEncrypted)|true|127.0.0.1|127.0.0.1|"))
            // Only the client's connection.
            try server.expectLog(
                containing: "told: handled, TLS \(isEncrypted), secondary false")
            try server.expectLog(containing: "told: in <PRI * HT>")
            // The server's SETTINGS frame.
            try server.expectLog(containing: "told: out <...")
            try Self.expectLongOnes(ask)
            #expect(!server.errorLog().contains("secondary true"))
            #expect(!server.errorLog().contains("told: in <GET"))
        }
        guard !isEncrypted else {
            return try Self.withTLS(
                "app::watched", modules: ["http2"], global: "Protocols h2 http/1.1", expect)
        }
        let global = """
            SwiftPath "${HTDOCS}/app"
            SwiftConnectionHandler app::watched
            Protocols h2c http/1.1
            """
        try SwiftSite.with(Self.source, modules: ["http2"], global: global, expect)
    }

    /// Peeking at the first bytes consumes none of them, whatever happens next.
    @Test(arguments: [MPM.event, .worker])
    func aHandlerThatLooksLeavesEncryptionAndHTTP2AsTheyAre(mpm: MPM) throws {
        let modules = ["http2"]
        let early = "AcceptFilter http none\nAcceptFilter https none\n"
        try Self.withTLS(
            "app::looking", modules: modules, mpm: mpm, global: early + "Protocols h2 http/1.1"
        ) { server throws in
            for (words, first) in [("--http2", "PRI *"), ("--http1.1", "GET /")] {
                let facts = try Self.ask(server, "/app/x.do", [words], scheme: "https")
                #expect(facts.hasPrefix("true|true|\(words == "--http2")|"))
                try server.expectLog(containing: "told: looked at <\(first)>")
            }
        }
        let global = """
            SwiftPath "${HTDOCS}/app"
            SwiftConnectionHandler app::looking
            Protocols h2c http/1.1
            """
        try SwiftSite.with(Self.source, mpm: mpm, modules: modules, global: early + global) {
            server throws in
            for (words, first) in [
                ("--http2-prior-knowledge", "PRI *"), ("--http2", "GET /"), ("--http1.1", "GET /"),
            ] {
                let facts = try Self.ask(server, "/app/x.do", [words])
                #expect(facts.hasPrefix("false|false|\(words != "--http1.1")|"))
                try server.expectLog(containing: "told: looked at <\(first)>")
            }
        }
    }

    /// Bytes that become HTTP only through our filter, within TLS and within HTTP/2.
    @Test func filtersChangeWhatIsWithinTLS() throws {
        try Self.withTLS("app::flipped") { server throws in
            try withTemporaryDirectory { directory in
                let request = "GET /app/x.do HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                let sent = "\(directory)/sent"
                try Data(request.utf8.map { $0 ^ 1 }).write(to: URL(fileURLWithPath: sent))
                let flip = "perl -pe 's/(.)/chr(ord($1)^1)/gse'"
                let answer = try Shell.run([
                    "sh", "-c",
                    """
                    openssl s_client -quiet -connect 127.0.0.1:\(server.port) <'\(sent)' 2>/dev/null \
                    | \(flip)
                    """,
                ])
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(answer)")
                #expect(answer.contains("true|true|false|127.0.0.1|"))
            }
        }
    }

    /// Whether this machine has an IPv6 loopback address.
    static let hasIPv6: Bool = {
        let text = try? String(contentsOfFile: "/proc/net/if_inet6", encoding: .utf8)
        return text?.contains("00000000000000000000000000000001 ") ?? false
    }()

    @Test(.enabled(if: hasIPv6, "this machine has no ::1"), arguments: [true, false])
    func addressesOfIPv6AreWhatTheyAre(isHTTP2: Bool) throws {
        let global = """
            Listen [::1]:${PORT}
            \(isHTTP2 ? "Protocols h2c http/1.1" : "")
            SwiftPath "${HTDOCS}/app"
            SwiftAccessHandler app::fromHere
            """
        let source =
            Self.source + """

                func fromHere(_ req: Request) -> Status {
                    req.connection.remoteAddr?.ip == req.connection.remoteIP ? .ok : .forbidden
                }
                """
        try SwiftSite.with(
            source, modules: isHTTP2 ? ["http2"] : [], directives: "Require ip ::1 127.0.0.1",
            global: global
        ) { server throws in
            let port = server.port
            let facts = try Self.ask(
                server, "/app/x.do", isHTTP2 ? ["--http2-prior-knowledge"] : [], host: "[::1]")
            #expect(
                facts
                    == "false|false|\(isHTTP2)|::1|::1|[::1]:\(port)|true|::1|::1|http://[::1]:\(port)/a"
            )
            #expect(try server.app().text.hasPrefix("false|false|false|127.0.0.1|127.0.0.1|"))
        }
    }
}
