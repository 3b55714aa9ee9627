// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ExplainTests {
    @Test(arguments: ["MSW0203", "msw0203", "203", "0203"])
    func anEntryIsPrintedAsText(_ id: String) throws {
        let (status, output) = try CommandLineTool.run("explain", id)
        #expect(status == "exit status 0")
        #expect(
            output.hasPrefix("MSW0203\n\n… is a Swift source, and no handler handled the request"))
        #expect(output.contains("- Remedy: none needed; or map the extension: handler\n  names.\n"))
        #expect(!output.contains("MSW0301"))
    }

    @Test func everyEntryIsPrintedWithoutMarks() throws {
        let text = try Manual.text("docs/error-reference.md")
        for match in text.matches(of: /\n## (MSW\d{4})\n/) {
            let (status, output) = try CommandLineTool.run("explain", String(match.1))
            #expect(status == "exit status 0")
            for mark in ["](", "**", "<br"] { #expect(!output.contains(mark), "\(output)") }
        }
    }

    @Test func anUnknownIdIsAnError() throws {
        let (status, output) = try CommandLineTool.run("explain", "9999")
        #expect(status == "exit status 1")
        #expect(output.contains("The error reference has no MSW9999. It has MSW0001 to MSW"))
        #expect(try CommandLineTool.run("explain", "fish").status == "exit status 64")
    }
}
