// SPDX-License-Identifier: Apache-2.0
//
// Recursion without end uses up its stack wherever it happens to be: in the handler, or in what it
// calls. Where that must not be left (the allocator, the Swift runtime, the C library, httpd), it is
// finished first.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct StackEndTests {
    static let source = """
        import Glibc

        indirect enum JSON { case array([JSON]), empty }

        struct Parser {
            var bytes: ArraySlice<UInt8>

            /// As many would write it: each level appends to an array.
            mutating func value() -> JSON {
                guard bytes.first == UInt8(ascii: "[") else { return .empty }
                bytes.removeFirst()
                var elements: [JSON] = []
                while let byte = bytes.first, byte != UInt8(ascii: "]") { elements.append(value()) }
                return .array(elements)
            }
        }

        final class Node { var next: Node?; let values: [Int]; init(_ n: Int) { values = [n, n] } }

        nonisolated(unsafe) var sum = 0
        func nodes(_ n: Int) -> Node {
            let node = Node(n)
            node.next = n < 0 ? nil : nodes(n + 1)
            sum &+= node.values.count
            return node
        }
        func casts(_ n: Int) -> Int {
            let any: Any = n < 0 ? "text" : [n]
            return any is [String] ? 0 : casts(n + 1) &+ n
        }
        func texts(_ n: Int) -> String { n < 0 ? "" : texts(n + 1) + "\\(Double(n))" }
        func numbers(_ n: Int) -> Int {
            var buffer = [CChar](repeating: 0, count: 8)
            let length = withVaList([n]) { vsnprintf(&buffer, 8, "%d", $0) }
            return n < 0 ? 0 : numbers(n + 1) &+ Int(length)
        }
        func writes(_ req: Request, _ n: Int) -> Int {
            req.write("x")
            let sum = n < 0 ? 0 : writes(req, n + 1)
            req.write("y")
            return sum &+ n
        }

        /// Frames larger than a guard page, which fault beyond it.
        @inline(never) func frames(_ n: Int) -> Int {
            var array = InlineArray<20_000, UInt8>(repeating: 1)
            array[n & 15] = UInt8(truncatingIfNeeded: n)
            return n < 0 ? 0 : frames(n + 1) &+ Int(array[(n + 1) & 15])
        }
        @inline(never) func largeFrames(_ n: Int) -> Int {
            var array = InlineArray<200_000, UInt8>(repeating: 1)
            array[n & 15] = UInt8(truncatingIfNeeded: n)
            return n < 0 ? 0 : largeFrames(n + 1) &+ Int(array[(n + 1) & 15])
        }

        func handler(_ req: Request) throws -> String {
            switch req.args {
            case "frames": return "\\(frames(0))"
            case "largeFrames": return "\\(largeFrames(0))"
            case "json":
                var parser = Parser(bytes: try req.read()[...])
                guard case .array = parser.value() else { return "empty" }
            case "nodes": return "\\(nodes(0).values)"
            case "casts": return "\\(casts(0))"
            case "texts": return texts(0)
            case "numbers": return "\\(numbers(0))"
            case "writes": return "\\(writes(req, 0))"
            default: break
            }
            return "\\(getpid())"
        }

        func other(_ req: Request) -> String {
            (0..<100).map { "\\($0) \\(Array(repeating: $0, count: 10))" }.joined()
        }
        """

    private static func with(
        mpm: MPM, launcher: [String] = [], _ body: (HTTPD) throws -> Void
    ) throws {
        let directives = """
            AddHandler mod_swift .other
            SwiftHandler app::other | .other
            """
        try SwiftSite.with(
            source, mpm: mpm, directives: directives,
            global: "SwiftTrapDrain 0\nSwiftTrapLimit 0", children: 1, launcher: launcher
        ) { server throws in
            DrainTests.allowStories(server)
            try body(server)
            #expect(!server.errorLog().contains("exit signal"))
        }
    }

    @Test(arguments: MPM.allCases)
    func recursionIsContainedWhereverItEnds(_ mpm: MPM) throws {
        try Self.with(mpm: mpm) { server throws in
            let pid = try server.app().text
            for kind in ["nodes", "casts", "texts", "numbers", "writes", "frames", "largeFrames"] {
                for _ in 1...3 {
                    // What has been written is sent before: then the response is cut off.
                    #expect((try? server.app(kind).status) != 200, "\(kind)")
                    try server.expectLog(
                        containing: "MSW0401: SwiftHandler app: trapped: the stack is used up")
                }
                #expect(try server.app().text == pid || mpm == .prefork, "\(kind)")
                #expect(try server.get("/app/x.other").status == 200, "\(kind)")
            }
        }
    }

    /// Only /proc tells where the first thread's stack lies, on which prefork calls handlers.
    @Test(arguments: MPM.allCases)
    func recursionIsContainedWithoutProc(_ mpm: MPM) throws {
        try Self.with(mpm: mpm, launcher: ["/usr/bin/unshare", "-m"]) { server throws in
            let child = try #require(pid_t(try server.app().text))
            // A compiler does not do without it: the handler is compiled. New children are.
            try Shell.run([
                "nsenter", "-t", "\(child)", "-m", "mount", "-t", "tmpfs", "none", "/proc",
            ])
            try server.restart(graceful: true)
            for kind in ["nodes", "frames", "texts"] {
                #expect(try server.app(kind).status == 500, "\(kind)")
                try server.expectLog(
                    containing: "MSW0401: SwiftHandler app: trapped: the stack is used up")
                #expect(try server.app().status == 200, "\(kind)")
            }
        }
    }

    /// 40 requests of 300 KB brought both children to a stop, without a word.
    @Test(arguments: MPM.allCases)
    func aRecursiveParserCostsOnlyItsRequests(_ mpm: MPM) throws {
        try Self.with(mpm: mpm) { server throws in
            let pid = try server.app().text
            let text = [UInt8](repeating: UInt8(ascii: "["), count: 300_000)
            for _ in 1...40 {
                let response = try server.post(
                    "/app/x.do?json", .bytes(text))
                #expect(response.status == 500)
                #expect(try server.get("/app/x.other").status == 200)
            }
            try server.expectLog(
                containing: "MSW0401: SwiftHandler app: trapped: the stack is used up", times: 40)
            #expect(try server.app().text == pid || mpm == .prefork)
        }
    }
}
