// SPDX-License-Identifier: Apache-2.0
//
// Nothing runs the main queue in a child: uses of it are refused when they are compiled, with their
// places.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct MainQueueTests {
    private static let good = """
        import Dispatch
        import Foundation

        /// As in a source that an application shares.
        func update(_ body: @escaping @Sendable () -> Void) {
            #if os(macOS)
            DispatchQueue.main.async(execute: body)
            #else
            DispatchQueue.global().async(execute: body)
            #endif
        }
        enum Window { static let main = "window" }
        func handler(_ req: Request) async -> String {
            await withCheckedContinuation { done in update { done.resume() } }
            return Window.main
        }
        """

    private static let bad = """
        import Foundation

        func run(on queue: DispatchQueue) { queue.async {} }
        func handler(_ req: Request) -> String {
            DispatchQueue.main.async {}
            run(on: .main)
            OperationQueue.main.addOperation {}
            RunLoop.main.perform {}
            if req.args == "end" { dispatchMain() }
            return "bad"
        }
        """

    @Test(arguments: MPM.allCases)
    func usesOfTheMainQueueAreRefusedWithTheirPlaces(_ mpm: MPM) throws {
        try SwiftSite.with(Self.bad, mpm: mpm) { server throws in
            #expect(try server.app().status == 500)
            let file = "\(server.htdocs)/app/app.swift"
            // The first line of the source is an import that the site adds.
            for line in [6, 7, 8, 9, 10] {
                try server.expectLog(containing: "\(file):\(line):")
            }
            let errors = server.errorLog().split(separator: "\n").filter {
                $0.contains(": error: MSW0745: in a server nothing runs the main queue")
            }
            #expect(errors.count == 5)
            server.allowLog(containing: "swift:error")
            #expect(!server.errorLog().contains("deprecated"))
            try server.writeApp(Self.good)
            #expect(eventually(within: .seconds(60)) { (try? server.app().text) == "window" })
        }
    }

    @Test func oneImportOfDispatchIsEnough() throws {
        let source = """
            import Dispatch
            func handler(_ req: Request) -> String { DispatchQueue.main.sync { "never" } }
            """
        try SwiftSite.with(source) { server throws in
            #expect(try server.app().status == 500)
            try server.expectLog(containing: "app.swift:3:56: error: MSW0745: ")
            for text in ["MSW0103", "DispatchQueue.main", "]  "] {
                server.allowLog(containing: text)
            }
        }
    }

    @Test func pagesAreCheckedToo() throws {
        let page = "<%! import Dispatch %>\n<p><% DispatchQueue.main.async {} %></p>\n"
        try PageSite.with(["page.psp": page]) { server throws in
            #expect(try server.page().status == 500)
            try server.expectLog(containing: "page.psp:2:")
            #expect(server.errorLog().contains(": error: MSW0745: "))
            for text in ["MSW0103", "DispatchQueue.main", "]  "] {
                server.allowLog(containing: text)
            }
        }
    }
}
