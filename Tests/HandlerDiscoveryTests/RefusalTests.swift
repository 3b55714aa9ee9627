// SPDX-License-Identifier: Apache-2.0

import HandlerDiscovery
import Testing

/// Refused declarations, and the messages for their authors.
@Suite struct RefusalTests {
    private static let elsewhere = "and a handler runs on the server's own thread"

    @Test(arguments: [
        Example("private func h(_ r: Request) {}", "h", "it is private"),
        Example("fileprivate func h(_ r: Request) {}", "h", "it is fileprivate"),
        Example("private struct A { func h(_ r: Request) {} }", "A.h", "its type A is private"),
        Example(
            "private enum A { enum B { static func h(_ r: Request) {} } }", "A.B.h",
            "its type A is private"),
        Example(
            "struct A {}\nprivate extension A { func h(_ r: Request) {} }", "A.h",
            "it is in a private extension"),
        Example(
            "extension A { func h(_ r: Request) {} }\nfileprivate struct A {}", "A.h",
            "its type A is fileprivate"),
        Example(
            "@available(*, unavailable) func h(_ r: Request) {}", "h",
            "it is marked as unavailable"),
        Example(
            "@available(*, unavailable, message: \"no\") struct A { func h(_ r: Request) {} }",
            "A.h", "its type A is marked as unavailable"),
    ])
    func whatCannotBeReachedIsRefused(_ example: Example) {
        expectRefusal(example)
    }

    @Test(arguments: [
        Example("func h<T>(_ r: Request) -> T? { nil }", "h", "it is generic"),
        Example("struct A<T> { func h(_ r: Request) {} }", "A.h", "its type A is generic"),
        Example(
            "struct A<T> { struct B { func h(_ r: Request) {} } }", "A.B.h",
            "its type A is generic"),
        Example(
            "struct A<T> {}\nextension A { static func h(_ r: Request) {} }", "A.h",
            "its type A is generic"),
        Example(
            "extension A where T == Int { func h(_ r: Request) {} }\nstruct A<T> {}", "A.h",
            "it is in an extension with a where clause"),
        Example(
            "extension A<Int> { func h(_ r: Request) {} }\nstruct A<T> {}", "A.h",
            "it is in an extension of a generic type"),
    ])
    func whatIsGenericIsRefused(_ example: Example) {
        expectRefusal(example)
    }

    @Test(arguments: [
        Example("@MainActor func h(_ r: Request) {}", "h", "@MainActor"),
        Example("@Swift.MainActor func h(_ r: Request) {}", "h", "@MainActor"),
        Example("@DatabaseActor func h(_ r: Request) {}", "h", "@DatabaseActor"),
        Example("#if DEBUG\n@MainActor\n#endif\nfunc h(_ r: Request) {}", "h", "@MainActor"),
        Example("@Lane func h(_ r: Request) {}\n@globalActor actor Lane {}", "h", "@Lane"),
        Example("@MainActor enum A { static func h(_ r: Request) {} }", "A.h", "@MainActor"),
        Example(
            "enum A {}\n@MainActor extension A { static func h(_ r: Request) {} }", "A.h",
            "@MainActor"),
        Example(
            "extension A { static func h(_ r: Request) {} }\n@MainActor enum A {}", "A.h",
            "@MainActor"),
        Example(
            "@MainActor class A {}\nclass B: A { static func h(_ r: Request) {} }", "B.h",
            "@MainActor"),
        Example(
            "@MainActor protocol P {}\nenum A: P { static func h(_ r: Request) {} }", "A.h",
            "@MainActor"),
        Example("actor A { func h(_ r: Request) {} }", "A.h", "the actor A"),
    ])
    func whatRunsOnAnActorIsRefused(_ example: Example) {
        let reason = "it runs on \(example.expected), \(Self.elsewhere)"
        expectRefusal(Example(example.source, example.name, reason))
    }

    @Test(arguments: [
        "let n: Int", "private init() {}", "fileprivate init(_ r: Request) {}", "init?() {}",
        "init<T>(_ t: T? = nil) {}", "init(_ n: Int) {}", "init(_ a: Request, _ b: Int) {}",
        "init(_ r: Request?) {}", "@available(*, unavailable) init() {}", "@MainActor init() {}",
        "init(_ f: Filter) {}", "#if DEBUG\ninit() {}\n#endif",
    ])
    func methodsWhoseTypeCannotBeMadeAreRefused(_ member: String) {
        let reason =
            "its type A needs an init() or init(_ req: Request) that anyone may call, "
            + "because every call makes a new A"
        expectRefusal(Example("struct A { \(member)\n func h(_ r: Request) {} }", "A.h", reason))
    }

    @Test(arguments: [
        Example("func h(_ r: inout Request) {}", "h", "its parameter is inout"),
        Example("func h(_ r: sending Request) {}", "h", "its parameter is sending"),
        Example("func h(_ r: Request?) {}", "h", "its parameter is optional"),
        Example("func h(_ r: ModSwift.Request!) {}", "h", "its parameter is optional"),
        Example("func h(_ r: Request...) {}", "h", "its parameter is variadic"),
        Example("func h(@Checked _ r: Request) {}", "h", "its parameter carries an attribute"),
    ])
    func almostARequestIsRefused(_ example: Example) {
        expectRefusal(example)
    }

    @Test(arguments: [
        Example(
            "func handler() -> String {}", "handler",
            "it takes no parameter; a handler takes one Request"),
        Example(
            "func handler(_ r: Request, _ x: Int) {}", "handler",
            "it takes 2 parameters; a handler takes one Request"),
        Example(
            "func handler(_ req: Rekwest) {}", "handler",
            "its parameter is of type Rekwest; a handler takes one Request"),
        Example(
            "struct A { func logHandler(_ r: [Request]) {} }", "A.logHandler",
            "its parameter is of type [Request]; a handler takes one Request"),
        Example(
            "func outputFilter() {}", "outputFilter",
            "it takes no parameter; a filter takes one Filter"),
        Example(
            "func connectionHandler(_ n: Int) {}", "connectionHandler",
            "its parameter is of type Int; a connection handler takes one Connection"),
        Example("func handler<T>(_ value: T) {}", "handler", "it is generic"),
        Example(
            "let handler = { (req: Request) in }", "handler",
            "it is a variable, not a function"),
        Example(
            "enum A { static var handler: Int { 1 } }", "A.handler",
            "it is a variable, not a function"),
        Example(
            "struct Request {}\nfunc handler(_ req: Request) {}", "handler",
            "its parameter is this module's own Request, not ModSwift.Request"),
        Example(
            "enum A { typealias Request = Int; static func handler(_ r: Request) {} }",
            "A.handler", "its parameter is this module's own Request, not ModSwift.Request"),
    ])
    func defaultNamesSayWhatIsWrongWithTheirParameters(_ example: Example) {
        expectRefusal(example)
    }

    @Test(arguments: [
        Example(
            "extension String { static func h(_ r: Request) {} }", "String.h",
            "it extends String, which this module does not declare as a type"),
        Example(
            "extension String { struct A { func h(_ r: Request) {} } }", "String.A.h",
            "it extends String, which this module does not declare as a type"),
        Example(
            "typealias A = Int\nextension A { static func h(_ r: Request) {} }", "A.h",
            "it extends A, which this module does not declare as a type"),
        Example(
            "protocol P {}\nextension P { func h(_ r: Request) {} }", "P.h",
            "it belongs to the protocol P, not to a type"),
    ])
    func extensionsOfOtherTypesAreRefused(_ example: Example) {
        expectRefusal(example)
    }

    @Test(arguments: [
        "func h(_ r: Request) {}\nfunc h(_ r: Request) async {}",
        "func h(_ r: Request) -> Status {}\nfunc h(_ r: Request) -> String {}",
        "func h(_ r: Request) {}\nfunc h(for r: Request) {}",
        "func h(_ r: Request) {}\nfunc h(_ c: Connection) {}",
    ])
    func twoFunctionsOfOneNameAreRefused(_ source: String) {
        expectRefusal(Example(source, "h", "more than one function has this name (lines 1 and 2)"))
    }

    @Test func aClashAcrossFilesNamesThem() {
        let text = "func h(_ r: Request) {}"
        let registration = Registration(of: [
            HandlerSource(path: "/srv/a.swift", text: text),
            HandlerSource(path: "/srv/b.swift", text: "\n" + text),
        ])
        let reason = "more than one function has this name (a.swift:1 and b.swift:2)"
        #expect(registration.refusals == [Refusal(name: "h", reason: reason, line: 1)])
    }

    @Test func manyFunctionsOfOneNameAreNotAllListed() {
        let text = String(repeating: "func h(_ r: Request) {}\n", count: 1000)
        let reason = "more than one function has this name (lines 1, 2, 3 and more)"
        expectRefusal(Example(text, "h", reason))
    }

    @Test func refusalsKnowTheirLine() {
        let registration = Registration(of: "\n\nprivate\n  func\n    h(_ r: Request) {}")
        #expect(registration.refusals == [Refusal(name: "h", reason: "it is private", line: 5)])
        #expect(
            registration.lines.contains("_msw_registrar.refuse(\"h\", \"it is private\", line: 5)"))
    }

    private func expectRefusal(
        _ example: Example, at location: SourceLocation = #_sourceLocation
    ) {
        let registration = Registration(of: example.source)
        #expect(registration.handlers == [], sourceLocation: location)
        #expect(registration.refusals.map(\.name) == [example.name], sourceLocation: location)
        #expect(registration.refusals.map(\.reason) == [example.expected], sourceLocation: location)
    }
}
