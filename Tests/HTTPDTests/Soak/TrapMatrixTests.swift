// SPDX-License-Identifier: Apache-2.0
//
// Traps by the code of the innermost frame and by the caller: each is contained, costs its thread
// or ends the process, and is logged; none causes a hang. With 64 clients at the same time: make
// soak.

import Foundation
import ModSwiftTesting
import Testing

@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK"] != nil), .serialized,
    .timeLimit(.minutes(40)))
struct TrapMatrixTests {
    /// The code of the innermost frame.
    private static let frames = [
        "handler", "runtime", "malloc", "library", "dispatch", "linker", "httpd", "lock", "abort",
    ]

    /// The caller of the code.
    private static let callers = [
        "content", "later", "fixup", "log", "finish", "filter", "provider", "cleanup", "task",
        "group", "actor",
        "main", "cancel", "description",
    ]

    private static let source = """
        import Dispatch
        import Glibc

        @inline(never) func broken() -> Int { [1][Int(getpid())] }
        @inline(never) func stay(_ milliseconds: UInt32) { usleep(milliseconds * 1_000) }

        final class Node { var next: Node?; let values: [Int]; init(_ n: Int) { values = [n, n] } }
        func nodes(_ n: Int) -> Int {
            let node = Node(n)
            let below = n < 0 ? 0 : nodes(n + 1)
            return below &+ node.values.count
        }
        func numbers(_ n: Int) -> Int {
            var buffer = [CChar](repeating: 0, count: 8)
            var length = withVaList([n]) { vsnprintf(&buffer, 8, "%d", $0) }
            let below = n < 0 ? 0 : numbers(n + 1)
            length += withVaList([below]) { vsnprintf(&buffer, 8, "%d", $0) }
            return below &+ Int(length)
        }
        func lookups(_ n: Int) -> Int {
            let symbol = dlsym(nil, "swift_allocObject")
            let below = n < 0 ? 0 : lookups(n + 1)
            return below &+ (symbol == dlsym(nil, "swift_retain") ? 0 : 1)
        }
        /// Each has a pool of 8 KB: with larger frames fewer are made.
        func tables(_ n: Int) -> Int {
            var room = InlineArray<400, UInt8>(repeating: 1)
            room[n & 255] = 2
            let table = Table()
            table["a"] = "b"
            let below = n < 0 ? 0 : tables(n + 1)
            return below &+ table.count &+ Int(room[(n + 1) & 255])
        }
        func lines(_ n: Int) -> Int {
            let count = Apache.interpreters.count
            let below = n < 0 ? 0 : lines(n + 1)
            return below &+ count &+ Apache.interpreters.count
        }

        @inline(never) func fall(_ frame: Substring) -> Int {
            switch frame {
            case "handler": return broken()
            case "runtime":
                let value: Any = getpid()
                return (value as! String).count
            case "malloc": return nodes(0)
            case "library": return numbers(0)
            case "dispatch": DispatchQueue(label: "own").sync { _ = broken() }
            case "linker": return lookups(0)
            case "httpd": return tables(0)
            case "lock": return lines(0)
            case "abort": abort()
            default: break
            }
            return 0
        }

        extension Request {
            /// "malloc" of "?fixup-malloc", for the one that falls in the fix-up phase.
            func frame(of caller: String) -> Substring? {
                let words = (args ?? "").split(separator: "-")
                return words.count == 2 && words[0] == caller ? words[1] : nil
            }
            func fallIfAsked(_ caller: String) { if let frame = frame(of: caller) { _ = fall(frame) } }
        }

        actor Shared { func go(_ frame: Substring) -> Int { fall(frame) } }
        let shared = Shared()

        struct Spiteful: Error, CustomStringConvertible {
            let frame: Substring
            var description: String { "\\(fall(frame))" }
        }

        func fixup(_ req: Request) -> Status { req.fallIfAsked("fixup"); return .declined }
        func log(_ req: Request) { req.fallIfAsked("log") }
        func finish(_ req: Request) { req.fallIfAsked("finish") }
        func filter(_ filter: Filter) throws {
            filter.req.fallIfAsked("filter")
            while let bytes = try filter.read() { filter.write(bytes) }
        }
        func provider(_ req: Request, arguments: String) -> AuthzResult {
            req.fallIfAsked("provider")
            return .granted
        }

        func handler(_ req: Request) async throws -> String {
            req.fallIfAsked("content")
            if let frame = req.frame(of: "later") { await Task.yield(); _ = fall(frame) }
            if let frame = req.frame(of: "cleanup") { req.registerCleanup { _ = fall(frame) } }
            if let frame = req.frame(of: "task") { Task { _ = fall(frame) } }
            if let frame = req.frame(of: "group") {
                await withTaskGroup(of: Int.self) { group in
                    for _ in 0..<3 { group.addTask { fall(frame) } }
                    for await _ in group {}
                }
            }
            if let frame = req.frame(of: "actor") { _ = await shared.go(frame) }
            if let frame = req.frame(of: "main") { await MainActor.run { _ = fall(frame) } }
            if let frame = req.frame(of: "cancel") {
                await withTaskCancellationHandler {
                    for _ in 0..<200 { stay(10) }
                } onCancel: {
                    _ = fall(frame)
                }
            }
            if let frame = req.frame(of: "description") { throw Spiteful(frame: frame) }
            return "fine"
        }

        func connectionHandler(_ conn: Connection) throws -> Status {
            guard let line = try conn.readLineString() else { return .ok }
            if line != "fine" { _ = fall(Substring(line)) }
            conn.write("fine")
            return .ok
        }
        """

    /// With the reports of calls that exceeded their time limit before the end of their stack.
    private static let stories = [
        "MSW0401", "MSW0407", "MSW0409", "MSW0411", "MSW0412", "MSW0421", "MSW0743", "MSW0750",
    ]

    @Test(arguments: [MPM.event, .worker, .prefork])
    func eachTrapIsContainedOrTold(_ mpm: MPM) throws {
        let directives = """
            SwiftFixupHandler app::fixup
            SwiftLogHandler app::log
            SwiftCleanupHandler app::finish
            SwiftOutputFilter app::filter MATRIX
            SetOutputFilter MATRIX
            Require matrix
            """
        let global = """
            SwiftPath "${HTDOCS}/app"
            SwiftAuthzProvider matrix app::provider
            SwiftTimeout 1s
            SwiftTrapLimit 0
            GracefulShutdownTimeout 3
            """
        try SwiftSite.with(Self.source, mpm: mpm, directives: directives, global: global) {
            server throws in
            try #require(try server.app().text == "fine")
            for text in ["[", "Could not cast"] { server.allowLog(containing: text) }
            var ends = 0
            let load = try server.hammer(
                "/app/x.do", connections: mpm == .prefork ? 8 : 64,
                limit: .seconds(2400)
            ) {
                guard $0.text == "fine" else { throw Unexpected(text: "\($0.status)") }
            } while: {
                for caller in Self.callers {
                    for frame in Self.frames {
                        if try Self.endsProcess(server, caller, frame) { ends += 1 }
                    }
                }
            }
            print(
                "\(mpm): \(load.answers) answers beside, \(ends) cells ended their process: \(load.errors)"
            )
            // The requests that are lost when a process ends.
            #expect(load.errors.values.reduce(0, +) <= ends * 130)
        }
    }

    /// - Returns: Whether the process has ended.
    private static func endsProcess(_ server: HTTPD, _ caller: String, _ frame: String) throws
        -> Bool
    {
        let mark = server.logMark()
        let start = ContinuousClock.now
        let outcome =
            (try? server.get("/app/x.do?\(caller)-\(frame)").status)
            .map { "\($0)" } ?? "cut off"
        let time = ContinuousClock.now - start
        let isTold = eventually {
            let log = server.errorLog(since: mark)
            return stories.contains { log.contains($0) }
        }
        let log = server.errorLog(since: mark)
        let told = stories.filter { log.contains($0) }.joined(separator: " ")
        let ends = log.contains("exit signal")
        print(
            "\(caller) x \(frame): \(outcome), \(told)\(ends ? ", the process has ended" : ""), \(time)"
        )
        #expect(isTold, "\(caller) x \(frame): silence")
        #expect(time < .seconds(30), "\(caller) x \(frame): a hang")
        #expect(
            eventually {
                (try? server.get("/app/x.do").text) == "fine"
            }, "\(caller) x \(frame): no more answers")
        return ends
    }

    @Test func eachTrapOfAConnectionIsContainedOrTold() throws {
        let configuration = try HTTPDConfiguration.modSwift(
            text: """
                SwiftPath "${HTDOCS}/app"
                AcceptFilter http none
                GracefulShutdownTimeout 3
                SwiftTrapLimit 0
                SwiftConnectionHandler app
                """)
        try HTTPD.with(configuration) { server in
            for text in ["[", "Could not cast"] { server.allowLog(containing: text) }
            try server.writeApp(Self.source)
            #expect(try server.rawExchange("fine\n") == "fine")
            for frame in Self.frames {
                let mark = server.logMark()
                _ = try? server.rawExchange("\(frame)\n")
                let isTold = eventually {
                    let log = server.errorLog(since: mark)
                    return Self.stories.contains { log.contains($0) }
                }
                #expect(isTold, "connection x \(frame): silence")
                #expect(
                    eventually {
                        (try? server.rawExchange("fine\n")) == "fine"
                    },
                    "connection x \(frame): no more answers")
            }
        }
    }

    /// A function of SwiftImport that traps: the child serves nevertheless.
    @Test(arguments: frames.filter { $0 != "abort" && $0 != "dispatch" })
    func aTrapOfAnImportIsContained(_ frame: String) throws {
        let source = Self.source + "\nfunc importing(_ server: Server) { _ = fall(\"\(frame)\") }\n"
        try SwiftSite.with(
            source, global: "SwiftPath \"${HTDOCS}/app\"\nSwiftImport app::importing", children: 1
        ) {
            server throws in
            for text in ["[", "Could not cast"] { server.allowLog(containing: text) }
            #expect(try server.app().text == "fine")
            try server.expectLog(containing: "MSW0530: SwiftImport app::importing")
        }
    }
}
