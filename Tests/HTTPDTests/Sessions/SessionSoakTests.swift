// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

/// Many requests of one session, and processes that are killed while they hold its lock: a sample,
/// and 200 and 50 rounds under `make soak`.
@Suite(.timeLimit(.minutes(60)))
struct SessionSoakTests {
    private static let isSoak = ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK"] != nil

    @Test(arguments: SessionBackend.allCases, [MPM.prefork, .event])
    func noIncrementIsLost(_ backend: SessionBackend, _ mpm: MPM) throws {
        if backend.isPrivate, mpm == .prefork { return }
        let (clients, rounds) = (64, Self.isSoak ? 200 : 3)
        let directives = "SwiftOption mod_swift.session.lock_timeout 120"
        // Otherwise prefork would start one process per client.
        let global = mpm == .prefork ? "MaxRequestWorkers 8" : ""
        try SessionSite.with(
            backend, mpm: mpm, children: mpm == .prefork ? 8 : 4, directives: directives,
            global: global
        ) { server throws in
            // Cleaning gives way to requests that wait for a locked SQLite database.
            if backend == .dbd { server.allowLog(containing: "MSW0659") }
            let id = try server.session("count").sessionIDs[0]
            let tasks = (0..<clients).map { _ in
                BackgroundTask {
                    try (0..<rounds).map { _ in
                        let (response, milliseconds) = try Self.timed {
                            try server.session("count", cookie: id, timeout: .seconds(150))
                        }
                        guard response.status == 200 else { throw Refused(text: "\(response)") }
                        return milliseconds
                    }
                }
            }
            let times = try tasks.flatMap { try $0.result() }.sorted()
            let text = try server.session("read", cookie: id).text
            #expect(text == "\(clients * rounds + 1)")
            let p99 = times[times.count * 99 / 100]
            print(
                "\(backend) \(mpm): \(times.count) increments by \(clients) clients, median "
                    + "\(Int(times[times.count / 2])) ms, p99 \(Int(p99)) ms")
        }
    }

    struct Refused: Error { let text: String }

    private static func timed<Result>(_ body: () throws -> Result) rethrows -> (Result, Double) {
        let clock = ContinuousClock()
        let begin = clock.now
        let result = try body()
        return (result, begin.duration(to: clock.now) / .milliseconds(1))
    }

    // MARK: Processes that are killed

    /// The processes that wait for the lock get it immediately, and each of their increments
    /// counts.
    @Test(arguments: SessionBackend.allCases.filter { !$0.isPrivate })
    func aKilledHolderCostsItsRequestAlone(_ backend: SessionBackend) throws {
        try killing(backend, rounds: Self.isSoak ? 50 : 3) { server, id, expected in
            let holder = BackgroundRequest { try server.session("hold?ms=20000", cookie: id) }
            let pid = try holderPID(server)
            let waiters = (0..<4).map { _ in
                BackgroundRequest { try server.session("count", cookie: id) }
            }
            usleep(50_000)
            kill(pid, SIGKILL)
            #expect(throws: (any Error).self) { try holder.result() }
            let counts = try waiters.map { waiter in
                let (response, milliseconds) = try waiter.result()
                #expect(milliseconds < 8000)
                #expect(response.status == 200 && response.sessionIDs.isEmpty, "\(response)")
                return Int(response.text)
            }
            #expect(Set(counts) == Set((expected + 1...expected + 4).map { $0 }))
            return expected + 4
        }
    }

    /// Killed between two system calls of a save, or during one.
    @Test(arguments: [SessionBackend.file, .dbm, .shmcb, .redis, .dbd, .memcache])
    func aKilledWriterLeavesAWholeRecord(_ backend: SessionBackend) throws {
        // SQLite gives up on other processes if one writes all the time.
        let pause = backend == .dbd ? 5000 : 0
        try killing(backend, rounds: Self.isSoak ? 50 : 3) { server, id, expected in
            let writer = BackgroundRequest {
                try server.session("hammer?us=\(pause)", cookie: id)
            }
            let pid = try holderPID(server)
            usleep(UInt32.random(in: 1000...60_000))
            kill(pid, SIGKILL)
            #expect(throws: (any Error).self) { try writer.result() }
            let response = try server.session("count", cookie: id)
            #expect(response.sessionIDs.isEmpty, "\(response)")
            let count = try #require(Int(response.text))
            #expect(count > expected)
            return count
        }
    }

    /// Runs rounds in each of which a process ends; each round gets the session's count and returns
    /// the new one. Other sessions exist during the rounds, and must still exist at the end.
    private func killing(
        _ backend: SessionBackend, rounds: Int,
        _ round: (HTTPD, _ id: String, _ expected: Int) throws -> Int
    ) throws {
        try SessionSite.with(backend, mpm: .prefork, children: 8) { server throws in
            // A DBM file is repaired if its writer was killed.
            for id in ["AH00052", "AH10392", "MSW0785"] {
                server.allowLog(containing: id)
            }
            let id = try server.session("count").sessionIDs[0]
            let others = try (0..<40).map { _ in try server.session("count").sessionIDs[0] }
            var expected = 1
            for _ in 0..<rounds { expected = try round(server, id, expected) }
            #expect(try server.session("read", cookie: id).text == "\(expected)")
            // shmcb drops the oldest records of a partition that a writer fills.
            for other in others where backend != .shmcb {
                #expect(try server.session("count", cookie: other).text == "2")
            }
            print("\(backend): \(rounds) processes killed")
        }
    }

    private func holderPID(_ server: HTTPD) throws -> pid_t {
        var pid: pid_t = 0
        let isThere = try eventually {
            pid = try pid_t(server.session("holder").text) ?? 0
            return pid != 0
        }
        #expect(isThere)
        try #require(pid > 1)
        return pid
    }
}
