// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

/// Many requests, one in a hundred of which traps.
enum TrapLoad {
    private static let source = """
        import Dispatch
        import Glibc
        import Synchronization

        final class Node { let value = 1 }
        let count = Atomic<Int>(0)

        @inline(never) func depth(_ n: Int) -> Int { n < 0 ? 0 : depth(n + 1) &+ depth(n + 2) }

        @inline(never) func trap(_ kind: Int, _ zero: Int) -> Int {
            switch kind {
            case 0: return [1, 2][zero + 2]
            case 1: return Int.max - zero + kind
            case 2:
                let node: Node? = zero == 0 ? nil : Node()
                return node!.value
            case 3: precondition(zero != 0, "no")
            case 4: return depth(zero)
            case 5: return kind / zero
            case 6:
                let any: Any = zero
                return (any as! String).count
            default: break
            }
            return zero
        }

        func kind(_ number: Int) -> Int? { number % 100 == 0 ? number / 100 % 7 : nil }

        /// Whether it is to take longer than its limit.
        func isLate(_ number: Int, _ req: Request) -> Bool {
            number % 1000 == 250 && req.args == "limits"
        }

        func handler(_ req: Request) -> String {
            let number = count.add(1, ordering: .relaxed).newValue
            if let kind = kind(number) { return "\\(trap(kind, Int(req.bytesSent)))" }
            if isLate(number, req) { usleep(\(limit * 1_200_000)) }
            return "fine"
        }

        actor Tally { var calls = 0; func add() -> Int { calls += 1; return calls } }
        let tally = Tally()
        @MainActor var mainCalls = 0

        /// What runs elsewhere than on the request's thread.
        func mixed(_ number: Int) async {
            switch number % 8 {
            case 1: _ = await tally.add()
            case 2: await MainActor.run { mainCalls += 1 }
            case 3:
                await withTaskGroup(of: Int.self) { group in
                    for i in 0..<3 { group.addTask { await tally.add() + i } }
                    for await _ in group {}
                }
            case 4:
                await withCheckedContinuation { done in DispatchQueue.global().async { done.resume() } }
            case 5:
                async let first = tally.add()
                async let second = tally.add()
                _ = await first + second
            case 6: Task { _ = await tally.add() }
            case 7: _ = await Task.detached { await tally.add() }.value
            default: break
            }
        }

        func later(_ req: Request) async throws -> String {
            await Task.yield()
            let number = count.add(1, ordering: .relaxed).newValue
            await mixed(number)
            if let kind = kind(number) {
                let zero = Int(req.bytesSent)
                switch number / 100 % 3 {
                case 0: return "\\(trap(kind, zero))"
                case 1: return "\\(await MainActor.run { trap(kind, zero) })"
                default:
                    return await withTaskGroup(of: Int.self) { group in
                        group.addTask { trap(kind, zero) }
                        return "\\(await group.next() ?? 0)"
                    }
                }
            }
            if isLate(number, req) { try await Task.sleep(for: .seconds(60)) }
            return "fine"
        }
        """

    /// Seconds: SwiftTimeout where handlers are late now and then.
    private static let limit = 3

    static func run(requests: Int, drain: String, mpm: MPM = .event) throws {
        for handler in ["app", "app::later"] {
            try SwiftSite.with(
                source, mpm: mpm, handler: handler, directives: "SwiftTrapLimit 0",
                global: "SwiftTrapDrain \(drain)", children: 4
            ) { server throws in
                // Children are fewer for a moment.
                server.allowLog(containing: "server reached MaxRequestWorkers")
                DrainTests.allowStories(server)
                server.allowLog(containing: "Could not cast")
                server.allowLog(containing: "Fatal error")
                // Half the requests before memory is looked at: caches are full, threads have begun.
                let share = requests / 256
                let first = hammer(server, share)
                // Children that are being replaced may end while they are looked at.
                let before = drain == "1" ? nil : try memory(of: server)
                let load = hammer(server, share)
                #expect(first.errors == [:])
                let traps = load.statuses[500] ?? 0
                #expect(load.errors == [:])
                #expect(load.answers == 64 * share)
                #expect(Set(load.statuses.keys) == [200, 500])
                #expect(traps >= load.answers / 400 && traps <= load.answers / 50)
                #expect(!server.errorLog().contains("exit signal"), "a child was lost")
                var report =
                    "\(mpm), \(handler), SwiftTrapDrain \(drain): \(load.answers) answers, "
                report += "\(traps) traps, \(load.retries) kept connections closed, "
                report += "\(load.duration)"
                if let before, traps > 0 {
                    let growth = (try memory(of: server) - before) / traps
                    report += ", \(growth) KB more for each trap"
                    // In a short run a few blocks more are much for each trap.
                    if requests > 10_000 { #expect(growth < 32) }
                }
                print(report)
            }
        }
    }

    /// Keeps the load up for long, sync and async at once, with a time limit that is passed now and
    /// then.
    ///
    /// - Parameter global: Further directives of the server.
    static func keepUp(
        for duration: Duration, drain: String = "1", mpm: MPM = .event, global: String = ""
    ) throws -> TrapLoadReport {
        try withSite(drain, mpm, global) { server throws in
            var report = TrapLoadReport()
            report.async = try hammer(server, "later", [200, 500, 504]) { () throws in
                report.sync = try hammer(server, "do", [200, 500]) {
                    report.watch(server, for: duration)
                }
            }
            report.sums = try sums(of: server)
            report.log = server.errorLog()
            return report
        }
    }

    /// The same over HTTP/2.
    static func keepUpHTTP2(
        for duration: Duration, mpm: MPM, global: String
    ) throws -> (load: HTTP2Load.Report, sums: [String: Int], log: String) {
        let global = global + "\nProtocols h2c http/1.1"
        return try withSite("1", mpm, global, modules: ["http2"]) { server throws in
            func load(_ ending: String, _ body: () -> Void) -> HTTP2Load.Report {
                HTTP2Load.run(
                    server, "/app/x.\(ending)?limits", connections: 6, streams: 5, text: "fine",
                    while: body)
            }
            var sync = HTTP2Load.Report()
            var report = load("later") {
                sync = load("do") {
                    Thread.sleep(forTimeInterval: Double(duration.components.seconds))
                }
            }
            report.add(sync)
            return (report, try sums(of: server), server.errorLog())
        }
    }

    private static func withSite<Result>(
        _ drain: String, _ mpm: MPM, _ global: String, modules: [String] = [],
        _ body: (HTTPD) throws -> Result
    ) throws -> Result {
        let directives = """
            SwiftTrapLimit 0
            SwiftTimeout \(limit)
            AddHandler mod_swift .later
            SwiftHandler app::later | .later
            """
        let global = """
            SwiftTrapDrain \(drain)
            <Location "/server-status">
                SetHandler server-status
            </Location>
            \(global)
            """
        return try SwiftSite.with(
            source, mpm: mpm, modules: ["status"] + modules, directives: directives,
            global: global, children: 4
        ) { server throws in
            // Children are fewer for a moment.
            server.allowLog(containing: "server reached MaxRequestWorkers")
            DrainTests.allowStories(server)
            for words in ["Could not cast", "Fatal error", "MSW0409", "AH00288", "AH00161"] {
                server.allowLog(containing: words)
            }
            // Compiled before anything is measured.
            #expect(try server.app().text == "fine")
            return try body(server)
        }
    }

    private static func hammer(
        _ server: HTTPD, _ ending: String, _ statuses: Set<Int>, while body: () throws -> Void
    ) throws -> LoadReport {
        try server.hammer(
            "/app/x.\(ending)?limits", connections: 32,
            limit: .seconds(7200)
        ) {
            guard statuses.contains($0.status), $0.status != 200 || $0.text == "fine" else {
                throw Unexpected(text: "\($0.status) \($0.text.prefix(80))")
            }
        } while: {
            try body()
        }
    }

    /// What mod_status says of traps and limits: "SwiftTraps".
    private static func sums(of server: HTTPD) throws -> [String: Int] {
        let lines = try server.get("/server-status?auto").text
            .split(separator: "\n").map { $0.split(separator: ": ") }
        return Dictionary(
            lines.compactMap { line in line.last.flatMap { Int($0) }.map { ("\(line[0])", $0) } },
            uniquingKeysWith: { $1 })
    }

    private static func hammer(_ server: HTTPD, _ share: Int) -> LoadReport {
        server.hammer(
            "/app/x.do", connections: 64, requestsPerConnection: share,
            limit: .seconds(1500)
        ) {
            guard $0.status == 500 || $0.text == "fine" else { throw Unexpected(text: $0.text) }
        }
    }

    /// Private memory of all children in KB.
    static func memory(of server: HTTPD) throws -> Int {
        try server.childPIDs.reduce(0) { try $0 + ProcessResources.memory(of: $1) }
    }
}
