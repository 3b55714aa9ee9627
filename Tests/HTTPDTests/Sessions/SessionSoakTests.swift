// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

/// Many requests of one session, and holders of its lock that are killed: a sample, and 200 rounds under `make soak`.
@Suite(.timeLimit(.minutes(60)))
struct SessionSoakTests {
    private static let rounds =
        ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK"] == nil ? 3 : 200

    @Test(arguments: SessionBackend.allCases, [MPM.prefork, .event])
    func noIncrementIsLost(_ backend: SessionBackend, _ mpm: MPM) throws {
        if backend.isPrivate, mpm == .prefork { return }
        let clients = 64
        let rounds = Self.rounds
        let directives = "SwiftOption mod_swift.session.lock_timeout 120"
        try SessionSite.with(
            backend, mpm: mpm, children: mpm == .prefork ? 8 : 4, directives: directives
        ) { server throws in
            server.allowLog(containing: "AH00484")
            let id = try server.session("count").sessionIDs[0]
            let threads = (0..<clients).map { _ in
                BackgroundTask {
                    try (0..<rounds).map { _ in
                        let clock = ContinuousClock()
                        let begin = clock.now
                        let response = try server.session(
                            "count", cookie: id, timeout: .seconds(150))
                        guard response.status == 200 else { throw Refused(text: "\(response)") }
                        return begin.duration(to: clock.now) / .milliseconds(1)
                    }
                }
            }
            let times = try threads.flatMap { try $0.result() }.sorted()
            let text = try server.session("read", cookie: id).text
            #expect(text == "\(clients * rounds + 1)")
            let p99 = times[times.count * 99 / 100]
            print(
                "\(backend) \(mpm): \(times.count) increments by \(clients) clients, median "
                    + "\(Int(times[times.count / 2])) ms, p99 \(Int(p99)) ms")
        }
    }

    struct Refused: Error { let text: String }

    @Test(arguments: SessionBackend.allCases.filter { !$0.isPrivate })
    func aKilledHolderCostsItsRequestAlone(_ backend: SessionBackend) throws {
        let rounds = min(Self.rounds, 50)
        try SessionSite.with(backend, mpm: .prefork, children: 4) { server throws in
            for id in ["AH00052", "AH10392"] { server.allowLog(containing: id) }
            let id = try server.session("count").sessionIDs[0]
            var expected = 1
            for _ in 0..<rounds {
                let holder = BackgroundRequest {
                    try server.session("slow?ms=20000", cookie: id)
                }
                // The one that waits in the handler holds the lock; the others are idle.
                usleep(200_000)
                for child in server.childPIDs { kill(child, SIGKILL) }
                #expect(throws: (any Error).self) { try holder.result() }
                let (response, milliseconds) = try retried {
                    try server.session("count", cookie: id)
                }
                expected += 1
                #expect(response.text == "\(expected)")
                #expect(milliseconds < 8000)
            }
            #expect(try server.session("read", cookie: id).text == "\(expected)")
        }
    }

    /// The parent takes a moment to start other children.
    private func retried(_ send: @escaping @Sendable () throws -> Response) throws -> (
        Response, Double
    ) {
        let deadline = ContinuousClock.now + .seconds(15)
        while true {
            do {
                return try BackgroundRequest(send).result()
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
                usleep(100_000)
            }
        }
    }
}
