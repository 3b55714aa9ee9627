// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

/// Fifty pages that `modswift build` compiles in one command, one of them with more pieces of text
/// than the number of page texts that a process accepts: that limit applies only to `PSP(req,
/// string:)` (PageTextSoakTests).
@Suite(.timeLimit(.minutes(10)), .coldCache)
struct PageBuildTests {
    private static let pages = 50
    private static let pieces = 600

    private static func page(_ number: Int) -> String {
        guard number > 1 else {
            return (0..<pieces).map { "piece \($0): <%= \($0) + offset %>\n" }
                .joined().replacing("piece 0:", with: "<% let offset = form.count %>piece 0:")
        }
        return "<p>page \(number): <%= \(number) * 2 %></p><%@ include file=\"foot.inc\" %>"
    }

    private static func text(_ number: Int) -> String {
        guard number > 1 else { return (0..<pieces).map { "piece \($0): \($0)\n" }.joined() }
        return "<p>page \(number): \(number * 2)</p><hr>"
    }

    @Test func fiftyPagesAreCompiledWithProgressAndServed() throws {
        let app = "func handler(_ req: Request) -> String { \"app\" }"
        try PageSite.with(app: app, children: 1) { server throws in
            try server.write("psp/foot.inc", "<hr>")
            for number in 1...Self.pages {
                try server.write("psp/page\(number).psp", Self.page(number))
            }
            try server.stop()
            let (status, output) = try BuildTests().build(
                "--config", "\(server.root)/conf/httpd.conf")
            #expect(status == 0, "\(output)")
            // One line for each when it is finished: the pages and the handler.
            let all = Self.pages + 1
            let lines = output.split(separator: "\n")
            for number in 1...all {
                let mark = "[\(number < 10 ? " " : "")\(number)/\(all)] \(server.htdocs)/psp/"
                #expect(lines.dropFirst(number - 1).first?.hasPrefix(mark) == true, "\(output)")
            }
            #expect(output.contains("Compiled \(all) modules, in "), "\(output)")

            try server.start()
            for number in 1...Self.pages {
                #expect(try server.pageText("page\(number).psp") == Self.text(number))
            }
            let built = server.errorLog().split(separator: "\n").filter { $0.contains("MSW0110") }
            #expect(built.allSatisfy { $0.contains("/warm.swift") }, "\(built)")
        }
    }
}
