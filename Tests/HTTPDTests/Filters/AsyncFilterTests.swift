// SPDX-License-Identifier: Apache-2.0
//
// Async closures as filters, of requests and of connections.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct AsyncFilterTests {
    private static let source = """
        struct Broken: Error {}
        func pause() async throws { try await Task.sleep(for: .milliseconds(1)) }

        func handler(_ req: Request) async throws -> Status {
            let what = req.args ?? ""
            req.contentType = "text/plain"
            var parts = 0
            req.addOutputFilter { filter in
                while let bytes = try filter.read(3) {
                    try await pause()
                    parts += 1
                    filter.write("\\(parts)")
                    filter.write(bytes)
                }
                switch what {
                case "throws": throw Broken()
                case "status": throw Status.forbidden
                case "trap": _ = [0][parts]
                case "slow": try await Task.sleep(for: .seconds(20))
                default: break
                }
            }
            // One that awaits nothing is the other form, within an async handler, too.
            req.addOutputFilter { filter in try filter.passOn() }
            req.addInputFilter { filter in
                try await pause()
                try filter.forEachChunk { bytes in filter.write(bytes) }
                filter.write("!")
                filter.disable()
            }
            let body = try req.read()
            for part in ["abc", "defg"] {
                req.write(part)
                try req.flush()
            }
            req.write(body)
            return .ok
        }
        """

    @Test(arguments: MPM.allCases)
    func closuresOfRequestsMayAwait(mpm: MPM) throws {
        try SwiftSite.with(
            Self.source, mpm: mpm, directives: "SwiftTimeout 4", global: "SwiftTrapDrain 0"
        ) { server throws in
            func ask(_ query: String) throws -> Response {
                try server.post("/app/x.do?\(query)", .text("body"))
            }
            #expect(try ask("").text == "1abc2def3g4bod5y!")
            #expect(throws: HTTPClientError.self) { try ask("throws") }
            try server.expectLog(containing: "MSW0301: SwiftOutputFilter (a closure): threw Broken")
            #expect(throws: HTTPClientError.self) { try ask("status") }
            #expect(throws: HTTPClientError.self) { try ask("trap") }
            try server.expectLog(containing: "MSW0401: SwiftOutputFilter (a closure): trapped")
            #expect(throws: HTTPClientError.self) { try ask("slow") }
            // The limit is that of the handler, in whose write the filter is called.
            try server.expectLog(containing: "MSW0409")
            server.allowLog(containing: "MSW0401")
            server.allowLog(containing: "MSW0409")
            server.allowLog(containing: "MSW0306")
            server.allowLog(containing: "]     ")
            server.allowLog(containing: "Fatal error")
        }
    }

    private static let connection = """
        struct Broken: Error {}
        func pause() async throws { try await Task.sleep(for: .milliseconds(1)) }

        func http(_ conn: Connection) -> Status {
            for isInput in [true, false] {
                let flip = { (filter: Filter) async throws in
                    while let bytes = try filter.read(1000) {
                        try await pause()
                        filter.write(bytes.map { $0 ^ 1 })
                    }
                }
                if isInput { conn.addInputFilter(flip) } else { conn.addOutputFilter(flip) }
            }
            return .declined
        }

        func lines(_ conn: Connection) async throws {
            conn.addInputFilter { filter in
                try await pause()
                try filter.forEachChunk { bytes in filter.write(bytes) }
            }
            conn.addOutputFilter { filter in
                while let bytes = try filter.read() {
                    // Longer than it takes to look after a client.
                    try await Task.sleep(for: .milliseconds(300))
                    filter.write("<")
                    filter.write(bytes)
                    filter.write(">")
                }
            }
            while let line = try await conn.nextLine() {
                if line == Array("fail\\n".utf8) { conn.addOutputFilter { _ in try await pause(); throw Broken() } }
                conn.write(line)
            }
        }

        func handler(_ req: Request) -> String { "hello" }
        """

    private static func with(
        _ handler: String, _ mpm: MPM, _ body: (HTTPD) throws -> Void
    ) throws {
        let global = "SwiftPath \"${HTDOCS}/app\"\nSwiftConnectionHandler app::\(handler)"
        try SwiftSite.with(connection, mpm: mpm, global: global, body)
    }

    @Test(arguments: MPM.allCases)
    func closuresOfConnectionsMayAwait(mpm: MPM) throws {
        try Self.with("http", mpm) { server throws in
            let client = try server.connect()
            let request = "GET /app/x.do HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            try client.write(request.utf8.map { $0 ^ 1 })
            let answer = String(decoding: try client.readToEnd().map { $0 ^ 1 }, as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.hasSuffix("\r\n\r\nhello"))
        }
        try Self.with("lines", mpm) { server throws in
            let client = try server.connect()
            try client.write("one\n")
            #expect(try client.read(6) == Array("<one\n>".utf8))
            try client.write("two\n")
            #expect(try client.read(6) == Array("<two\n>".utf8))
            try client.write("fail\n")
            #expect(((try? client.readToEnd()) ?? []).isEmpty)
            try server.expectLog(containing: "MSW0301: SwiftOutputFilter (a closure): threw Broken")
        }
    }
}
