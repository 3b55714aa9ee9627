// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

/// A trap in handler code ends the request that caused it, and nothing else.
@Suite(.timeLimit(.minutes(10)))
struct TrapTests {
    /// Traps of all kinds, selected by the query.
    static let source = """
        import Synchronization

        final class Node { var next: Node?; var value = 1 }
        final class Bomb { deinit { let a = [1]; _ = a[a.count + zero] } }
        nonisolated(unsafe) var shared = [1, 2, 3]
        nonisolated(unsafe) var zero = 0

        func depth(_ n: Int) -> Int { n < 0 ? 0 : depth(n + 1) &+ depth(n + 2) }

        func modify(_ value: inout [Int], _ body: () -> Void) { body(); value.append(1) }

        func trap(_ kind: String) {
            switch kind {
            case "index": _ = shared[shared.count + zero]
            case "overflow": zero = Int.max; zero += shared.count
            case "nil": let node: Node? = zero == 0 ? nil : Node(); _ = node!.value
            case "precondition": precondition(zero != 0, "no")
            case "fatalError": fatalError("the author's words")
            case "stack": zero = depth(0)
            case "division": zero = shared.count / zero
            case "cast": let any: Any = zero; _ = any as! String
            case "exclusivity": modify(&shared) { shared = [zero] }
            case "deinit": _ = Bomb()
            default: break
            }
        }

        func handler(_ req: Request) throws -> String {
            let args = req.args ?? ""
            zero = 0
            if args.hasPrefix("late-") {
                for _ in 1...20_000 { req.write("0123456789") }
                try req.flush()
            }
            trap(String(args.drop { $0 != "-" }.dropFirst()))
            return "fine"
        }

        func later(_ req: Request) async throws -> String {
            let args = req.args ?? ""
            zero = 0
            try await Task.sleep(for: .milliseconds(1))
            trap(String(args.drop { $0 != "-" }.dropFirst()))
            return "fine"
        }
        """

    static let kinds = [
        "index", "overflow", "nil", "precondition", "fatalError", "stack", "division", "cast",
        "exclusivity", "deinit",
    ]

    @Test(arguments: ["app", "app::later"], [MPM.event, .worker, .prefork])
    func aTrapIsA500(handler: String, mpm: MPM) throws {
        try SwiftSite.with(
            Self.source, mpm: mpm, handler: handler, global: "SwiftTrapDrain 0", children: 1
        ) { server throws in
            for round in 1...2 {
                for kind in Self.kinds {
                    #expect(try server.app("x-\(kind)").status == 500, "\(kind) \(round)")
                    #expect(try server.app("x-").text == "fine", "after \(kind) \(round)")
                }
            }
            try server.expectLog(
                containing: "MSW0401: SwiftHandler \(handler): trapped: ",
                times: 2 * Self.kinds.count)
            // With the author's path instead of the name of the compiled module.
            let line = Self.source.split(separator: "\n", omittingEmptySubsequences: false)
                .firstIndex { $0.contains("case \"fatalError\"") }.map { $0 + 2 }
            try server.expectLog(
                containing: "htdocs/app/app.swift:\(line ?? 0): Fatal error: the author's words",
                times: 2)
            // The reports that follow.
            for words in ["\(handler): trap ", "]     "] { server.allowLog(containing: words) }
            // Messages of the runtime itself, including the stack of an exclusivity violation.
            for words in ["Could not cast", "accesses to", "access (", "Fatal ", " 0x0"] {
                server.allowLog(containing: words)
            }
        }
    }
}
