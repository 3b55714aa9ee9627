// SPDX-License-Identifier: Apache-2.0
//
// <!--#swift exec="…" --> in pages of mod_include.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct IncludeTests {
    private static let source = """
        enum Count: RequestStorageKey { typealias Value = Int }
        struct Broken: Error {}
        nonisolated(unsafe) var three = 3

        func handler(_ req: Request) -> String { "[default]" }
        func text(_ req: Request) -> String {
            req[Count.self] = (req[Count.self] ?? 0) + 1
            return "[\\(req.phase) \\(req[Count.self] ?? 0)]"
        }
        func writes(_ req: Request) async throws {
            req.write("[a")
            try await Task.sleep(for: .milliseconds(1))
            try req.flush()
            req.write(String(repeating: "b", count: 20_000))
            req.write("]")
        }
        func sets(_ req: Request) { req.subprocessEnv["FROM"] = "swift" }
        func breaks(_ req: Request) throws { req.write("x"); throw Broken() }
        func traps(_ req: Request) { req.write("\\([1][three])") }
        func missing(_ req: Request) -> Status { .notFound }
        func page(_ req: Request) throws {
            req.contentType = "text/html"
            try req.addOutputFilter("INCLUDES")
            req.write("1<!--#swift exec=\\"app::text\\" -->2")
        }
        """

    private static let error = "(wrong)"

    private static let directives = """
        Options +Includes
        AddOutputFilter INCLUDES .shtml
        SSIErrorMsg "\(error)"
        <Files "no.shtml">
        Options +IncludesNOEXEC
        </Files>
        """

    private static func page(_ exec: String) -> String { "<!--#swift \(exec) -->" }

    @Test func pagesCallHandlers() throws {
        let global = "SwiftPath \"${HTDOCS}/app\"\nSwiftTrapDrain 0"
        try SwiftSite.with(
            Self.source, modules: ["include"], directives: Self.directives, global: global
        ) { server throws in
            func ask(_ page: String, _ name: String = "p") throws -> String {
                try server.write("app/\(name).shtml", page)
                let answer = try server.get("/app/\(name).shtml")
                #expect(answer.status == 200)
                #expect(answer.headers["Content-Type"]?.hasPrefix("text/plain") != true)
                return answer.text
            }
            let text = Self.page("exec=\"app::text\"")
            #expect(try ask("1\(text)2\(text)3") == "1[SwiftHandler 1]2[SwiftHandler 2]3")
            #expect(try ask("1\(Self.page("exec=\"app\""))2") == "1[default]2")
            let long = String(repeating: "b", count: 20_000)
            let writes = Self.page("exec=\"app::writes\"")
            #expect(try ask("1\(writes)2\(writes)3") == "1[a\(long)]2[a\(long)]3")
            #expect(
                try ask("\(Self.page("exec=\"app::sets\""))<!--#echo var=\"FROM\" -->") == "swift")
            // What is not shown is not called.
            #expect(try ask("1<!--#if expr=\"false\" -->\(text)<!--#endif -->2") == "12")
            // The word may come from a variable.
            #expect(
                try ask("<!--#set var=\"w\" value=\"app\" -->\(Self.page("exec=\"$w\""))")
                    == "[default]")
            for (parameters, sentence) in [
                ("exec=\"app::breaks\"", "Broken"),
                ("exec=\"app::traps\"", "MSW0401"),
                ("exec=\"app::missing\"", "MSW0542"),
                ("exec=\"app::none\"", "MSW0102"),
                ("exec=\"\(server.htdocs)/app/app\"", "MSW0541"),
                ("exec=\"../app\"", "MSW0541"),
                ("eval=\"1 + 1\"", "Swift is compiled, not evaluated"),
                ("exec=\"app\" exec=\"app\"", "takes one parameter"),
                ("", "takes one parameter"),
                ("exec=\"\"", "takes one parameter"),
            ] {
                let body = try ask("1\(Self.page(parameters))2")
                #expect(body.hasPrefix("1") && body.hasSuffix("\(Self.error)2"), "\(parameters)")
                try server.expectLog(containing: sentence)
            }
            server.allowLog(containing: "MSW0401")
            server.allowLog(containing: "Fatal error")
            #expect(try ask("1\(text)2", "no") == "1\(Self.error)2")
            try server.expectLog(containing: "MSW0540: #swift used but not allowed in")
        }
    }

    /// mod_include works on what a handler writes, and calls handlers for that.
    @Test func answersOfHandlersArePagesToo() throws {
        let global = "SwiftPath \"${HTDOCS}/app\""
        try SwiftSite.with(
            Self.source, modules: ["include"], handler: "app::page",
            directives: "Options +Includes", global: global
        ) { server throws in
            #expect(try server.app().text == "1[SwiftHandler 1]2")
        }
    }
}
