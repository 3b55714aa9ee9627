// SPDX-License-Identifier: Apache-2.0

import HandlerDiscovery
import Testing

/// The publisher publishes public declarations, and nothing else.
@Suite struct PublicationTests {
    @Test func whatIsPublicIsPublished() {
        let registration = Registration(
            of: """
                public func email(name: String) -> String { name }
                open class Page { public init() {}; open func show() {} ; func hide() {} }
                public struct Admin {
                    public static func all() {}
                    public func users(page: Int) {}
                    public let title = ""
                    public enum Deep { public static func down() {} }
                }
                extension Admin { public func more() {} }
                public extension Admin { func most() {}; private func secret() {} }
                public let value = 1
                public var computed: Int { 1 }
                """)
        #expect(
            registration.published.sorted() == [
                "Admin/Deep/down", "Admin/all", "Admin/more", "Admin/most", "Admin/title",
                "Admin/users", "Page/show", "computed", "email", "value",
            ])
        #expect(registration.unpublished.map(\.name) == ["Admin/secret"])
    }

    @Test func nothingElseIs() {
        let registration = Registration(
            of: """
                func internal() {}
                package func package() {}
                fileprivate func file() {}
                private func own() {}
                public func _underscored() {}
                public struct _Hidden { public static func shown() {} }
                struct Internal { public static func f() {}; public struct In { public static func g() {} } }
                public struct Outer { struct Inner { public static func f() {} } }
                extension String { public func shout() -> String { self } }
                extension Outer.Inner { public static func g() {} }
                public protocol Shape { func area() -> Int }
                extension Shape { public func area() -> Int { 1 } }
                public typealias Other = Outer
                public enum Colour { case red; public static func + (a: Colour, b: Colour) -> Colour { a } }
                public struct Box { public init() {}; public subscript(i: Int) -> Int { i } }
                let constant = 1
                public func outer() { func inner() {} }
                """)
        #expect(registration.published == ["outer"])
        #expect(registration.unpublished.isEmpty)
    }

    @Test(arguments: [
        ("public func f<T>(a: T) {}", "f", "it is generic"),
        ("public func f(a: some Any) {}", "f", "its parameter a is of an opaque type"),
        ("public func f(a: inout Int) {}", "f", "its parameter a has a specifier such as inout"),
        ("public func f(a: Int...) {}", "f", "its parameter a is variadic"),
        ("public func f(a: () -> Void) {}", "f", "its parameter a is a function"),
        ("public func f(a: @escaping () -> Void) {}", "f", "its parameter a is a function"),
        (
            "public typealias Done = () -> Void\npublic func f(a: Done) {}", "f",
            "its parameter a is a function"
        ),
        (
            "@MainActor public func f() {}", "f",
            "it runs on @MainActor, and a handler runs on the server's own thread"
        ),
        (
            "public actor A { public init() {}; public func f() {} }", "A/f",
            "it runs on the actor A, and a handler runs on the server's own thread"
        ),
        (
            "public struct A { public mutating func f() {} }", "A/f",
            "it changes its instance, which no other call would see"
        ),
        (
            "public struct A { let x: Int; public func f() {} }", "A/f",
            "its type A needs an init() or init(_ req: Request) that anyone may call, because every "
                + "call makes a new A"
        ),
        ("public func `a/b`() {}", "a/b", "its name holds a slash"),
        (
            "public func f(a: Int) {}\npublic func f(b: Int) {}", "f",
            "more than one function has this name (lines 1 and 2)"
        ),
        (
            "public func f(a: Int) {}\nfunc f(a: String) {}", "f",
            "more than one function has its name and labels (lines 1 and 2)"
        ),
        (
            "let x = 1; public func f(a: Int = x, b: Int = x, c: Int = x, d: Int = x, e: Int = x) {}",
            "f", "more than 4 of its defaults are not literals"
        ),
        ("public let lock = Mutex(0)", "lock", "it cannot be copied"),
        (
            "public struct A { public lazy var x = 1 }", "A/x", "reading it changes its instance"
        ),
    ])
    func whatCannotBeCalledIsRefused(_ source: String, _ path: String, _ reason: String) {
        let registration = Registration(of: source)
        #expect(registration.published.isEmpty)
        #expect(registration.unpublished.first { $0.name == path }?.reason == reason)
    }

    @Test func instancesAreComponentsOfPaths() {
        let registration = Registration(
            of: """
                public struct Admin {
                    public let log: Log
                    public func users() {}
                    public func callAsFunction() {}
                    func hidden() {}
                }
                public final class Log: Sendable { public func last() {}; public let parent: Admin? }
                public let admin: Admin = make()
                public let second = Site.Admin()
                public enum Site { public struct Admin { public func index() {} } }
                public let maybe = Maybe()
                public struct Maybe { public init?() {}; public func f() {} }
                """)
        #expect(
            Set(registration.published).isSuperset(of: [
                "admin", "admin/users", "admin/log", "admin/log/last", "admin/log/parent",
                "second/index", "second",
            ]))
        #expect(!registration.published.contains { $0.hasSuffix("hidden") || $0 == "maybe/f" })
    }

    @Test func typesThatHoldThemselvesComeToAnEnd() {
        let registration = Registration(
            of: """
                public final class Node { public init() {}; public var next: Node { self }; public var other: Leaf { Leaf() } }
                public final class Leaf { public init() {}; public var node: Node { Node() } }
                public let root = Node()
                """)
        #expect(registration.published.contains("root/other/node"))
        #expect(!registration.published.contains("root/next/next"))
    }

    @Test func conditionsAreRepeated() {
        let registration = Registration(
            of: """
                #if DEBUG
                public func f(a: Int) {}
                #else
                public func f(a: String) {}
                #endif
                """)
        #expect(registration.published == ["f"])
        #expect(registration.lines.contains("#if DEBUG"))
        #expect(registration.lines.contains { $0.hasPrefix("#elseif !(DEBUG)") })
    }

    // MARK: Access

    @Test func accessDeclarationsProtectWhatTheyAreNamedAfter() {
        let registration = Registration(
            of: """
                let access = Access(realm: "Members")
                let emailAccess: Access = make()
                public func email() {}
                public struct Admin {
                    static let access = ModSwift.Access()
                    static let usersAccess = Access()
                    public func users() {}
                }
                public let admin = Admin()
                let other = Access()
                """)
        let protected = registration.lines.filter { $0.contains(".protect(") }.compactMap {
            $0.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false).dropFirst()
                .first
        }
        #expect(
            protected.sorted() == ["", "Admin", "Admin/users", "admin", "admin/users", "email"])
        #expect(!registration.text.contains("#error"))
    }

    @Test(arguments: [
        ("private let access = Access()", "access is private: the publisher cannot see it"),
        (
            "let emialAccess = Access()\npublic func email() {}",
            "emialAccess protects nothing: nothing public has the name emial"
        ),
        (
            "let emailAccess = Access()\nfunc email() {}",
            "emailAccess protects nothing: nothing public has the name email"
        ),
        (
            "public struct A { let access = Access(); public func f() {} }",
            "access must be static: it protects all instances"
        ),
        (
            "@MainActor let access = Access()",
            "access must be a plain constant or computed property"
        ),
    ])
    func oneThatProtectsNothingEndsTheBuild(_ source: String, _ mistake: String) {
        let registration = Registration(of: source)
        #expect(registration.lines.contains("#error(\"\(mistake)\")"))
    }

    @Test func otherVariablesMayHaveItsName() {
        let registration = Registration(
            of: "struct Access {}\nprivate let access = Access()\nlet dataAccess = 1\n")
        #expect(!registration.text.contains("#error"))
    }

    // MARK: The compiler

    @Test func everyKindCompiles() throws {
        let workshop = try Workshop()
        #expect(
            try workshop.diagnostics(
                for: """
                    import ModSwift
                    import Foundation
                    public enum Failure: Error { case bad }
                    public struct File: ~Copyable { public init() {}; public consuming func name(a: String) -> File { self } }
                    public func none() {}
                    public func one(_ req: Request) async throws -> String { "" }
                    public func email(_ req: Request, name: String, page: Int = 1) throws(Failure) -> [String] { [] }
                    public func odd(url: URL, _ date: Date?, all: [Int] = [1, -2], for who: String? = nil) -> URL? { url }
                    public func `default`(in: Int, where other: Double = -1.5) -> Never { fatalError() }
                    public func late(a: Date = Date(), b: Int = Int.random(in: 1...2), c: String = "\\(1)") -> Date { a }
                    public func file() -> File { File() }
                    public func stream() -> some AsyncSequence<String, Never> { AsyncStream { $0.finish() } }
                    public func tuple(a: (Int, Int), b: [String: Int], c: any Error) -> (Int, Int) { a }
                    public func index() -> Int { 1 }
                    nonisolated(nonsending) public func caller(a: Int) async -> Status { .ok }
                    @concurrent public func elsewhere(a: Int) async -> Status { .ok }
                    @discardableResult public func thrown(a: Int) throws -> Status { throw Failure.bad }
                    public var number: Int { get async throws { 1 } }
                    public let instance = Page(scale: 1)
                    open class Page: @unchecked Sendable {
                        public required init(_ req: Request) throws {}
                        public init(scale: Int = 1) {}
                        public func show(a: Int, _ b: String) async -> Self { self }
                        open func draw() {}
                        public class func make(a: Int) -> Self? { nil }
                        public var title: String { get throws { "" } }
                    }
                    public struct Counter: Sendable {
                        public var count = 0
                        public static func reset(to value: Int) throws {}
                        public func callAsFunction(a: Int) -> Int { a }
                    }
                    public let counter = Counter()
                    public actor Bank { public init() {}; nonisolated public func rate(of a: Int) -> Int { 1 } }
                    let access = Access(realm: "A")
                    let indexAccess = Access()
                    let otherAccess = 1
                    """) == "")
    }

    @Test func aCallLeavesOutWhatHasNotCome() throws {
        let workshop = try Workshop()
        let output = try workshop.output(
            of: """
                import ModSwift
                public let one = 1
                public func email(name: String, page: Int = 7, size: Int = one + 8, _ last: String = "\\(one)") {
                    print("called", name, page, size, last)
                }
                """)
        #expect(
            output.split(separator: "\n") == [
                "email [\"name: String\", \"page: Int or 7\", \"size: Int or nothing\", "
                    + "\"last: String in path or nothing\"] something",
                "called given 1 1 given", "called given 7 9 1", "one [] something",
            ])
    }
}
