// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

/// Many requests, one in a hundred of which traps.
enum TrapLoad {
    private static let source = """
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

        func number(_ req: Request) -> Int? {
            let number = count.add(1, ordering: .relaxed).newValue
            return number % 100 == 0 ? number / 100 % 7 : nil
        }

        func handler(_ req: Request) -> String {
            if let kind = number(req) { return "\\(trap(kind, Int(req.bytesSent)))" }
            return "fine"
        }

        func later(_ req: Request) async -> String {
            await Task.yield()
            if let kind = number(req) { return "\\(trap(kind, Int(req.bytesSent)))" }
            return "fine"
        }
        """

    static func run(requests: Int, drain: String) throws {
        for handler in ["app", "app::later"] {
            try SwiftSite.with(
                source, handler: handler, directives: "SwiftTrapLimit 0",
                global: "SwiftTrapDrain \(drain)", children: 4
            ) { server throws in
                // Children are fewer for a moment.
                server.allowLog(containing: "AH00484")
                DrainTests.allowStories(server)
                server.allowLog(containing: "Could not cast")
                server.allowLog(containing: "Fatal error")
                // Half the requests before memory is looked at: caches are full, threads have begun.
                let share = requests / 256
                let first = hammer(server, share)
                let before = try memory(of: server)
                let load = hammer(server, share)
                #expect(first.errors == [:])
                let traps = load.statuses[500] ?? 0
                #expect(load.errors == [:])
                #expect(load.answers == 64 * share)
                #expect(Set(load.statuses.keys) == [200, 500])
                #expect(traps >= load.answers / 400 && traps <= load.answers / 50)
                #expect(!server.errorLog().contains("exit signal"), "a child was lost")
                var report = "\(handler), SwiftTrapDrain \(drain): \(load.answers) answers, "
                report += "\(traps) traps, \(load.retries) kept connections closed, "
                report += "\(load.duration)"
                if drain != "1", traps > 0 {
                    let growth = (try memory(of: server) - before) / traps
                    report += ", \(growth) KB more for each trap"
                    // In a short run a few blocks more are much for each trap.
                    if requests > 10_000 { #expect(growth < 32) }
                }
                print(report)
            }
        }
    }

    private static func hammer(_ server: HTTPD, _ share: Int) -> LoadReport {
        server.hammer(
            "/app/x.do", connections: 64, requestsPerConnection: share, timeout: .seconds(60),
            limit: .seconds(1500)
        ) {
            guard $0.status == 500 || $0.text == "fine" else { throw Unexpected(text: $0.text) }
        }
    }

    /// Private memory of all children in KB.
    private static func memory(of server: HTTPD) throws -> Int {
        try server.childPIDs.reduce(0) { sum, process in
            let text = try String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)
            let line = text.split(separator: "\n").first { $0.hasPrefix("Private_Dirty") }
            let size = line?.split(separator: " ").compactMap { Int($0) }.first
            return sum + (try #require(size))
        }
    }
}
