// SPDX-License-Identifier: Apache-2.0
//
// Traps of every kind at every moment of an answer, as clients see them.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct TrapMomentTests {
    private static func with(
        handler: String, modules: [String] = [], global: String = "", _ body: (HTTPD) throws -> Void
    ) throws {
        try SwiftSite.with(
            TrapTests.source, modules: modules, handler: handler,
            global: "SwiftTrapDrain 0\n\(global)", children: 1
        ) { server throws in
            DrainTests.allowStories(server)
            // What the runtime itself says.
            for words in ["Could not cast", "accesses to", "access (", "Fatal ", " 0x0"] {
                server.allowLog(containing: words)
            }
            #expect(try server.app("x-").text == "fine")
            try body(server)
            #expect(!server.errorLog().contains("exit signal"))
        }
    }

    /// `app` flushes before it traps.
    @Test func anAnswerThatHasBegunIsCutOff() throws {
        try Self.with(handler: "app") { server throws in
            for kind in TrapTests.kinds {
                do {
                    let answer = try server.app("late-\(kind)")
                    Issue.record("\(kind): \(answer.status), as if it were complete")
                } catch let error as HTTPClientError {
                    #expect(error.partial.status == 200, "\(kind): \(error)")
                }
            }
            #expect(try server.app("late-").text.hasSuffix("9fine"))
            try server.expectLog(containing: "MSW0401", times: TrapTests.kinds.count)
        }
    }

    @Test(arguments: ["app", "app::later"])
    func aStreamOfHTTP2EndsAndTheOthersGoOn(handler: String) throws {
        try Self.with(
            handler: handler, modules: ["http2"], global: "Protocols h2c http/1.1"
        ) { server throws in
            let h2 = "--http2-prior-knowledge"
            for kind in TrapTests.kinds {
                #expect(try server.curl("/app/x.do?x-\(kind)", h2).status == 500, "\(kind)")
                if handler == "app" {
                    #expect(throws: HTTPClientError.self, "\(kind)") {
                        try server.curl("/app/x.do?late-\(kind)", h2)
                    }
                }
                #expect(try server.curl("/app/x.do?x-", h2).text == "fine", "after \(kind)")
            }
        }
    }

    /// A fault is no trap: it ends the child, which says in which connection's handler it was.
    @Test func aFaultInAConnectionHandlerEndsItsChild() throws {
        let source = """
            func connectionHandler(_ conn: Connection) throws -> Status {
                guard try conn.readLine() != nil else { return .ok }
                conn.write("\\(UnsafePointer<Int>(bitPattern: 8)!.pointee)")
                return .ok
            }
            """
        let global = """
            SwiftPath "${HTDOCS}/app"
            SwiftConnectionHandler app
            """
        try SwiftSite.with(source, global: global) { server throws in
            let answer = try? server.rawExchange("fault\n")
            #expect(answer?.isEmpty ?? true)
            try server.expectLog(
                containing: "MSW0421: signal 11, address 0x8, in a connection handler")
            try server.expectLog(containing: "exit signal Segmentation fault")
            #expect(
                eventually { (try? server.rawExchange("")) == "" })
        }
    }
}
