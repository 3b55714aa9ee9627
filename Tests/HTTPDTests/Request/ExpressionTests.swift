// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ExpressionTests {
    @Test func conditionsAndTextsAreEvaluatedByHttpd() throws {
        let source = #"""
            func handler(_ req: Request) throws -> String {
                let conditions = [
                    "%{REQUEST_URI} =~ m#^/app/#", "%{REQUEST_METHOD} == 'POST'", "true && ! false",
                    "-n req('X-Asked')", "%{QUERY_STRING} -in { 'a', 'b' }", "1 -lt 2",
                ]
                let texts = [
                    "%{REQUEST_METHOD} %{REQUEST_URI}?%{QUERY_STRING}", "plain", "",
                    "%{tolower:%{HTTP:X-Asked}}", "%{HTTP:X-None}",
                ]
                return try "\(conditions.map { try req.evaluate($0) }) "
                    + "\(texts.map { try req.evaluateString($0) }) "
                    + "\(req.evaluate("-n req('X-Other')", options: .noVary))"
            }
            """#
        try SwiftSite.with(source) { server throws in
            let answer = try server.get("/app/x.do?b", headers: ["X-Asked": "YES"])
            #expect(
                answer.text == """
                    [true, false, true, true, true, true] \
                    ["GET /app/x.do?b", "plain", "", "yes", ""] false
                    """)
            #expect(answer.headers["Vary"] == "X-Asked")
        }
    }

    @Test func mistakesAreToldInHttpdsWords() throws {
        let source = #"""
            func handler(_ req: Request) throws -> String {
                var told: [String] = []
                for text in ["%{REQUEST_URI} =~", "no_such('a')", "", "a\0b", "%{REQUEST_URI} =~ m#(#"] {
                    do { _ = try ServerExpression(text) } catch let error as ExpressionError {
                        told.append("\(error.expression == text): \(error.message)")
                    }
                }
                do { _ = try ServerStringExpression("%{no_such:a}") } catch { told.append("\(error)") }
                do { _ = try ServerExpression("file('/etc/hostname') == 'a'", options: .restricted) } catch {
                    told.append("\(error)")
                }
                if req.args == "uncaught" { _ = try req.evaluate("(") }
                return told.joined(separator: "\n")
            }
            """#
        try SwiftSite.with(source) { server throws in
            let lines = try server.app().text.split(separator: "\n").map(String.init)
            #expect(lines.count == 7)
            #expect(lines.prefix(5).allSatisfy { $0.hasPrefix("true: ") && $0.count > 10 })
            #expect(lines[0].contains("syntax error"))
            #expect(lines[1].contains("no_such"))
            #expect(lines[5].hasPrefix("the expression \"%{no_such:a}\": "))
            #expect(lines[6].contains("file"))
            #expect(try server.app("uncaught").status == 500)
            try server.expectLog(containing: "MSW0301")
        }
    }

    @Test func oneExpressionServesAllThreads() throws {
        let source = #"""
            let isEven = Result { try ServerExpression("%{QUERY_STRING} =~ /^([0-9]*[02468])$/ && '$1' =~ /[0-9]/") }
            let place = Result { try ServerStringExpression("%{REQUEST_URI}?%{QUERY_STRING}") }
            func handler(_ req: Request) throws -> String {
                for _ in 0..<20 {
                    let expected = Int(req.args ?? "")! % 2 == 0
                    guard try isEven.get().evaluate(for: req) == expected,
                        try place.get().evaluate(for: req) == "/app/x.do?\(req.args!)"
                    else { throw Status.conflict }
                }
                return "right"
            }
            """#
        try SwiftSite.with(source, children: 1) { server throws in
            #expect(try server.app("1").text == "right")
            let even = try server.hammer("/app/x.do?12") { () throws in
                #expect(server.hammer("/app/x.do?7").statuses == [200: 400])
            }
            #expect(even.statuses.keys.sorted() == [200])
        }
    }
}
