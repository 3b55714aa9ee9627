// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FormCoding

struct FieldEntryTests {
    private func entry(_ name: String, _ value: String) -> FieldEntry {
        let bytes = Array("before\(name)\(value)after".utf8)
        let nameEnd = 6 + name.utf8.count
        return FieldEntry(bytes.span, start: 6, nameEnd: nameEnd, end: nameEnd + value.utf8.count)
    }

    @Test func anEntryKnowsWhereNameAndValueAre() {
        let entry = entry("name", "value")
        #expect(entry.name == 6..<10)
        #expect(entry.value == 10..<15)
        #expect(entry.count == 9)
        #expect(!entry.isBlank)
        #expect(self.entry("name", "").isBlank)
    }

    @Test(arguments: ["", "a", "ab", "abc", "field_1", String(repeating: "é", count: 300)])
    func theMarkOfAFieldIsThatOfItsName(name: String) {
        #expect(entry(name, "value").mark == FieldEntry.mark(of: Array(name.utf8).span))
    }

    @Test func namesThatDifferAtTheirEndsOrInLengthHaveOtherMarks() {
        let names = ["", "a", "b", "ab", "ba", "aab", "field_1", "field_2", "field_11", "field_21"]
        #expect(Set(names.map { entry($0, "").mark }).count == names.count)
    }
}
