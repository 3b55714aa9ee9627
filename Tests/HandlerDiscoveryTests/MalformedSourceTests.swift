// SPDX-License-Identifier: Apache-2.0

import HandlerDiscovery
import SwiftParser
import Testing

/// Source text may be any text.
@Suite struct MalformedSourceTests {
    @Test(arguments: [
        "", "\n", "\u{FEFF}", "\0", "\r", "}", "func", "func handler", "func handler(",
        "func handler(_ req: Request", "func (_ req: Request) {}",
        "struct { func h(_ r: Request) {} }",
        "extension { func h(_ r: Request) {} }", "struct A { func h(_ : ) }", "#if", "#endif",
        "#else",
        "#sourceLocation(file: \"", "\"", "\"\"\"", "/*", "@", "`", "func ``(_ r: Request) {}",
        "func h(_: Request {}", "func h(: Request) {}", "#if A\nfunc h(_ r: Request) {}",
        "extension A. { func h(_ r: Request) {} }", "typealias", "let", "let handler",
        "func 1(_ r: Request)",
    ])
    func everyFragmentGivesAValidRegistration(_ source: String) {
        #expect(isValid(Registration(of: source)))
    }

    @Test func whateverCanBeReadIsFound() {
        let registration = Registration(
            of: """
                let x = = 3
                func handler(_ req: Request) -> Status { return .ok ]
                }
                struct A { func h(_ r: Request) { ( } }
                func last(_ req: Request) {}
                """)
        #expect(registration.handlers.contains("handler"))
    }

    @Test func nulBytesAreNoObstacle() {
        let registration = Registration(
            of: "\0\0func a(_ r: Request) {}\0\nfunc b(_ r: Request) {}\0")
        #expect(registration.handlers == ["a", "b"])
    }

    @Test func aFileNeedsNoFinalNewline() {
        #expect(Registration(of: "func a(_ r: Request) {}").handlers == ["a"])
    }

    @Test(arguments: ["{", "(", "!", "/*", "\0", "\r", "\u{301}"])
    func oneHundredThousandOfOneCharacterEnd(_ piece: String) {
        expectFirst(before: String(repeating: piece, count: 100_000))
    }

    @Test(arguments: [
        "}", ")", "`", "func f() {", "struct A {", "#elseif A\n", "@a ", "if a {} else {", "a.",
        "a: ", "func ", "private ", "a ? b : ", "{ a in ", "try ",
    ])
    func threeThousandOfAnythingEnd(_ piece: String) {
        expectFirst(before: String(repeating: piece, count: 3_000))
    }

    @Test(arguments: [".Request", "?", " & Request", ".Type"])
    func veryDeepTypesAreNotWalked(_ piece: String) {
        let type = "Request" + String(repeating: piece, count: 50_000)
        let registration = Registration(of: "func handler(_ req: \(type)) {}")
        #expect(registration.handlers == [])
        #expect(registration.refusals.map(\.line) == [1])
    }

    @Test func veryDeepExtensionsAreNotWalked() {
        let type = "A" + String(repeating: ".A", count: 50_000)
        let registration = Registration(of: "extension \(type) { func h(_ req: Request) {} }")
        #expect(registration.handlers == [])
    }

    @Test func typesInTypesInTypesAreFoundAsDeepAsTheParserGoes() {
        let text = String(repeating: "enum A { static func h(_ r: Request) {}\n", count: 100)
        #expect(Registration(of: text + String(repeating: "}", count: 100)).handlers.count == 100)
    }

    @Test func aFileOfFiveMegabytesEnds() {
        let comment = String(repeating: "// This line says nothing at all.\n", count: 160_000)
        let registration = Registration(of: comment + "func handler(_ r: Request) {}")
        #expect(registration.text.contains("line: 160001)"))
    }

    @Test func everyBeginningOfAFileGivesAValidRegistration() {
        let text = """
            import ModSwift
            #if os(Linux)
            @MainActor struct `class`<T> where T: P { init?(_ r: Request) {} }
            #elseif !(A) && swift(>=6)
            extension A.B { mutating func `in`(for r: borrowing ModSwift.Request?, n: Int = 1) {} }
            #else
            private func handler(_ r: inout Request...) async throws(E) -> [String: Int] { [:] }
            #endif
            """
        for length in stride(from: 0, to: text.count, by: 3) {
            let start = String(text.prefix(length))
            #expect(isValid(Registration(of: start)), "\(start)")
        }
    }

    private func expectFirst(before text: String) {
        let registration = Registration(of: "func first(_ r: Request) {}\n" + text)
        #expect(registration.handlers == ["first"])
    }

    private func isValid(_ registration: Registration) -> Bool {
        !Parser.parse(source: registration.text).hasError
    }
}
