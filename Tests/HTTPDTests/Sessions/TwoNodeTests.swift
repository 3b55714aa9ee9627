// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Synchronization
import Testing

/// Two servers that keep their sessions in one redis, alone and behind a third server, as in
/// Examples/balancer.
@Suite(.timeLimit(.minutes(10)))
struct TwoNodeTests {
    private struct Nodes {
        let front: HTTPD
        let one: HTTPD
        let two: HTTPD
        let redis: StoreServer
    }

    private static func with(_ body: (Nodes) throws -> Void) throws {
        try StoreServer.with(.redis) { redis in
            try withTemporaryDirectory { secrets in
                try node(redis, secrets) { one in
                    try node(redis, secrets) { two in
                        try HTTPD.with(front(one, two)) { front in
                            try body(Nodes(front: front, one: one, two: two, redis: redis))
                        }
                    }
                }
            }
        }
    }

    private static func node(
        _ redis: StoreServer, _ secrets: String, _ body: (HTTPD) throws -> Void
    ) throws {
        let source = try SessionFixture.text("Sessions/app.swift")
        let global = """
            Define REDIS 127.0.0.1:\(redis.port)
            Define SECRETS \(secrets)/secrets
            Include "\(try SourceTree.root)/Examples/balancer/node.conf"
            """
        try SwiftSite.with(source, global: global, children: 3) { server throws in
            // Messages about children that are killed, and about a redis that is stopped.
            for text in ["AH00052", "AH10392", "AH00045", "AH00046", "MSW0651"] {
                server.allowLog(containing: text)
            }
            try body(server)
        }
    }

    private static func front(_ one: HTTPD, _ two: HTTPD) throws -> HTTPDConfiguration {
        let modules = [
            "proxy", "proxy_http", "proxy_balancer", "lbmethod_byrequests", "slotmem_shm",
        ]
        let text = """
            Define NODE1 127.0.0.1:\(one.port)
            Define NODE2 127.0.0.1:\(two.port)
            Include "\(try SourceTree.root)/Examples/balancer/front.conf"
            """
        return HTTPDConfiguration(modules: modules, text: text)
    }

    @Test func bothNodesAnswerWithOneSessionAndReadEachOthersCookies() throws {
        try Self.with { nodes in
            let first = try nodes.front.session("count")
            let id = try #require(first.sessionIDs.first)
            #expect(try #require(first.headers["Set-Cookie"]).contains("Secure"))
            for count in 2...9 {
                #expect(try nodes.front.session("count", cookie: id).text == "\(count)")
            }
            for node in [nodes.one, nodes.two] {
                #expect(try node.session("read", cookie: id).text == "9")
            }
            let pids = try (0..<40).map { _ in try nodes.front.session("pid").text }
            let (one, two) = (nodes.one.childPIDs, nodes.two.childPIDs)
            #expect(pids.contains { one.contains(pid_t($0) ?? 0) })
            #expect(pids.contains { two.contains(pid_t($0) ?? 0) })
        }
    }

    /// Each client has a session of its own, and all share one, while the nodes are stopped and
    /// started in turn.
    @Test func aNodeThatIsStoppedCostsNoSession() throws {
        try Self.with { nodes in
            // Messages about a node that is stopped, and about one that dies while it handles
            // requests.
            for id in ["AH01114", "AH00957", "AH00959", "AH01102", "AH00898", "AH01110", "AH00940"]
            {
                nodes.front.allowLog(containing: id)
            }
            let shared = try nodes.front.session("count").sessionIDs[0]
            let isOver = Mutex(false)
            let clients = try (0..<8).map { _ in
                let id = try nodes.front.session("count").sessionIDs[0]
                return BackgroundTask {
                    var tally = Tally()
                    while !isOver.withLock({ $0 }) {
                        for session in [id, shared] { try tally.count(session, nodes.front) }
                    }
                    return (id, tally)
                }
            }
            for node in [nodes.two, nodes.one, nodes.two] {
                sleep(1)
                try node.stop()
                sleep(1)
                try node.start()
                // The proxy tries the node again after five seconds.
                sleep(6)
            }
            isOver.withLock { $0 = true }
            var sum = Tally()
            for client in clients {
                let (id, tally) = try client.result()
                try Self.expect(id, tally, nodes)
                sum.add(tally)
            }
            try Self.expect(shared, sum, nodes)
            print(
                "two nodes: \(sum.good[shared] ?? 0) increments of one session, \(sum.lost) requests lost"
            )
        }
    }

    /// The counts that a client has seen in sessions.
    private struct Tally: Sendable {
        var good: [String: Int] = [:]
        var bad: [String: Int] = [:]
        var newSessions = 0
        var lost: Int { bad.values.reduce(0, +) }

        mutating func count(_ id: String, _ front: HTTPD) throws {
            let response = try? front.session("count", cookie: id)
            if response?.status == 200 {
                good[id, default: 0] += 1
            } else {
                bad[id, default: 0] += 1
                usleep(20_000)
            }
            newSessions += response?.sessionIDs.count ?? 0
        }

        mutating func add(_ other: Tally) {
            good.merge(other.good, uniquingKeysWith: +)
            bad.merge(other.bad, uniquingKeysWith: +)
            newSessions += other.newSessions
        }
    }

    /// A request that was cut off may or may not have counted; all others have.
    private static func expect(_ id: String, _ tally: Tally, _ nodes: Nodes) throws {
        #expect(tally.newSessions == 0)
        let (good, bad) = (tally.good[id] ?? 0, tally.bad[id] ?? 0)
        let count = try #require(Int(try nodes.front.session("read", cookie: id).text))
        #expect((good + 1...good + bad + 1).contains(count), "\(count), \(good) good, \(bad) bad")
        #expect(good > 20)
    }

    /// A process that was stopped for longer than its lock lasts overwrites nothing when it
    /// continues.
    @Test func aProcessThatStoodStillOverwritesNothing() throws {
        try Self.with { nodes in
            nodes.two.allowLog(containing: "MSW0653")
            let id = try nodes.one.session("count").sessionIDs[0]
            let holder = BackgroundRequest {
                try nodes.two.session("hold?ms=4000", cookie: id)
            }
            var pid: pid_t = 0
            #expect(
                try eventually {
                    pid = try pid_t(nodes.one.session("holder").text) ?? 0
                    return pid > 1
                })
            #expect(kill(pid, SIGSTOP) == 0)
            defer { kill(pid, SIGCONT) }
            // The lock ends after the configured five seconds.
            for count in 2...4 {
                #expect(try nodes.one.session("count", cookie: id).text == "\(count)")
            }
            #expect(kill(pid, SIGCONT) == 0)
            #expect(try holder.result().0.status == 409)
            #expect(try nodes.one.session("read", cookie: id).text == "4")
        }
    }

    /// Errors within the time limit, and no restart needed afterwards. What redis kept in memory is
    /// lost with it.
    @Test func aRedisThatGoesAndComesIsNoticedAndForgiven() throws {
        try Self.with { nodes in
            let id = try nodes.front.session("count").sessionIDs[0]
            nodes.redis.stop()
            for node in [nodes.one, nodes.two, nodes.front] {
                let (response, milliseconds) = try BackgroundRequest {
                    try node.session("count", cookie: id)
                }.result()
                #expect(response.status == 503 && milliseconds < 20_000, "\(milliseconds) ms")
                #expect(try node.session("nosession").text == "ok")
            }
            try nodes.redis.start()
            for node in [nodes.one, nodes.two, nodes.front] {
                let response = try node.session("count", cookie: id)
                #expect(response.status == 200 && response.text == "1", "\(response)")
                let own = try #require(response.sessionIDs.first)
                #expect(try node.session("count", cookie: own).text == "2")
            }
        }
    }
}
