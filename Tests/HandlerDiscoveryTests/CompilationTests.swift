// SPDX-License-Identifier: Apache-2.0

import HandlerDiscovery
import Testing

/// The compiler accepts the generated registration.
@Suite struct CompilationTests {
    private let workshop: Workshop

    init() throws {
        workshop = try Workshop()
    }

    @Test func everyKindOfFunctionCompiles() throws {
        let module = """
            import ModSwift
            struct User {}
            struct File: ~Copyable {}
            final class Box {}
            enum Failure: Error { case bad }
            func handler(_ req: Request) throws -> Status { .ok }
            func page(_ req: Request) async throws -> String { "" }
            func context(_ req: Request) -> [String: Int] { [:] }
            func registrar(_ req: Request) async -> User? { nil }
            func file(_ req: Request) -> File { File() }
            func view(_ req: Request) -> some Sendable { 1 }
            func never(_ req: Request) -> Never { fatalError() }
            func maybe(_ req: Request) -> Status? { nil }
            func typed(_ req: borrowing Request) throws(Failure) -> Status { .ok }
            func consumed(_ req: consuming Request) async -> Box { Box() }
            nonisolated(nonsending) func caller(_ req: Request) async -> Status { .ok }
            @concurrent func elsewhere(_ req: Request) async -> Status { .ok }
            @Sendable func sendable(_ req: ModSwift.Request) {}
            func labelled(for req: Request) -> Status { .ok }
            func keyword(in req: Request, times: Int = 1) throws {}
            func `default`(_ req: Request) -> Status { .ok }
            func `hello world`(_ req: Request) -> Status { .ok }
            func overloaded(_ req: Request) -> String { "" }
            func overloaded(_ name: String) -> String { "" }
            func overloaded<T>(_ value: T) -> T { value }
            func overloaded(_ req: Request?) -> Status { .ok }
            func outputFilter(_ filter: Filter) throws {}
            func connectionHandler(_ conn: Connection) async -> Status { .ok }
            """
        let registration = Registration(of: module)
        #expect(registration.handlers.count == 20)
        #expect(try workshop.diagnostics(for: module) == "")
    }

    @Test func everyKindOfMethodCompiles() throws {
        let module = """
            import ModSwift
            import Foundation
            struct Counter {
                typealias Answer = Status
                var count = 0
                private var name: String?
                mutating func up(_ req: Request) throws -> Answer { count += 1; return .ok }
                func address(_ req: Request) -> URL? { nil }
                func wait(for req: Request) async throws -> String { "" }
                static func fixed(_ req: Request) -> Status { .ok }
            }
            extension Counter { enum Deep { static func `in`(at req: Request) {} } }
            class Page {
                required init(_ req: Request) throws {}
                init(scale: Int = 1) async {}
                func show(_ req: Request) -> Self { self }
                func draw(_ req: Request) async {}
                class func make(_ req: Request) -> Self? { nil }
            }
            final class Sheet: Page { override func draw(_ req: Request) async {} }
            actor Bank { nonisolated func rate(_ req: Request) -> Status { .ok } }
            struct Once: ~Copyable {
                let n = 1
                consuming func use(_ req: Request) -> Status { .ok }
                mutating func copy(_ req: Request) -> Once { Once() }
            }
            @MainActor struct Screen {
                static func draw(_ req: Request) {}
                nonisolated static func size(_ req: Request) -> Status { .ok }
            }
            struct Tap {
                init(_ filter: Filter) {}
                func run(_ filter: Filter) throws {}
            }
            """
        #expect(Registration(of: module).handlers.count == 14)
        #expect(try workshop.diagnostics(for: module) == "")
    }

    @Test func whatIsRefusedDoesNotBreakTheBuild() throws {
        let module = """
            import ModSwift
            private func secret(_ req: Request) {}
            private struct Hidden { func h(_ req: Request) {} }
            func generic<T>(_ req: Request) -> T? { nil }
            struct Generic<T> { func h(_ req: Request) {} }
            @MainActor func main(_ req: Request) {}
            @globalActor actor Lane { static let shared = Lane(); func h(_ req: Request) {} }
            @Lane func lane(_ req: Request) {}
            @MainActor protocol Drawn {}
            struct Drawing: Drawn { func h(_ req: Request) {} }
            func clash(_ req: Request) -> Status { .ok }
            func clash(_ req: Request) async -> String { "" }
            struct Closed { private init() {}; func h(_ req: Request) {} }
            func changed(_ req: inout Request) {}
            func all(_ req: Request...) {}
            func given(_ req: sending Request) {}
            @available(*, unavailable) func gone(_ req: Request) {}
            extension String { static func h(_ req: Request) {} }
            protocol Part { func h(_ req: Request) }
            extension Part { static func other(_ req: Request) {} }
            struct Own { struct Request {}; func handler(_ req: Request) {} }
            let handler = 1
            func accessHandler() {}
            """
        let registration = Registration(of: module)
        #expect(registration.handlers == [])
        #expect(registration.refusals.count == 19)
        #expect(try workshop.diagnostics(for: module) == "")
    }

    @Test(arguments: [[], ["-DA"], ["-DB"], ["-DA", "-DB"]])
    func everyCombinationOfConditionsCompiles(_ flags: [String]) throws {
        let module = """
            import ModSwift
            #if A
            func either(_ req: Request) -> Status { .ok }
            struct Either { init() {}; func h(_ req: Request) {} }
            #elseif B && swift(>=6)
            func either(_ req: Request) async {}
            #else
            func either(for req: Request) -> String { "" }
            struct Either { init(_ req: Request) {}; func h(_ req: Request) {} }
            #endif
            #if A
            func both(_ req: Request) -> Status { .ok }
            #if B
            enum Inner { static func h(_ req: Request) {} }
            #endif
            #endif
            #if B
            func both(_ req: Request) async -> String { "" }
            #endif
            """
        #expect(try workshop.diagnostics(for: module, flags: flags) == "")
    }

    @Test func mistakesArePointedOutInTheAuthorsFile() throws {
        let module = "import ModSwift\n\nfunc handler(_ req: Request, _ n: Int = true) {}\n"
        let diagnostics = try workshop.diagnostics(for: module)
        #expect(diagnostics.contains("hello.swift:3:"))
        #expect(!diagnostics.contains("registration.swift"))
    }

    @Test func handlersOfAllKindsRun() throws {
        let module = """
            import ModSwift
            enum Failure: Error { case bad }
            func handler(_ req: Request) -> Status { Status(rawValue: 7) }
            func text(for req: Request, twice: Bool = true) throws -> String { req.path }
            func slow(_ req: Request) async -> Status { .ok }
            func user(_ req: Request) -> Int? { 1 }
            func filter(_ filter: Filter) {}
            private func secret(_ req: Request) {}
            struct Counter {
                var count = 0
                mutating func up(_ req: Request) -> String { count += 1; return "\\(count)" }
            }
            struct Careful {
                init(_ req: Request) throws { throw Failure.bad }
                func check(_ req: Request) -> Status { .ok }
            }
            #if os(Linux) || os(macOS)
            func here(_ req: Request) -> Status { .ok }
            #else
            func here(_ req: Request) async -> Status { .ok }
            #endif
            """
        let output = try workshop.output(of: module)
        #expect(
            output == """
                handler Status Status(rawValue: 7) Status(rawValue: 7)
                text String /hello /hello
                slow async Status
                user other
                filter Filter Void
                secret refused in line 8
                Counter.up String 1 1
                Careful.check Status bad bad
                here Status Status(rawValue: 0) Status(rawValue: 0)

                """)
    }
}
