// SPDX-License-Identifier: Apache-2.0
//
// Prefork ends its children in a signal handler, whatever they are doing.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PreforkStopTests {
    /// Allocates all the time, holds a lock that a cleanup needs, and has values and cleanups that
    /// have to end.
    static let source = """
        import Glibc
        import Synchronization

        let held = Mutex([String]())
        final class Value { let text = String(repeating: "x", count: 100) }
        enum Kept: RequestStorageKey { typealias Value = Value_ }
        typealias Value_ = [Value]

        func handler(_ req: Request) -> String {
            Apache.registerCleanup { held.withLock { $0 = [] } }
            req.registerCleanup { held.withLock { $0.append("cleanup") } }
            req.addOutputFilter { filter in while let bytes = try filter.read() { filter.write(bytes) } }
            let end = time(nil) + 60
            while req.args == "work", time(nil) < end {
                req[Kept.self] = (0..<200).map { _ in Value() }
                held.withLock { held in held = (0..<50).map { "\\($0) \\(held.count)" } }
            }
            return "done"
        }
        """

    @Test func restartsAndStopsDoNotWaitForWhatTheyHaveInterrupted() throws {
        try SwiftSite.with(
            Self.source, mpm: .prefork, global: "SwiftTrapDrain 0", children: 2
        ) { server throws in
            _ = try server.app()
            var slowest = Duration.zero
            for round in 0..<12 {
                let clients = try (0..<6).map { _ in
                    let client = try server.connect()
                    try client.write("GET /app/x.do?work HTTP/1.1\r\nHost: a\r\n\r\n")
                    return client
                }
                Thread.sleep(forTimeInterval: 0.3)
                let start = ContinuousClock.now
                if round % 2 == 0 {
                    try server.restart(graceful: false)
                } else {
                    try server.stop()
                    slowest = max(slowest, ContinuousClock.now - start)
                    try server.start()
                }
                let old = Set(server.childPIDs)
                slowest = max(slowest, round % 2 == 0 ? ContinuousClock.now - start : .zero)
                #expect(!old.isEmpty && clients.count == 6)
            }
            print("the slowest of 12 restarts and stops: \(slowest)")
            // httpd kills a child that has not ended, and logs it.
            #expect(!server.errorLog().contains("AH00046"))
            // A slow machine may take longer than httpd's three seconds.
            server.allowLog(containing: "AH00045")
        }
    }

    /// Under the other MPMs httpd waits for its threads: a thread that waits for a build stops
    /// waiting.
    @Test(arguments: [MPM.event, .worker])
    func aStopDoesNotWaitForABuild(_ mpm: MPM) throws {
        let slow =
            "func handler(_ req: Request) -> String { \"x\" }\n"
            + (0..<400).map {
                "let a\($0) = [\"a\": [1, 2.5, 3], \"b\": [4, 5, 6 + \($0)]].mapValues { $0.map { $0 * 2 } }"
            }
            .joined(separator: "\n")
        try SwiftSite.with(
            slow, mpm: mpm, global: "SwiftBuildTimeout 60", children: 1
        ) { server throws in
            let client = try server.connect()
            try client.write("GET /app/x.do HTTP/1.1\r\nHost: a\r\n\r\n")
            // The compiler's command line.
            #expect(
                try eventually { try CommandLines.contain("\(server.htdocs)/app/app.swift\0") })
            let start = ContinuousClock.now
            try server.stop()
            print("\(mpm): stopped after \(ContinuousClock.now - start)")
            #expect(!server.errorLog().contains("AH00046"))
            for text in ["MSW01", "AH00045"] { server.allowLog(containing: text) }
        }
    }
}
