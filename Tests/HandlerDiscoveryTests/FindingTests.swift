// SPDX-License-Identifier: Apache-2.0

import HandlerDiscovery
import Testing

/// The declarations that are found, and how the registration refers to them.
@Suite struct FindingTests {
    @Test(arguments: [
        Example("func handler(_ req: Request) throws -> Status {}", "handler", "handler"),
        Example("public func page(_ r: ModSwift.Request) async -> String {}", "page", "page"),
        Example("func outputFilter(_ filter: Filter) throws {}", "outputFilter", "outputFilter"),
        Example(
            "func connectionHandler(_ c: Connection) {}", "connectionHandler", "connectionHandler"),
        Example("func handler(req: Request) {}", "handler", "handler(req:)"),
        Example("func handler(for req: Request) {}", "handler", "handler(for:)"),
        Example("func handler(in req: Request) {}", "handler", "handler(in:)"),
        Example("func h(_ req: borrowing Request) {}", "h", "h"),
        Example("func h(_ req: consuming Request) {}", "h", "h"),
        Example("func h(_ req: __owned ModSwift.Request) {}", "h", "h"),
        Example("func h(_ req: /* the */ Request /* now */) {}", "h", "h"),
        Example("func h(\n    _\n    req\n    :\n    Request\n) {}", "h", "h"),
        Example("func user(_ req: Request) -> User? {}", "user", "user"),
        Example("func h(_ req: Request) throws(Failure) -> some View {}", "h", "h"),
        Example("nonisolated(nonsending) func h(_ req: Request) async {}", "h", "h"),
        Example("func `default`(_ req: Request) {}", "default", "`default`"),
        Example("func `hello world`(_ req: Request) {}", "hello world", "`hello world`"),
        Example("struct A { static func h(_ r: Request) {} }", "A.h", "A.h"),
        Example("class A { class func h(_ r: Request) {} }", "A.h", "A.h"),
        Example("enum A { static func `in`(_ r: Request) {} }", "A.in", "A.`in`"),
        Example("actor A { static func h(_ r: Request) {} }", "A.h", "A.h"),
        Example(
            "enum A { enum B { enum `class` { static func h(at r: Request) {} } } }",
            "A.B.class.h", "A.B.`class`.h(at:)"),
        Example("extension A { static func h(_ r: Request) {} }\nenum A {}", "A.h", "A.h"),
        Example(
            "enum A { enum B {} }\nextension A.B { static func h(_ r: Request) {} }",
            "A.B.h", "A.B.h"),
        Example(
            "extension A { enum B { static func h(_ r: Request) {} } }\nenum A {}",
            "A.B.h", "A.B.h"),
        Example("@MainActor enum A { nonisolated static func h(_ r: Request) {} }", "A.h", "A.h"),
        Example(
            "@MainActor enum A { enum B { static func h(_ r: Request) {} } }",
            "A.B.h", "A.B.h"),
    ])
    func functionsAreRegisteredByReference(_ example: Example) {
        let registration = Registration(of: example.source)
        #expect(registration.handlers == [example.name])
        #expect(registration.refusals == [])
        #expect(registration.registered(example.name) == example.expected)
    }

    @Test(arguments: [
        Example("struct A { func h(_ r: Request) {} }", "A.h", "A().h(_msw_argument)"),
        Example("struct A { func h(for r: Request) {} }", "A.h", "A().h(for: _msw_argument)"),
        Example(
            "struct A { func h(_ r: Request) async throws {} }", "A.h",
            "try await A().h(_msw_argument)"),
        Example(
            "struct A { mutating func h(_ r: Request) throws {} }", "A.h",
            "var _msw_instance = A(); return try _msw_instance.h(_msw_argument)"),
        Example(
            "struct A { init(_ r: Request) throws {}; func h(_ r: Request) {} }", "A.h",
            "try A(_msw_argument).h(_msw_argument)"),
        Example(
            "struct A { init(req: Request) {}; func h(_ r: Request) {} }", "A.h",
            "A(req: _msw_argument).h(_msw_argument)"),
        Example(
            "struct A { init(_ r: Request, n: Int = 1) {}; func h(_ r: Request) {} }", "A.h",
            "A(_msw_argument).h(_msw_argument)"),
        Example(
            "struct A { init(n: Int = 1) async {}; func h(_ r: Request) {} }", "A.h",
            "await A().h(_msw_argument)"),
        Example(
            "struct A { init() {}; init(_ r: Request) {}; func h(_ r: Request) {} }", "A.h",
            "A(_msw_argument).h(_msw_argument)"),
        Example(
            "struct A { let n: Int; func h(_ r: Request) {} }; extension A { init() {} }",
            "A.h", "A().h(_msw_argument)"),
        Example(
            "enum A { case a; init() { self = .a }; func h(_ r: Request) {} }", "A.h",
            "A().h(_msw_argument)"),
        Example(
            "class A { init(r: Request) {} }; class B: A { func h(_ r: Request) {} }", "B.h",
            "B(r: _msw_argument).h(_msw_argument)"),
        Example(
            "class A { convenience init(n: Int) {}; func h(_ r: Request) {} }", "A.h",
            "A().h(_msw_argument)"),
        Example("actor A { nonisolated func h(_ r: Request) {} }", "A.h", "A().h(_msw_argument)"),
        Example(
            "struct A { init(_ f: Filter) {}; func h(_ f: Filter) {} }", "A.h",
            "A(_msw_argument).h(_msw_argument)"),
        Example(
            "enum A { struct `class` { func `in`(_ r: Request) {} } }", "A.class.in",
            "A.`class`().`in`(_msw_argument)"),
        Example("func h(_ r: Request, times: Int = 1) throws {}", "h", "try h(_msw_argument)"),
        Example(
            "enum A { static func h(times: Int = 1, at r: Request) async {} }", "A.h",
            "await A.h(at: _msw_argument)"),
    ])
    func methodsAndDefaultsAreCalledInClosures(_ example: Example) {
        let registration = Registration(of: example.source)
        #expect(registration.handlers == [example.name])
        #expect(registration.called(example.name) == example.expected)
    }

    @Test(arguments: [
        "var n = 0", "let n = 0", "var n: Int?", "var n: Int!", "lazy var n = 1",
        "var n: Int { 1 }", "var n: Int { get { 1 } set {} }", "var n = 1 { didSet {} }",
        "static let n: Int = 1", "var (a, b) = (1, 2)", "@Wrapped var n = 1",
    ])
    func propertiesWithValuesKeepTheImplicitInitializer(_ property: String) {
        let text = "struct A { \(property)\n func h(_ r: Request) {} }"
        #expect(Registration(of: text).handlers == ["A.h"])
    }

    @Test(arguments: [
        "var n: Int", "let n: Int?", "var n: Optional<Int>", "var a, b: Int",
        "var n: Int { didSet {} }", "@Wrapped var n: Int?", "#if DEBUG\nvar n: Int\n#endif",
    ])
    func propertiesWithoutValuesTakeItAway(_ property: String) {
        let text = "struct A { \(property)\n func h(_ r: Request) {} }"
        #expect(Registration(of: text).handlers == [])
    }

    @Test(arguments: [
        "func helper() {}", "func helper(_ name: String) {}",
        "func helper(_ a: Request, _ b: Int) {}",
        "func helper(_ r: [Request]) {}", "func helper(_ r: Other.Request) {}",
        "func outer() { func inner(_ req: Request) {} }", "let page = { (r: Request) in }",
        "protocol P { func handler(_ req: Request) }", "struct A { init(_ req: Request) {} }",
        "struct A { subscript(_ req: Request) -> Int { 1 } }", "enum A { case handler(Request) }",
        "struct A { static prefix func ! (_ req: Request) -> Int { 1 } }",
        "class A { deinit { func handler(_ req: Request) {} } }",
        "// func handler(_ req: Request) {}",
        "let text = \"func handler(_ req: Request) {}\"",
        "extension [Request] { func h(_ r: Request) {} }",
    ])
    func whatNobodyTakesForAHandlerIsAbsent(_ source: String) {
        let registration = Registration(of: source)
        #expect(registration.handlers == [])
        #expect(registration.refusals == [])
    }

    @Test func namesKeepTheOrderOfTheFiles() {
        let registration = Registration(of: [
            HandlerSource(
                path: "b.swift", text: "func b(_ r: Request) {}\nfunc c(_ r: Request) {}"),
            HandlerSource(path: "a.swift", text: "func a(_ r: Request) {}"),
        ])
        #expect(registration.handlers == ["b", "c", "a"])
    }

    @Test func filesOfAModuleKnowEachOther() {
        let registration = Registration(of: [
            HandlerSource(path: "a.swift", text: "extension A { func h(_ r: Request) {} }"),
            HandlerSource(path: "b.swift", text: "struct A {}"),
        ])
        #expect(registration.called("A.h") == "A().h(_msw_argument)")
    }

    @Test func overloadsThatTakeSomethingElseDoNotMatter() {
        let registration = Registration(
            of: """
                func page(_ req: Request) -> String { "" }
                func page(_ name: String) -> String { "" }
                private func page(_ req: Request, _ name: String) -> String { "" }
                func page(_ req: Request?) -> String { "" }
                """)
        #expect(registration.handlers == ["page"])
        #expect(registration.refusals == [])
    }
}
