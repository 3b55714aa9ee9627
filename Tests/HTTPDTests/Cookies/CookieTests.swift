// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct CookieTests {
    /// Shows all cookies, a line each, and sets those that the query asks for.
    private static let source = """
        func handler(_ req: Request) throws -> Status {
            req.contentType = "text/plain"
            for cookie in req.cookies { req.write("\\(cookie.name)|\\(cookie.value)\\n") }
            if let name = req.args { req.write("first \\(req.cookies[name]?.value ?? "none"), all \\(req.cookies.values(for: name))\\n") }
            return .ok
        }

        func setting(_ req: Request) throws -> Status {
            try req.addCookie(Cookie("a", "1"))
            switch req.args {
            case "notFound": throw Status.notFound
            case "redirect":
                req.headersOut["Location"] = "/next"
                return .movedTemporarily
            case "two": try req.addCookie(Cookie("b", "2", path: "/", maxAge: 5, httpOnly: true, sameSite: .strict))
            case "internal": try req.internalRedirect("/app/x.do")
            case "thrown": throw CookieFault()
            case "late":
                req.write("body")
                try req.flush()
                do { try req.addCookie(Cookie("late", "1")) } catch let error as CookieError { req.write(error.reason) }
            case "unmodified": return Status(rawValue: 304)
            default: req.write("body")
            }
            return .ok
        }
        struct CookieFault: Error {}

        func refused(_ req: Request) throws -> Status {
            try req.addCookie(Cookie("a", "x; Path=/"))
            return .ok
        }

        func including(_ req: Request) throws -> Status {
            let page = try req.lookUp(uri: "/app/x.set")
            try page.run()
            return .ok
        }
        """

    private static func with(mpm: MPM = .event, _ body: (HTTPD) throws -> Void) throws {
        try SwiftSite.with(
            source, mpm: mpm, modules: ["http2"],
            directives: """
                AddHandler mod_swift .set .refused .including
                SwiftHandler app::setting | .set
                SwiftHandler app::refused | .refused
                SwiftHandler app::including | .including
                """, global: "Protocols h2c http/1.1"
        ) { server throws in
            try body(server)
        }
    }

    private struct ReadingCase: Decodable {
        struct Pair: Decodable, Equatable {
            var name: String
            var value: String
        }
        struct Expectation: Decodable {
            var cookies: [Pair]?
            var any_of: [Expectation]?
        }
        var id: String
        var feature: String
        var headers: [[String]]?
        var may_have: [Pair]?
        var expect: Expectation

        static func all() throws -> [ReadingCase] {
            try Manual.text("Tests/Fixtures/Cases/cookies.jsonl").split(separator: "\n").map {
                try JSONDecoder().decode(ReadingCase.self, from: Data($0.utf8))
            }.filter { $0.feature == "cookies/parse" }
        }

        func accepts(_ text: String) -> Bool {
            let lines = text.split(separator: "\n")
            let found = lines.map { line in
                let parts = line.split(
                    separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
                return Pair(name: String(parts[0]), value: String(parts[1]))
            }
            return (expect.any_of ?? [expect]).compactMap(\.cookies).contains { cookies in
                cookies == found.filter { cookies.contains($0) || may_have?.contains($0) != true }
            }
        }
    }

    /// Over HTTP/1.1, where httpd joins fields by commas, and over HTTP/2, where it does so by semicolons.
    @Test func everyCaseOfReadingAsItComesFromTheWire() throws {
        try Self.with { server throws in
            let cases = try ReadingCase.all()
            #expect(cases.count == 16)
            for test in cases {
                var headers: HeaderFields = [:]
                let fields = try #require(test.headers).map { $0[1] }
                for field in fields { headers.add("Cookie", field) }
                let one = try server.get("/app/x.do", headers: headers)
                #expect(test.accepts(one.text), "\(test.id): \(one.text)")
                let other = try server.curl(
                    "/app/x.do", "--http2-prior-knowledge", "-H", "Cookie: \(fields[0])", "-H",
                    fields.count > 1 ? "Cookie: \(fields[1])" : "X-None: 1")
                #expect(other.version == "HTTP/2")
                #expect(test.accepts(other.text), "\(test.id) over HTTP/2: \(other.text)")
            }
        }
    }

    @Test func theFirstOfANameIsTheMoreSpecificOne() throws {
        try Self.with { server throws in
            let response = try server.get(
                "/app/x.do?s", headers: ["Cookie": "s=deep; S=other; s=top"])
            #expect(response.text.hasSuffix("first deep, all [\"deep\", \"top\"]\n"))
            #expect(try server.app("none").text == "first none, all []\n")
        }
    }

    /// Cases cookies-set-on-error, cookies-set-on-redirect and cookies-set-two, and the ways beside them.
    @Test(
        .bug(id: "N4-26"),
        arguments: [
            ("notFound", 404, ["a=1"]), ("redirect", 302, ["a=1"]), ("thrown", 500, ["a=1"]),
            ("two", 200, ["a=1", "b=2; Path=/; Max-Age=5; HttpOnly; SameSite=Strict"]),
            ("internal", 200, ["a=1"]), ("unmodified", 304, ["a=1"]), ("", 200, ["a=1"]),
        ])
    func cookiesSurviveErrorsAndRedirects(query: String, status: Int, cookies: [String])
        throws
    {
        try Self.with { server throws in
            if query == "thrown" { server.allowLog(containing: "MSW0301") }
            let response = try server.get("/app/x.set?\(query)")
            #expect(response.status == status)
            #expect(response.headers.values(for: "Set-Cookie") == cookies)
            if status != 304 {
                #expect(
                    response.headers.values(for: "Cache-Control") == ["no-cache=\"set-cookie\""])
            }
        }
    }

    @Test(.bug(id: "N4-27")) func aCookieThatBrowsersWouldMisreadIsAnErrorThatNamesIt() throws {
        try Self.with { server throws in
            server.allowLog(containing: "MSW0301")
            let response = try server.get("/app/x.refused")
            #expect(response.status == 500)
            #expect(response.headers["Set-Cookie"] == nil)
            try server.expectLog(containing: "the cookie \"a\" was not set: its value holds ';'")
        }
    }

    @Test func aCookieOfASubrequestReachesTheClient() throws {
        try Self.with { server throws in
            let response = try server.get("/app/x.including")
            #expect(response.headers.values(for: "Set-Cookie") == ["a=1"])
            #expect(response.text == "body")
        }
    }

    @Test func aCookieThatComesTooLateIsRefused() throws {
        try Self.with { server throws in
            let response = try server.get("/app/x.set?late")
            #expect(response.headers.values(for: "Set-Cookie") == ["a=1"])
            #expect(response.text == "bodythe head of the response was sent already")
        }
    }
}
