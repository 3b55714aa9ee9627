// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct MalformedBodyTests {
    /// httpd answers, through the filter, while the handler reads; the log must not blame the filter.
    @Test func aFilterIsNotBlamedForAMalformedBody() throws {
        let source = """
            func handler(_ req: Request) throws -> Status {
                req.addOutputFilter { filter in
                    while let bytes = try filter.read() { filter.write(bytes) }
                    try filter.flush()
                }
                req.write("\\(try req.read().count)")
                return .ok
            }
            """
        try SwiftSite.with(source) { server throws in
            #expect(try server.post("/app/x.do", "four").text == "4")
            let answer = try server.rawExchange(
                "POST /app/x.do HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n: a\r\n\r\n"
            )
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
            #expect(!server.errorLog().contains("MSW03"))
        }
    }
}
