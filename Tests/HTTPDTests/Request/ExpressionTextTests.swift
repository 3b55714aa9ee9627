// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ExpressionTextTests {
    /// httpd's scanner would end the child: "flex scanner jammed".
    @Test func expressionsThatHttpdDoesNotSurviveAreRefused() throws {
        let source = """
            func handler(_ req: Request) -> String {
                let texts = [
                    "a\\\\", "'a\\\\", "%{tolower:it's}", "'%{tolower:%{req:A}\\"}'", "%{tolower:%{HTTPS}'}",
                ]
                return texts.map { text in
                    do {
                        _ = try req.evaluate(text)
                        return "condition"
                    } catch {}
                    do {
                        return try req.evaluateString(text)
                    } catch let error as ExpressionError { return error.message } catch { return "?" }
                }.joined(separator: "\\n")
            }

            func right(_ req: Request) throws -> String {
                try req.evaluateString("it's %{toupper:a\\\\'%{REQUEST_METHOD}b} 'so' %{HTTPS}")
            }
            """
        try SwiftSite.with(
            source, directives: "AddHandler mod_swift .right\nSwiftHandler app::right | .right"
        ) { server throws in
            let lines = try server.app().text.split(separator: "\n")
            #expect(lines.count == 5)
            #expect(lines.prefix(2).allSatisfy { $0 == "it ends in a backslash" })
            #expect(lines.dropFirst(2).allSatisfy { $0.contains("holds a quotation mark") })
            #expect(
                try server.get("/app/x.right").text == "it's A'GETB 'so' off"
            )
        }
    }
}
