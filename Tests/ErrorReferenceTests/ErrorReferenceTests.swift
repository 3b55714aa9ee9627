// SPDX-License-Identifier: Apache-2.0

import ErrorReference
import Testing

@Suite
struct ErrorReferenceTests {
    private static let reference = ErrorReference(
        """
        # Error reference

        Ids such as `MSW0001`.

        ## MSW0001

        *… does not compile* (error; status 500), *holds `a*b`*
        or **worse**

        - **Meaning:** see [the *other*
          one](#msw0002), and [`SwiftDebug`](manual/directives.md#swiftdebug).
        - **Remedy:** a * b [no link] and `code

        ## MSW0002

        The end.
        """)

    @Test func entriesAreFoundByTheirIds() {
        #expect(Self.reference.entries.map(\.id) == ["MSW0001", "MSW0002"])
        #expect(Self.reference.entry("MSW0002")?.text == "MSW0002\n\nThe end.")
        #expect(Self.reference.entry("MSW0003") == nil)
        #expect(ErrorReference("").entries.isEmpty)
    }

    @Test func anIdMayBeWrittenShort() {
        for text in ["MSW0103", "msw0103", "0103", "103"] {
            #expect(ErrorReference.id(text) == "MSW0103")
        }
        for text in ["", "MSW", "fish", "12345", "-1", "MSW01 3", "\u{663}"] {
            #expect(ErrorReference.id(text) == nil, "\(text)")
        }
    }

    @Test func marksBecomeSpans() throws {
        let entry = try #require(Self.reference.entry("MSW0001"))
        #expect(entry.blocks.map(\.isItem) == [false, true, true])
        #expect(
            entry.blocks[1].spans == [
                .strong("Meaning:"), .text(" see "),
                .link([.text("the "), .emphasized("other"), .text("\none")], target: "#msw0002"),
                .text(", and "),
                .link([.code("SwiftDebug")], target: "manual/directives.md#swiftdebug"),
                .text("."),
            ])
        #expect(
            entry.blocks[2].spans == [
                .strong("Remedy:"), .text(" a * b [no link] and `code"),
            ])
    }

    @Test func textKeepsItsLines() throws {
        let entry = try #require(Self.reference.entry("MSW0001"))
        #expect(entry.title.hasPrefix("… does not compile (error; status 500), "))
        #expect(
            entry.text.hasSuffix(
                """
                or worse

                - Meaning: see the other
                  one, and SwiftDebug.
                - Remedy: a * b [no link] and `code
                """))
    }
}
