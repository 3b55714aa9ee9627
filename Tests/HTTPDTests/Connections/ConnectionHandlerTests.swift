// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ConnectionHandlerTests {
    static let source = """
        enum Lines: ConnectionStorageKey { typealias Value = Int }

        func connectionHandler(_ conn: Connection) throws -> Status {
            guard let first = try conn.readLine(8) else { return .ok }
            switch String(decoding: first, as: UTF8.self) {
            case "echo\\n":
                while let line = try conn.readLine(5) {
                    conn[Lines.self] = (conn[Lines.self] ?? 0) + 1
                    conn.write(line)
                }
                conn.write("\\(conn[Lines.self] ?? 0) lines")
            case "all\\n": conn.write("\\(try conn.readToEnd(limit: 1 << 20).count)")
            case "parts\\n":
                while let part = try conn.read(3) { conn.write(part, flush: false) }
                try conn.flush()
            case "big\\n": for _ in 1...40_000 { conn.write("0123456789", flush: false) }
            case "whole\\n":
                do { while let line = try conn.readLineString(8) { conn.write("<\\(line)>") } } catch {
                    conn.write("\\(error), \\((try? conn.readLineString()) ?? "thrown again"), \\(try conn.readLine(1)!)")
                }
            case "text\\n": while let line = try conn.readLineString() { conn.write("<\\(line)>") }
            case "facts\\n":
                conn.timeout = 7
                conn.write("\\(conn.remoteIP ?? "-") \\(conn.timeout) \\(conn.baseServer === Apache.mainServer)")
            case "slow\\n":
                conn.timeout = 0.2
                do { _ = try conn.read() } catch { conn.write("\\(type(of: error))") }
            case "trap\\n": let empty: [Int] = []; _ = empty[first.count]
            case "throw\\n": throw Status.forbidden
            default: conn.write("what?")
            }
            return .ok
        }

        func later(_ conn: Connection) async throws {
            guard let line = try conn.readLine() else { return }
            try await Task.sleep(for: .milliseconds(1))
            conn.write(line)
        }

        func decline(_ conn: Connection) -> Status { .declined }
        """

    private static func with(
        _ handlers: String, mpm: MPM = .event, drain: Int = 1, _ body: (HTTPD) throws -> Void
    ) throws {
        let global = """
            SwiftPath "${HTDOCS}/app"
            SwiftConnectionHandler \(handlers)
            SwiftTrapDrain \(drain)
            """
        try SwiftSite.with(source, mpm: mpm, global: global, body)
    }

    @Test(.bug(id: "N4-39"), arguments: MPM.allCases)
    func aHandlerSpeaksItsOwnProtocol(mpm: MPM) throws {
        try Self.with("app", mpm: mpm) { server throws in
            for (sent, answer) in [
                // N4-39: no part of a long line is lost.
                "echo\na\r\nlong line\nend": "a\r\nlong line\nend4 lines",
                "all\n\(String(repeating: "x", count: 100_000))": "100000",
                "whole\n12345678\n12345678\r\nend": "<12345678><12345678><end>",
                "whole\na\n123456789\n\nb":
                    "<a>a line is longer than 8 bytes, thrown again, [10]",
                "parts\nabcdefgh": "abcdefgh", "text\none\r\ntwo": "<one><two>",
                "facts\n": "127.0.0.1 7.0 true", "throw\n": "", "none\n": "what?", "": "",
                "a line without end": "what?",
            ] {
                #expect(try server.rawExchange(sent) == answer, "\(sent.prefix(20))")
            }
            #expect(try server.rawExchange("big\n").count == 400_000)
            #expect(try server.rawExchange("slow\n", closesOutput: false) == "ServerError")
            // It responds while the client's side is open.
            let connection = try server.connect()
            try connection.write("echo\nab\n")
            #expect(try connection.read(3) == Array("ab\n".utf8))
            try connection.write("cd\n")
            #expect(try connection.read(3) == Array("cd\n".utf8))
            connection.finishSending()
            #expect(try connection.readToEnd() == Array("2 lines".utf8))
        }
    }

    @Test func aTrapEndsTheConnectionAndNothingElse() throws {
        try Self.with("app", drain: 0) { server throws in
            for _ in 1...3 { #expect(try server.rawExchange("trap\n").isEmpty) }
            try server.expectLog(containing: "MSW0401: SwiftConnectionHandler app: ", times: 3)
            server.allowLog(containing: "MSW0401")
            #expect(try server.rawExchange("text\na") == "<a>")
        }
    }

    @Test func handlersMayBeAsyncAndMayDecline() throws {
        try Self.with("app::decline app::later") { server throws in
            #expect(try server.rawExchange("hello\n") == "hello\n")
        }
        try Self.with("app::decline") { server throws in
            #expect(try server.get("/").status == 404)
        }
        try Self.with("app::none") { server throws in
            #expect(try server.rawExchange("a\n").isEmpty)
            try server.expectLog(containing: "MSW0102: SwiftConnectionHandler app::none: ")
        }
    }
}
