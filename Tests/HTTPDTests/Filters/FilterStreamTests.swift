// SPDX-License-Identifier: Apache-2.0
//
// What filters leave behind: bodies that were not read to their end, filters that disable themselves,
// news in the stream.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct FilterStreamTests {
    private static let source = """
        struct Broken: Error {}

        func handler(_ req: Request) throws -> Status {
            req.contentType = "text/plain"
            switch req.args {
            case "three": req.addInputFilter { filter in
                filter.write(try filter.read(3) ?? [])
                filter.close()
            }
            case "broken": req.addInputFilter { filter in
                _ = try filter.read(3)
                throw Broken()
            }
            case "once": req.addInputFilter { filter in
                filter.write("<")
                filter.write(try filter.read(3) ?? [])
                filter.write(">")
                filter.disable()
            }
            case "out": req.addOutputFilter { filter in
                filter.write(try filter.read(2) ?? [])
                filter.write("|")
                filter.disable()
            }
            case "kept": req.addOutputFilter { filter in filter.disable() }
            case "keptline": req.addOutputFilter { filter in
                _ = try filter.readLine()
                filter.disable()
            }
            default: break
            }
            if req.method == "POST" {
                do { req.write(try req.read(1 << 22)) } catch is Broken {}
            } else {
                req.headersOut["ETag"] = "\\"a\\""
                for part in ["abc", "def", "ghi"] { req.write(part); try req.flush() }
            }
            return .ok
        }
        """

    @Test func theRestOfABodyIsNeverTheNextRequest() throws {
        try SwiftSite.with(Self.source) { server throws in
            let hidden = "GET /app/x.do?hidden HTTP/1.1\r\nHost: a\r\n\r\n"
            let next = "GET /app/x.do?kept HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            for size in [0, 300_000, 2_500_000] {
                let body = "abc" + String(repeating: "x", count: size) + hidden
                let head =
                    "POST /app/x.do?three HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                let connection = try server.connect()
                try connection.write(head + body)
                #expect(try connection.readResponse(to: "POST").text == "abc")
                try? connection.write(next)
                let rest = String(
                    decoding: (try? connection.readToEnd()) ?? [], as: UTF8.self)
                // Closed, where the rest was too long or too late; or the answer to what is next.
                #expect(
                    rest.isEmpty && size > 0
                        || rest.hasPrefix("HTTP/1.1 200") && rest.components(of: "HTTP/1.1 ") == 1,
                    "\(size): \(rest)")
            }
            // It has not come yet, and is not waited for.
            let connection = try server.connect()
            try connection.write(
                "POST /app/x.do?three HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabcd")
            let answer = try connection.readResponse(to: "POST")
            #expect(answer.text == "abc")
            try connection.expectEnd(after: answer)
            // The same where the filter fails.
            let raw = try server.rawExchange(
                "POST /app/x.do?broken HTTP/1.1\r\nHost: a\r\nContent-Length: 80\r\n\r\nabc"
                    + hidden)
            #expect(raw.components(of: "HTTP/1.1 ") == 1)
            #expect(raw.hasPrefix("HTTP/1.1 500"))
            try server.expectLog(containing: "MSW0301: SwiftInputFilter (a closure): threw Broken")
        }
    }

    @Test func aFilterThatDisablesItselfLosesNothing() throws {
        try SwiftSite.with(Self.source) { server throws in
            #expect(try server.app("out").text == "ab|cdefghi")
            #expect(try server.app("keptline").text == "abcdefghi")
            let kept = try server.app("kept")
            #expect(kept.text == "abcdefghi")
            #expect(kept.headers["ETag"] == "\"a\"")
            let long = String(repeating: "0123456789", count: 20_000)
            #expect(
                try server.post("/app/x.do?once", .text(long)).text == "<012>" + long.dropFirst(3))
        }
    }
}

extension String {
    /// How often a text is in it.
    fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
