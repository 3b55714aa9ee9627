// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK"] != nil), .serialized,
    .timeLimit(.minutes(30)))
struct PageTextSoakTests {
    /// Compiled texts stay in the process: a handler that creates pages from data gets an error at
    /// the limit.
    @Test func aProcessTakes512Texts() throws {
        let handler = """
            func handler(_ req: Request) throws -> Status {
                // A text that does not translate costs no compiler.
                for n in 0..<512 where (try? PSP(req, string: "\\(n)<%")) != nil { req.write("?") }
                if req.args == "known" { _ = try PSP(req, string: "7<%") }
                try PSP(req, string: "one more").run()
                return .ok
            }
            """
        let pieces = (0..<600).map { "piece \($0): <%= \($0) + 1 %>\n" }.joined()
        try PageSite.with(["page.psp": pieces], app: handler, children: 1) { server throws in
            let response = try server.get("/psp/x.do", timeout: .seconds(600))
            #expect(response.status == 500)
            try server.expectLog(
                containing: "MSW0703: SwiftHandler app: PSP(req, string:) was given more than 512")
            // A known text is not counted again.
            #expect(try server.get("/psp/x.do?known", timeout: .seconds(600)).status == 500)
            try server.expectLog(containing: ":1:2: error: this tag is not closed")
            server.allowLog(containing: "swift:error")
            // Files are not affected, however many pieces of text they have, and even after the
            // limit has been reached.
            let expected = (0..<600).map { "piece \($0): \($0 + 1)\n" }.joined()
            #expect(try server.pageText() == expected)
            try server.write("psp/late.psp", "<%= 1 + 1 %>")
            #expect(try server.pageText("late.psp") == "2")
        }
    }
}
