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
        import Synchronization

        let isReleased = Atomic(false)

        @inline(never) func broken() -> Int { [1][Int(getpid())] }

        func handler(_ req: Request) async throws -> Status {
            req.contentType = "text/plain"
            if let args = req.args { req.log("begun: \\(args)", level: .info) }
            switch req.args {
            case "trap": req.write("\\(broken())")
            case "ticks":
                for number in 0..<24 {
                    req.write("\\(number)\\n")
                    try req.flush()
                    try await Task.sleep(for: .milliseconds(500))
                }
            case "blocking":
                for number in 0..<24 {
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
                while !isReleased.load(ordering: .relaxed) { blocked(10_000) }
                req.write("slow")
            case "release": isReleased.store(true, ordering: .relaxed)
            default: req.write("\\(getpid())")
            }
            return .ok
        }

        func blocked(_ microseconds: UInt32) { usleep(microseconds) }
        """

    @Test(arguments: [MPM.event, .worker])
    func longAnswersGoOnAndWhatIsStuckIsLetGo(_ mpm: MPM) throws {
        try SwiftSite.with(
            Self.source, mpm: mpm, modules: ["http2"],
            global: "GracefulShutdownTimeout 3\nProtocols h2c http/1.1", children: 1
        ) { server throws in
            DrainTests.allowStories(server)
            server.allowLog(containing: "MSW0422")
            try server.write("app/big.txt", String(repeating: "x", count: 30_000_000))
            let old = try server.app().text
            let ticks = (0..<24).map { "\($0)\n" }.joined()
            let answers = ["ticks", "blocking"].map { query in
                Eventual { (try server.get("/app/x.do?\(query)").text, ContinuousClock.now) }
            }
            let stream = Eventual {
                let text = try server.curl("/app/x.do?ticks", "--http2-prior-knowledge").text
                return (text, ContinuousClock.now)
            }
            // Reads a little, and then nothing for longer than the limit.
            nonisolated(unsafe) let reader = try server.connect()
            try reader.write(
                "GET /app/big.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            _ = try reader.read(1_000)
            let slow = Eventual {
                Thread.sleep(forTimeInterval: 7)
                return "\(try reader.readToEnd().count > 29_999_000)"
            }
            let upload = Eventual {
                let connection = try server.connect()
                try connection.write(
                    "POST /app/x.do?upload HTTP/1.1\r\nHost: a\r\nContent-Length: 14\r\n\r\n")
                for _ in 0..<14 {
                    Thread.sleep(forTimeInterval: 0.5)
                    try connection.write("x")
                }
                return try connection.readResponse(to: "POST").text
            }
            let stuck = Eventual {
                let response = try? server.get("/app/x.do?stuck")
                return (response, ContinuousClock.now)
            }
            for (query, times) in ["ticks": 2, "blocking": 1, "upload": 1, "stuck": 1] {
                try server.expectLog(containing: "begun: \(query)", times: times)
            }
            #expect(try server.app("trap").status == 500)
            try server.expectLog(containing: "MSW0403")
            #expect(eventually { (try? server.app().text) != old })
            try server.expectLog(containing: "MSW0407")
            try server.expectLog(containing: "127.0.0.1: GET /app/x.do?stuck HTTP/1.1")
            for text in ["?ticks HTTP", "?blocking HTTP", "?trap HTTP", "x.do HTTP"] {
                #expect(!server.errorLog().contains("127.0.0.1: GET /app/x.do\(text)"), "\(text)")
            }
            // Its client's connection is closed before the others have finished.
            let (response, end) = try stuck.get()
            #expect(response == nil)
            for answer in answers + [stream] {
                let (text, time) = try answer.get()
                #expect(text == ticks && end < time)
            }
            #expect(try slow.get() == "true")
            #expect(try upload.get() == "14")
            // Only the stuck thread is left.
            #expect(
                eventually {
                    !server.childPIDs.contains { "\($0)" == old }
                })
        }
    }

    /// If httpd cannot start another child, the existing one continues to respond.
    @Test(arguments: [MPM.event, .worker])
    func withoutAFreeSlotTheServerIsNotDeaf(_ mpm: MPM) throws {
        try SwiftSite.with(
            Self.source, mpm: mpm, global: "ServerLimit 1\nGracefulShutdownTimeout 100", children: 1
        ) { server throws in
            DrainTests.allowStories(server)
            try server.expectLog(containing: "MSW0738: ServerLimit 1 leaves no free slot")
            let old = try server.app().text
            let slow = Eventual { try server.app("slow").text }
            try server.expectLog(containing: "begun: slow")
            #expect(try server.app("trap").status == 500)
            try server.expectLog(containing: "MSW0737")
            for _ in 0..<5 { #expect(try server.app().text == old) }
            #expect(try server.app("release").status == 200)
            #expect(try slow.get() == "slow")
            #expect(
                eventually {
                    (try? server.app().text).map { $0 != old } ?? false
                })
            try server.expectLog(containing: "MSW0403")
        }
    }
}
