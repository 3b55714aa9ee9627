// SPDX-License-Identifier: Apache-2.0
//
// The permitted forms of handlers, and the effects of their results.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct HandlerFormTests {
    private static let forms = """
        import Synchronization

        func status(_ req: Request) -> Status { req.write("status"); return .ok }
        func nothing(_ req: Request) { req.write("nothing") }
        func text(_ req: Request) -> String { "text" }
        func typed(_ req: Request) throws -> String { req.contentType = "text/css"; return "typed" }
        func asyncStatus(_ req: Request) async throws -> Status {
            try await Task.sleep(for: .milliseconds(5))
            req.write("asyncStatus")
            return .ok
        }
        func asyncNothing(_ req: Request) async { await Task.yield(); req.write("asyncNothing") }
        func asyncText(_ req: Request) async -> String {
            await withTaskGroup(of: String.self) { group in
                for part in ["async", "Text"] { group.addTask { part } }
                var parts: [String] = []
                for await part in group { parts.append(part) }
                return parts.sorted { $0 > $1 }.joined()
            }
        }
        func labelled(for req: Request) -> String { "labelled" }
        enum Outer {
            struct Inner { static func method(_ req: Request) -> String { "static" } }
        }
        struct Value {
            var count = 0
            mutating func hit(_ req: Request) -> String { count += 1; return "hit \\(count)" }
        }
        final class Object {
            let request: Request
            init(_ req: Request) { request = req }
            func method(_ req: Request) async throws -> String { "\\(request === req)" }
        }
        let hits = Mutex(0)
        func count(_ req: Request) -> String { "\\(hits.withLock { $0 += 1; return $0 })" }
        """

    @Test(arguments: [
        ("status", "status"), ("nothing", "nothing"), ("text", "text"), ("typed", "typed"),
        ("asyncStatus", "asyncStatus"), ("asyncNothing", "asyncNothing"),
        ("asyncText", "TextasyncTextasync"), ("labelled", "labelled"),
        ("Outer.Inner.method", "static"), ("Value.hit", "hit 1"), ("Object.method", "true"),
    ])
    func everyFormAnswers(function: String, body: String) throws {
        try SwiftSite.with(Self.forms, handler: "app::\(function)") { server throws in
            for _ in 0..<2 {
                let answer = try server.app()
                #expect(answer.status == 200)
                #expect(answer.text == body || function == "asyncText")
            }
        }
    }

    @Test func textIsPlainUnlessATypeWasSet() throws {
        try SwiftSite.with(Self.forms, handler: "app::text") { server throws in
            #expect(try server.app().headers["Content-Type"] == "text/plain; charset=utf-8")
        }
        try SwiftSite.with(Self.forms, handler: "app::typed") { server throws in
            #expect(try server.app().headers["Content-Type"] == "text/css")
        }
    }

    @Test(arguments: MPM.allCases)
    func asyncWorkStaysOnTheThreadOfTheWorker(_ mpm: MPM) throws {
        let source = """
            import Glibc
            func thread() -> UInt { UInt(pthread_self()) }
            func handler(_ req: Request) async throws -> String {
                let before = thread()
                try await Task.sleep(for: .milliseconds(2))
                await Task.yield()
                return "\\(before == thread())"
            }
            """
        try SwiftSite.with(source, mpm: mpm) { server throws in
            #expect(try server.app().text == "true")
            let load = server.hammer("/app/x.do", connections: 8, requestsPerConnection: 25) {
                guard $0.text == "true" else { throw Unexpected(text: $0.text) }
            }
            #expect(load.statuses == [200: 200])
            #expect(load.errors.isEmpty)
        }
    }

    @Test func statusesComeToWhatHttpdMakesOfThem() throws {
        let source = """
            func handler(_ req: Request) throws -> Status {
                switch req.args {
                case "throw": throw Status.notFound
                case "throw-ok": req.write("fine"); throw Status.ok
                case "declined": return .declined
                case "done": req.status = .created; req.write("made"); return .done
                case "own": req.status = .notFound; req.write("mine"); return .ok
                case "created": req.write("made"); return .created
                case "odd": req.status = HTTPStatus(rawValue: 42); return .ok
                case "200": return Status(HTTPStatus.ok)
                case "moved": req.headersOut["Location"] = "/there"; return .movedTemporarily
                case "empty": return .noContent
                case let number?: return Status(rawValue: Int(number) ?? 0)
                case nil: return .ok
                }
            }
            """
        try SwiftSite.with(source) { server throws in
            #expect(try server.app("throw").status == 404)
            #expect(try server.app("throw-ok").text == "fine")
            #expect(try server.app("declined").status == 404)
            #expect(try server.app("done").status == 201)
            let own = try server.app("own")
            #expect(own.status == 404 && own.text == "mine")
            #expect(try server.app("200").status == 200)
            let created = try server.app("created")
            #expect(created.status == 201 && created.text == "made")
            #expect(try server.app("odd").status == 500)
            try server.expectLog(containing: "MSW0303")
            #expect(try server.app("moved").headers["Location"] == "/there")
            #expect(try server.app("empty").status == 204)
            #expect(try server.app("418").status == 418)
            for wrong in ["99", "100", "600", "1", "-3", "-102", "4294967296"] {
                #expect(try server.app(wrong).status == 500, "\(wrong)")
                try server.expectLog(containing: "MSW0302")
            }
        }
    }

    @Test func stackedHandlersRunUntilOneEndsThePhase() throws {
        let source = """
            func a(_ req: Request) -> Status { req.write("a"); return req.args == "a" ? .forbidden : .ok }
            func b(_ req: Request) -> Status { .declined }
            func c(_ req: Request) { req.write("c") }
            """
        try SwiftSite.with(source, handler: "app::a app::b app::c") { server throws in
            #expect(try server.app().text == "ac")
            #expect(try server.app("a").status == 403)
        }
        try SwiftSite.with(source, handler: "app::b app::b") { server throws in
            #expect(try server.app().status == 404)
        }
    }

    @Test func handlersAddedByCodeRunBehindTheConfiguredOnes() throws {
        let source = """
            func handler(_ req: Request) {
                req.write("1")
                req.addHandler(.content, "app::second")
                req.addHandler(.log, "app::written")
                req.registerCleanup { [request = req] in
                    request.log("cleanup of \\(request.uri)", level: .notice)
                }
            }
            func second(_ req: Request) { req.write("2") }
            func written(_ req: Request) -> Status {
                req.log("logged \\(req.bytesSent)", level: .notice)
                return .forbidden
            }
            """
        try SwiftSite.with(source) { server throws in
            #expect(try server.app().text == "12")
            try server.expectLog(containing: "logged 2")
            // The result of a log handler does not prevent other modules from writing their logs.
            let access = try String(contentsOfFile: "\(server.logs)/access.log", encoding: .utf8)
            #expect(access.contains("GET /app/x.do"))
            try server.expectLog(containing: "cleanup of /app/x.do")
        }
    }

    @Test func storageLivesAsLongAsTheRequest() throws {
        let source = """
            enum Seen: RequestStorageKey { typealias Value = [String] }
            func first(_ req: Request) { req[Seen.self] = ["first"] }
            func second(_ req: Request) -> String {
                defer { req[Seen.self] = nil }
                return (req[Seen.self] ?? []).joined()
            }
            """
        try SwiftSite.with(source, handler: "app::first app::second") { server throws in
            #expect(try server.app().text == "first")
        }
    }
}

/// An unexpected response.
struct Unexpected: Error {
    let text: String
}
