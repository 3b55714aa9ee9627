// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Compares the index of docs/decisions with its pages.
struct DecisionTests {
    private struct Page {
        let number: Int
        let file: String
        let text: String
    }

    private func pages() throws -> [Page] {
        try Project.files(in: "docs/decisions").filter { $0 != "README.md" }.map { file in
            Page(
                number: try #require(Int(file.prefix(4)), "\(file) has no number"), file: file,
                text: try Project.text(of: "docs/decisions/\(file)"))
        }
    }

    @Test func everyPageIsInTheIndexUnderItsTitle() throws {
        let index = try Project.text(of: "docs/decisions/README.md")
        for page in try pages() {
            let heading = try #require(page.text.split(separator: "\n").first)
            let title = try #require(
                heading.firstMatch(of: /^# \d+\. (.+)$/)?.1, "\(page.file): \(heading)")
            #expect(index.contains("| \(page.number) | [\(title)](\(page.file)) |"), "\(page.file)")
        }
    }

    @Test func aNumberIsUsedOnce() throws {
        let numbers = try pages().map(\.number)
        #expect(numbers.count == Set(numbers).count, "\(numbers.sorted())")
    }

    @Test func everyPageSaysWhyWhatAndThen() throws {
        for page in try pages() {
            for heading in ["## Context", "## Choice", "## Consequences"] {
                #expect(page.text.contains(heading), "\(page.file) has no \(heading)")
            }
        }
    }
}
