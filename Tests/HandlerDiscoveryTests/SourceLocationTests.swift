// SPDX-License-Identifier: Apache-2.0

import HandlerDiscovery
import Testing

/// Compiler messages refer to the author's lines.
@Suite struct SourceLocationTests {
    @Test func everyHandlerHasTheLineOfItsName() {
        let registration = Registration(
            of: "\n@discardableResult\nfunc\nhandler(_ req: Request) -> Status { .ok }")
        #expect(
            registration.text.contains(
                """

                #sourceLocation(file: "/srv/hello.swift", line: 4)
                    _msw_registrar.add("handler", handler)
                #sourceLocation()

                """))
    }

    @Test func everyDirectiveIsClosed() {
        let registration = Registration(
            of: """
                func a(_ r: Request) {}
                #if B
                func b(_ r: Request, n: Int = 1) {}
                #endif
                struct C { func c(_ r: Request) {} }
                """)
        let lines = registration.text.split(separator: "\n")
        let opened = lines.indices.filter { lines[$0].hasPrefix("#sourceLocation(file") }
        #expect(opened.count == 3)
        #expect(opened.allSatisfy { lines[$0 + 2] == "#sourceLocation()" })
        #expect(lines.filter { $0.contains("#sourceLocation") }.count == 6)
    }

    @Test(arguments: [
        ("\n", 3), ("\r\n", 3), ("\r", 3), ("\u{2028}", 1),
    ])
    func linesAreCountedAsTheCompilerCounts(_ ending: String, line: Int) {
        let text = "// one\(ending)/* two */\(ending)func handler(_ r: Request) {}"
        let registration = Registration(
            of: "func a(_ r: Request) {};" + text + "\nfunc b(_ r: Request) {}")
        let last = line + 1
        #expect(registration.text.contains("line: \(last))\n    _msw_registrar.add(\"b\", b)"))
    }

    @Test func aByteOrderMarkIsNoLine() {
        let registration = Registration(of: "\u{FEFF}func handler(_ r: Request) {}\n")
        #expect(registration.text.contains("line: 1)"))
        #expect(registration.handlers == ["handler"])
    }

    @Test(arguments: [
        ("/srv/my site/é.swift", "/srv/my site/é.swift"),
        ("/srv/\"a\".swift", "/srv/\\\"a\\\".swift"),
        ("C:\\srv\\(a)", "C:\\\\srv\\\\(a)"),
        ("/srv/a\nb\u{0}.swift", "/srv/a?b?.swift"),
    ])
    func pathsAreEscaped(_ path: String, expected: String) {
        let source = HandlerSource(path: path, text: "func handler(_ r: Request) {}")
        let registration = Registration(of: [source])
        #expect(registration.text.contains("#sourceLocation(file: \"\(expected)\", line: 1)\n"))
    }

    @Test func namesAndReasonsAreEscaped() {
        let registration = Registration(of: "private func `a\"b`(_ r: Request) {}")
        #expect(registration.text.contains("refuse(\"a\\\"b\", \"it is private\", line: 1)"))
    }
}
