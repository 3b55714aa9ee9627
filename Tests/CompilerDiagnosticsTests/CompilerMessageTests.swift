// SPDX-License-Identifier: Apache-2.0

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
    ])
    func firstMistakesHaveALineOfOurs(message: String, part: String) {
        let error = CompilerMessage(diagnostic: Diagnostic(severity: .error, message: message))
        #expect(error.advice?.contains(part) == true, "\(error.advice ?? "none")")
        let warning = CompilerMessage(diagnostic: Diagnostic(severity: .warning, message: message))
        #expect(warning.advice == nil)
    }

    @Test func othersHaveNone() {
        for message in ["cannot find 'x' in scope", "expected ')'", ""] {
            let error = CompilerMessage(diagnostic: Diagnostic(severity: .error, message: message))
            #expect(error.advice == nil)
        }
    }

    @Test func theEmptyLineAfterTheLastIsNoLine() {
        #expect(Excerpt(of: "a\nb\n", line: 2, column: 1)?.lines.map(\.number) == [1, 2])
        #expect(Excerpt(of: "a\nb\n", line: 3, column: 1)?.lines.map(\.number) == [1, 2, 3])
        #expect(Excerpt(of: "\n", line: 1, column: 1)?.lines.map(\.number) == [1])
    }
}
