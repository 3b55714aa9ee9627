// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CompilerDiagnostics

@Suite struct DiagnosticTests {
    @Test func everyLineOfTheCompilerIsRead() {
        let output = """
            /srv/a b/hello.swift:3:15: error: cannot find 'x' in scope
                return x
                       ^
            /srv/c:d.swift:10:1: warning: unused: error: not one
            /srv/a.swift:1:2: note: declared here
            <unknown>:0: error: unable to load standard library
            error: link command failed with exit code 1
            """
        #expect(
            Diagnostic.all(in: output) == [
                Diagnostic(
                    severity: .error, message: "cannot find 'x' in scope",
                    file: "/srv/a b/hello.swift", line: 3, column: 15,
                    quote: ["    return x", "           ^"]),
                Diagnostic(
                    severity: .warning, message: "unused: error: not one", file: "/srv/c:d.swift",
                    line: 10, column: 1),
                Diagnostic(
                    severity: .note, message: "declared here", file: "/srv/a.swift", line: 1,
                    column: 2),
                Diagnostic(severity: .error, message: "unable to load standard library"),
                Diagnostic(severity: .error, message: "link command failed with exit code 1"),
            ])
    }

    @Test(arguments: [
        "", "    ^~~~", "let a: Int = 1 // error: no", "x:y:z: error: no numbers", ": error: ",
        "\u{FFFD}\u{FFFD}:1: error:", "error:",
    ])
    func anythingElseIsNone(line: String) {
        #expect(Diagnostic(line: line[...]) == nil)
    }

    @Test func aDeclarationOfAnInterfaceHasNoBraceOfItsType() {
        for (line, shown) in [
            ("public func write(_ text: String)}", "public func write(_ text: String)"),
            ("public var args: String? { get }}", "public var args: String? { get }"),
            ("public var args: String? { get }", "public var args: String? { get }"),
        ] {
            let output = "ModSwift.Request.write:2:13: note: candidate\n\(line)"
            #expect(Diagnostic.all(in: output).first?.quote == [shown])
        }
        let own = Diagnostic.all(in: "/srv/a.swift:2:3: error: extraneous '}'\n}}")
        #expect(own.first?.quote == ["}}"])
    }

    @Test func anExcerptShowsTheLinesAround() throws {
        let source = "one\ntwo\n\tlet é = x\nfour\nfive\nsix"
        let excerpt = try #require(Excerpt(of: source, line: 3, column: 11, context: 1))
        #expect(excerpt.lines.map(\.number) == [2, 3, 4])
        #expect(excerpt.lines.map(\.text) == ["two", "\tlet é = x", "four"])
        // Ten bytes before it: one is a tab, and two are one letter.
        #expect(excerpt.caret == "\t        ^")
    }

    @Test func placesOutsideOfTheSourceAreNoTrouble() throws {
        #expect(Excerpt(of: "one", line: 0, column: 1) == nil)
        #expect(Excerpt(of: "one", line: 2, column: 1) == nil)
        #expect(Excerpt(of: "", line: 1, column: 1)?.caret == "^")
        #expect(Excerpt(of: "one", line: 1, column: 999)?.caret == "   ^")
        #expect(Excerpt(of: "one", line: 1, column: -5)?.caret == "^")
        let long = String(repeating: "x", count: 100_000)
        #expect(try #require(Excerpt(of: long, line: 1, column: 5)).lines[0].text.count < 400)
        #expect(try #require(Excerpt(of: "a\r\nb\r\n", line: 2, column: 1)).lines[1].text == "b")
    }
}
