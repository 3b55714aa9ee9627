// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CompilerDiagnostics

@Suite struct CompilerMessageTests {
    private static let output = """
        /srv/a.swift:7:13: error: call can throw but is not marked with 'try'
            let a = req.read()
                    ^~~~~~~~~~
        /srv/a.swift:7:13: note: did you mean to use 'try'?
            let a = req.read()
                    ^
                    try\u{20}
        /srv/a.swift:9:5: warning: unused
            b
            ^
        """

    @Test func notesBelongToWhatStandsBeforeThem() throws {
        let messages = CompilerMessage.all(in: Self.output)
        #expect(messages.map(\.diagnostic.severity) == [.error, .warning])
        #expect(messages[0].notes.map(\.message) == ["did you mean to use 'try'?"])
        #expect(messages[0].notes[0].fixIt == "try ")
        #expect(messages[0].diagnostic.fixIt == nil && messages[1].notes.isEmpty)
        // A file that is included twice is compiled twice, and its messages appear twice.
        #expect(CompilerMessage.all(in: "\(Self.output)\n\(Self.output)") == messages)
    }

    @Test func aLogTellsOffersFromCodeAndHasALineOfOurs() {
        let lines = CompilerMessage.annotated(Self.output).split(separator: "\n").map(String.init)
        #expect(lines.count == 11)
        #expect(lines[3].hasPrefix("/srv/a.swift:7:13: mod_swift: write try in front"))
        #expect(lines[7] == "            try    <- offered by the compiler")
        #expect(CompilerMessage.annotated("") == "")
    }

    @Test(arguments: [
        ("var 'n' is not concurrency-safe because … state [#MutableGlobalVariable]", "Mutex"),
        ("errors thrown from here are not handled", "throws"),
        ("'async' call in a function that does not support concurrency", "async throws"),
        ("expression is 'async' but is not marked with 'await'", "await"),
        ("no exact matches in call to instance method 'write'", "req.write("),
        ("missing return in global function expected to return 'Status'", "return .ok"),
        ("cannot convert return expression of type 'String' to return type 'Status'", ".ok"),
        ("value of optional type 'String?' must be unwrapped to a value of type 'String'", "??"),
        ("cannot find 'Date' in scope", "Date needs import Foundation"),
        ("cannot find type 'Request' in scope", "Request needs import ModSwift"),
        ("cannot find 'Mutex' in scope", "Mutex needs import Synchronization"),
        ("no such module 'Vapor'", "ModSwiftJSON"),
        ("statements are not allowed at the top level", "SwiftImport"),
        ("value of type 'Request' has no member 'headers_in'", "headers_in is headersIn here"),
        ("value of type 'FieldStorage' has no member 'getfirst'", "getfirst is getFirst here"),
        ("value of type 'Request' has no member 'is_https'", "is_https is isHTTPS here"),
        ("cannot find 'apache' in scope", "throw Status.notFound"),
        ("value of type '(Bool) throws -> FieldStorage' has no subscripts", "try req.form()"),
        ("type 'Status' has no member 'OK'", ".ok, .declined"),
        (
            "call can throw, but it is not marked with 'try' and the error is not handled",
            "throws behind"
        ),
    ])
    func firstMistakesHaveALineOfOurs(message: String, part: String) {
        let error = CompilerMessage(diagnostic: Diagnostic(severity: .error, message: message))
        #expect(error.advice?.contains(part) == true, "\(error.advice ?? "none")")
        let warning = CompilerMessage(diagnostic: Diagnostic(severity: .warning, message: message))
        #expect(warning.advice == nil)
    }

    @Test func othersHaveNone() {
        for message in [
            "cannot find 'x' in scope", "expected ')'", "",
            "value of type 'Person' has no member 'first_name'",
            "type 'Request' has no member 'headers_in'",
        ] {
            let error = CompilerMessage(diagnostic: Diagnostic(severity: .error, message: message))
            #expect(error.advice == nil)
        }
    }

    @Test func aValueThatMayBeNilIsNotToBecomeText() throws {
        let output = """
            /srv/a.swift:4:9: error: no exact matches in call to instance method 'write'
            ModSwift.Request.write:2:13: note: candidate expects value of type 'String' for parameter #1 (got 'Field?')
            """
        let advice = CompilerMessage.all(in: output)[0].advice
        #expect(advice?.contains("value ?? \"\"") == true)
    }

    @Test func codeOfThePageIsNotShownAsACall() {
        let output = """
            /srv/a.psp:1:7: error: 'callAsFunction' is unavailable: give a value for nil
            <td><%= req.args %></td>
                  ^
            ModSwift.PageSink.callAsFunction:3:15: note: 'callAsFunction' has been explicitly marked unavailable here
            public func callAsFunction<Value>(_ value: Value?)
                        ^
            /srv/a.psp:2:1: error: 'callAsFunction' is unavailable: of the author's
            """
        let messages = CompilerMessage.all(in: output)
        #expect(messages[0].diagnostic.message == "give a value for nil")
        #expect(messages[0].diagnostic.quote.count == 2 && messages[0].notes.isEmpty)
        #expect(
            messages[1].diagnostic.message == "'callAsFunction' is unavailable: of the author's")
    }

    /// The manual lists all of mod_python's names with mod_swift's.
    @Test func namesAreThoseOfTheManual() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let page = try String(
            contentsOfFile: "/\(root)/docs/manual/from-mod_python.md", encoding: .utf8)
        let words = Set(page.split { !($0.isLetter || $0.isNumber || $0 == "_") })
        #expect(PythonNames.all.count > 80)
        for name in PythonNames.all {
            #expect(words.contains(name[...]), "\(name)")
            #expect(PythonNames.name(for: name).map { words.contains($0[...]) } == true, "\(name)")
        }
    }

    @Test func theEmptyLineAfterTheLastIsNoLine() {
        #expect(Excerpt(of: "a\nb\n", line: 2, column: 1)?.lines.map(\.number) == [1, 2])
        #expect(Excerpt(of: "a\nb\n", line: 3, column: 1)?.lines.map(\.number) == [1, 2, 3])
        #expect(Excerpt(of: "\n", line: 1, column: 1)?.lines.map(\.number) == [1])
    }
}
