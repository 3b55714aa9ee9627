// SPDX-License-Identifier: Apache-2.0
//
// What a page of mod_include shows where its handler fails, and whose code it runs.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct IncludeFailureTests {
    private static let source = """
        struct Broken: Error {}
        nonisolated(unsafe) var three = 3
        func handler(_ req: Request) -> String { "[default]" }
        func breaks(_ req: Request) throws { req.write("<x>"); throw Broken() }
        func traps(_ req: Request) { req.write("\\([1][three])") }
        func missing(_ req: Request) -> Status { .notFound }
        """

    private static let directives = """
        Options +Includes
        AddOutputFilter INCLUDES .shtml
        SSIErrorMsg "(wrong)"
        """

    private static func page(_ exec: String) -> String { "1<!--#swift exec=\"\(exec)\" -->2" }

    @Test func theStoryIsInThePageUnderSwiftDebug() throws {
        let directives = """
            \(Self.directives)
            <Files "quiet.shtml">
            SwiftDebug Off
            </Files>
            """
        try SwiftSite.with(
            Self.source, modules: ["include"], directives: "SwiftDebug On\n\(directives)",
            global: "SwiftPath \"${HTDOCS}/app\"\nSwiftTrapDrain 0"
        ) { server throws in
            func ask(_ exec: String, _ name: String = "p") throws -> String {
                try server.write("app/\(name).shtml", Self.page(exec))
                let answer = try server.get("/app/\(name).shtml")
                #expect(answer.status == 200)
                return answer.text
            }
            #expect(try ask("app") == "1[default]2")
            // What was written stays; what is told is text, whatever is in it.
            let story = try ask("app::breaks")
            #expect(story.hasPrefix("1<x><pre>MSW0301: #swift exec=app::breaks: threw Broken"))
            #expect(story.hasSuffix("</pre>2"))
            #expect(try ask("app::missing").contains("<pre>MSW0542: "))
            #expect(try ask("app::&lt;").contains("app::&lt;"))
            let trap = try ask("app::traps")
            #expect(trap.contains("MSW0401: ") && trap.contains("traps(_:) at "))
            #expect(try ask("app::breaks", "quiet") == "1<x>(wrong)2")
            for id in ["MSW0301", "MSW0542", "MSW0102", "MSW0401"] {
                server.allowLog(containing: id)
            }
            server.allowLog(containing: "]     ")
            server.allowLog(containing: "Fatal error")
        }
    }

    /// Who may write .htaccess would choose the code that runs.
    @Test func pagesRunNothingThatHtaccessNames() throws {
        try SwiftSite.with(
            Self.source, modules: ["include"],
            directives: "AllowOverride All\n\(Self.directives)",
            global: "SwiftPath \"${HTDOCS}/none\""
        ) { server throws in
            try server.write("app/.htaccess", "SwiftPath \"\(server.htdocs)/app\"\n")
            try server.write("app/p.shtml", Self.page("app"))
            #expect(try server.get("/app/p.shtml").text == "1(wrong)2")
            try server.expectLog(containing: "MSW0202: #swift exec=app: ")
        }
    }
}
