// SPDX-License-Identifier: Apache-2.0
//
// The report of a trap: the failure, the line of the source, the request. And the report of a
// process that has ended.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct TrapReportTests {
    private static let words = "a fatal error"

    /// The report of each of TrapTests' kinds, optimized, and the place in its source.
    private static let stories = [
        ("index", "Index out of range", "case \"index\""),
        ("overflow", "arithmetic overflow", "case \"overflow\""),
        ("nil", "Unexpectedly found nil while unwrapping an Optional value", "case \"nil\""),
        ("precondition", "precondition failure", "case \"precondition\""),
        ("fatalError", words, "case \"fatalError\""),
        ("stack", "the stack is used up, as by recursion without end", "func depth"),
        ("division", "Division by zero", "case \"division\""),
        ("cast", "a value is not of the type it was cast to", "case \"cast\""),
        ("exclusivity", "overlapping accesses to a variable", "case \"exclusivity\""),
        ("deinit", "Index out of range", "class Bomb"),
    ]

    /// Returns the number of a line of app.swift.
    private static func line(of text: String) throws -> Int {
        let lines = TrapTests.source.split(separator: "\n", omittingEmptySubsequences: false)
        // The import is on the line before the source.
        return try #require(lines.firstIndex { $0.contains(text) }) + 2
    }

    private static func allowWordsOfTheRuntime(_ server: HTTPD) {
        for words in [
            "MSW0401", "[swift:error]", "Could not cast", "accesses to", "access (", "Fatal ",
            "Precondition failed", "Current stack trace", " 0x0",
        ] {
            server.allowLog(containing: words)
        }
    }

    @Test(arguments: ["app", "app::later"], ["On", "Off"])
    func aTrapIsToldWithItsLine(handler: String, optimize: String) throws {
        try SwiftSite.with(
            TrapTests.source, modules: ["unique_id"], handler: handler,
            global: "SwiftOptimize \(optimize)\nSwiftTrapDrain 0", children: 1
        ) { server throws in
            Self.allowWordsOfTheRuntime(server)
            for (index, (kind, reason, text)) in Self.stories.enumerated() {
                #expect(try server.app("x-\(kind)").status == 500, "\(kind)")
                let begin = "MSW0401: SwiftHandler \(handler): trap \(index + 1): "
                func story() -> Substring? {
                    server.errorLog().split(separator: "\n").first { $0.contains(begin) }
                }
                #expect(eventually { story() != nil }, "\(kind)")
                let told = story() ?? ""
                let place = try ":\(Self.line(of: text)):"
                #expect(told.contains("htdocs/app/app.swift\(place)"), "\(told)")
                #expect(
                    told.contains(reason) || optimize == "Off" && told.contains(Self.words),
                    "\(told)")
                #expect(told.contains(" [GET /app/x.do?x-\(kind), client 127.0.0.1, request "))
            }
            let function = handler == "app" ? "handler(_:)" : "later(_:)"
            #expect(
                eventually {
                    server.errorLog().ranges(of: "    ... called by mod_swift").count
                        == Self.stories.count
                })
            let calls = server.errorLog().ranges(of: "\(function) at ")
            #expect(calls.count >= Self.stories.count - 2, "\(server.errorLog())")
            #expect(!server.errorLog().contains("swift::fatalError"))
        }
    }

    /// Operators are names, too.
    private static let operators = """
        infix operator <->
        struct Span { let values: [Int] }
        func <-> (left: Span, right: Int) -> Int { left.values[right] }
        func handler(_ req: Request) -> String {
            "\\(Span(values: [1]) <-> (req.args ?? "").utf8.count)"
        }
        """

    @Test func debugShowsTheStackEscaped() throws {
        try SwiftSite.with(
            Self.operators, directives: "SwiftDebug On", global: "SwiftOptimize Off"
        ) { server throws in
            Self.allowWordsOfTheRuntime(server)
            #expect(try server.app().text == "1")
            let answer = try server.app("<b>")
            #expect(answer.status == 500)
            #expect(answer.headers["Content-Type"] == "text/html; charset=utf-8")
            let page = answer.text
            #expect(page.contains("MSW0401"))
            #expect(page.contains("/app/app.swift:4:"), "\(page)")
            #expect(page.contains("&lt;-&gt;"))
            #expect(page.contains("    handler(_:) at "))
            #expect(!page.contains("<->"))
            #expect(!page.contains("<b>"))
            // Everything at the same time, and no second report.
            let log = server.errorLog()
            #expect(log.contains("app.swift:4:"))
            #expect(!log.contains("app: trap 1: "))
        }
    }

    @Test func aFloodOfTrapsIsOneStory() throws {
        // With one process, the counts are complete.
        try SwiftSite.with(
            Self.operators, global: "SwiftTrapDrain 0", children: 1
        ) { server throws in
            Self.allowWordsOfTheRuntime(server)
            for _ in 1...20 { #expect(try server.app("12").status == 500) }
            #expect(
                eventually {
                    server.errorLog().contains("called by mod_swift")
                })
            for _ in 1...5 { #expect(try server.app("12").status == 500) }
            let known = "trapped: Index out of range at "
            try server.expectLog(containing: known, times: 5)
            #expect(server.errorLog().contains("(trap 25 of this process; its stack is that of"))
            #expect(server.errorLog().ranges(of: "called by mod_swift").count == 1)
        }
    }

    // MARK: Processes that end

    private static let faults = """
        @_silgen_name("_exit") func endProcess(_ status: Int32) -> Never

        func handler(_ req: Request) async throws -> String {
            switch req.args ?? "" {
            case "fault": return "\\(UnsafePointer<Int>(bitPattern: 8)!.pointee)"
            case "exit": endProcess(3)
            case "slow":
                req.log("it waits", level: .info)
                try await Task.sleep(for: .seconds(60))
            default: break
            }
            return "fine"
        }
        """

    @Test(arguments: [MPM.event, .worker, .prefork])
    func aDeadChildIsToldWithItsRequests(mpm: MPM) throws {
        try SwiftSite.with(
            Self.faults, mpm: mpm, modules: ["status"], children: 1
        ) { server throws in
            for end in ["fault", "exit"] {
                #expect(try server.app().text == "fine")
                // With prefork this is a request of another child, which continues.
                let mark = server.logMark()
                Thread { _ = try? server.app("slow") }.start()
                #expect(
                    eventually {
                        server.errorLog(since: mark).contains("it waits")
                    })
                #expect(throws: (any Error).self) { try server.app(end) }
                if end == "fault" {
                    try server.expectLog(
                        containing:
                            "MSW0421: signal 11, address 0x8, in the request \"GET /app/x.do?fault HTTP/1.1\""
                    )
                    try server.expectLog(
                        containing: "exit signal Segmentation fault")
                    let place = /\?fault HTTP\/1.1", at \S+\.so\+0x[0-9a-f]+ from \S+\+0x[0-9a-f]+/
                    #expect(server.errorLog(since: mark).contains(place))
                }
                // Some of these requests may already have their responses: httpd finishes them a
                // moment later.
                try server.expectLog(
                    containing: mpm == .prefork
                        ? "in the middle of a request: \"GET /app/x.do?\(end) HTTP/1.1\", client 127"
                        : "MSW0422: child ")
                let told = server.errorLog(since: mark)
                #expect(told.contains("\"GET /app/x.do?\(end) HTTP/1.1\", client 127.0.0.1, host "))
                #expect(mpm == .prefork || told.contains("\"GET /app/x.do?slow HTTP/1.1\""))
                #expect(
                    eventually {
                        (try? server.app().text) == "fine"
                    })
            }
        }
    }

    /// worker starts a child in the slot of one that has a last request to finish: both are in it.
    @Test func childrenThatShareASlotAreToldApart() throws {
        let source = """
            import Glibc

            func handler(_ req: Request) async throws -> String {
                if req.args == "slow" {
                    req.log("it waits", level: .info)
                    try await Task.sleep(for: .seconds(600))
                }
                return "\\(getpid())"
            }
            """
        try SwiftSite.with(
            source, mpm: .worker, modules: ["status"],
            global: "ServerLimit 1\nMaxConnectionsPerChild 4", children: 1, threads: 2
        ) { server throws in
            var processes = [try server.app().text]
            Thread { _ = try? server.app("slow") }.start()
            try server.expectLog(containing: "it waits")
            #expect(
                eventually {
                    guard let process = try? server.app().text else { return false }
                    if !processes.contains(process) { processes.append(process) }
                    return processes.count == 4
                })
            #expect(!server.errorLog().contains("MSW0422"))
            let first = try #require(processes.first.flatMap { pid_t($0) })
            #expect(kill(first, SIGKILL) == 0)
            try server.expectLog(
                containing: "MSW0422: child \(first) has ended in the middle of a request: "
                    + "\"GET /app/x.do?slow HTTP/1.1\"")
            for text in ["AH00052", "MSW0422", "MSW0738"] { server.allowLog(containing: text) }
        }
    }

    @Test func withoutExtendedStatusTheProcessTellsItsOwnRequest() throws {
        try SwiftSite.with(Self.faults, children: 1) { server throws in
            #expect(throws: (any Error).self) { try server.app("fault") }
            try server.expectLog(containing: "in the request \"GET /app/x.do?fault HTTP/1.1\"")
            try server.expectLog(containing: "exit signal Segmentation fault")
            #expect(eventually { (try? server.app().text) == "fine" })
            #expect(!server.errorLog().contains("MSW0422"))
        }
    }
}
