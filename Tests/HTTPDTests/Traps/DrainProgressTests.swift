// SPDX-License-Identifier: Apache-2.0
//
// A child that is being replaced ends as in httpd's graceful stop: requests that make progress
// continue, however long they take. Requests that are stuck in handler code are abandoned, without
// the others.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct DrainProgressTests {
    private static let source = """
        import Glibc

        @inline(never) func broken() -> Int { [1][Int(getpid())] }

        func handler(_ req: Request) async throws -> Status {
            req.contentType = "text/plain"
            switch req.args {
            case "trap": req.write("\\(broken())")
            case "ticks":
                for number in 0..<16 {
                    req.write("\\(number)\\n")
                    try req.flush()
                    try await Task.sleep(for: .milliseconds(500))
                }
            case "blocking":
                for number in 0..<16 {
                    req.write("\\(number)\\n")
                    try req.flush()
                    blocked(500_000)
                }
            case "upload":
                var count = 0
                for try await part in req.body { count += part.count }
                req.write("\\(count)")
            case "stuck": while true { blocked(1_000_000) }
            case "slow":
                blocked(3_000_000)
                req.write("slow")
            default: req.write("\\(getpid())")
            }
            return .ok
        }

        func blocked(_ microseconds: UInt32) { usleep(microseconds) }
        """

    @Test(arguments: [MPM.event, .worker])
    func longAnswersGoOnAndWhatIsStuckIsLetGo(_ mpm: MPM) throws {
        let timeout = Duration.seconds(60)
        try SwiftSite.with(
            Self.source, mpm: mpm, modules: ["http2"],
            global: "GracefulShutdownTimeout 3\nProtocols h2c http/1.1", children: 1
        ) { server throws in
            DrainTests.allowStories(server)
            for text in ["AH00288", "MSW0422"] { server.allowLog(containing: text) }
            try server.write("app/big.txt", String(repeating: "x", count: 30_000_000))
            let old = try server.app().text
            let ticks = (0..<16).map { "\($0)\n" }.joined()
            let answers = ["ticks", "blocking"].map { query in
                Eventual { try server.get("/app/x.do?\(query)", timeout: timeout).text }
            }
            let stream = Eventual {
                try server.curl("/app/x.do?ticks", "--http2-prior-knowledge", timeout: timeout).text
            }
            // Reads a little, and then nothing for longer than the limit.
            let slow = Eventual {
                let connection = try server.connect(timeout: timeout)
                try connection.write(
                    "GET /app/big.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                _ = try connection.read(1_000)
                Thread.sleep(forTimeInterval: 7)
                return "\(try connection.readToEnd().count > 29_999_000)"
            }
            let upload = Eventual {
                let connection = try server.connect(timeout: timeout)
                try connection.write(
                    "POST /app/x.do?upload HTTP/1.1\r\nHost: a\r\nContent-Length: 14\r\n\r\n")
                for _ in 0..<14 {
                    Thread.sleep(forTimeInterval: 0.5)
                    try connection.write("x")
                }
                return try connection.readResponse(to: "POST").text
            }
            let stuck = Eventual {
                let start = ContinuousClock.now
                do { return try server.get("/app/x.do?stuck", timeout: timeout).text } catch {
                    return "\(ContinuousClock.now - start < .seconds(7))"
                }
            }
            Thread.sleep(forTimeInterval: 1)
            #expect(try server.app("trap").status == 500)
            try server.expectLog(containing: "MSW0403", within: .seconds(20))
            #expect(eventually { (try? server.app().text) != old })
            try server.expectLog(containing: "MSW0407", within: .seconds(15))
            try server.expectLog(containing: "127.0.0.1: GET /app/x.do?stuck HTTP/1.1")
            for text in ["?ticks HTTP", "?blocking HTTP", "?trap HTTP", "x.do HTTP"] {
                #expect(!server.errorLog().contains("127.0.0.1: GET /app/x.do\(text)"), "\(text)")
            }
            #expect(try stuck.get() == "true", "its client is let go before the others are done")
            for answer in answers + [stream] { #expect(try answer.get() == ticks) }
            #expect(try slow.get() == "true")
            #expect(try upload.get() == "14")
            // Only the stuck thread is left.
            #expect(
                eventually(within: .seconds(15)) {
                    !server.childPIDs.contains { "\($0)" == old }
                })
        }
    }

    /// If httpd cannot start another child, the existing one continues to respond.
    @Test(arguments: [MPM.event, .worker])
    func withoutAFreeSlotTheServerIsNotDeaf(_ mpm: MPM) throws {
        try SwiftSite.with(
            Self.source, mpm: mpm, global: "ServerLimit 1\nGracefulShutdownTimeout 5", children: 1
        ) { server throws in
            DrainTests.allowStories(server)
            // httpd's messages about such a configuration.
            for text in ["AH00288", "AH03490"] { server.allowLog(containing: text) }
            try server.expectLog(containing: "MSW0738: ServerLimit 1 leaves no free slot")
            let old = try server.app().text
            let slow = Eventual { try server.app("slow").text }
            Thread.sleep(forTimeInterval: 0.5)
            #expect(try server.app("trap").status == 500)
            try server.expectLog(containing: "MSW0737", within: .seconds(15))
            for _ in 0..<5 {
                let start = ContinuousClock.now
                #expect(try server.app().text == old)
                #expect(ContinuousClock.now - start < .seconds(1))
            }
            #expect(try slow.get() == "slow")
            #expect(
                eventually(within: .seconds(15)) {
                    (try? server.app().text).map { $0 != old } ?? false
                })
            try server.expectLog(containing: "MSW0403")
        }
    }
}
