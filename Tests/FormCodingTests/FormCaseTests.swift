// SPDX-License-Identifier: Apache-2.0

import TestCases
import Testing

@testable import FormCoding

/// The cases of Tests/Fixtures/Cases/forms.jsonl that need no server.
@Suite struct FormCaseTests {
    /// Cases about requests instead of bytes are in HTTPDTests.
    private static let pure =
        FormCase.all.filter { $0.feature != "forms/spool" } + FormCase.captured

    @Test(arguments: pure) func parsesToOneOfTheRightResults(formCase: FormCase) {
        let form = formCase.parsed()
        #expect(
            formCase.expectations.contains { formCase.structure != nil || form.satisfies($0) },
            "\(form)")
    }

    @Test(arguments: pure) func whereABodyIsCutChangesNothing(formCase: FormCase) {
        guard formCase.body.count < 20_000 else { return }
        let whole = formCase.parsed()
        for cut in 0...formCase.body.count {
            #expect(formCase.parsed(cuts: [cut]) == whole, "cut at \(cut)")
        }
        #expect(formCase.parsed(cuts: Array(0..<formCase.body.count)) == whole, "byte by byte")
    }

    private struct Checkbox: Decodable { var on: Bool }
    private struct OptionalCheckbox: Decodable { var on: Bool? }

    @Test(arguments: FormCase.all.filter { $0.structure != nil })
    func decodesToTheRightValue(formCase: FormCase) throws {
        let form = formCase.parsed()
        let tree = try FormTree(form.fields.map(\.name), maximumDepth: 8)
        let decoder = FormDecoder(tree) { String(decoding: form.fields[$0].value, as: UTF8.self) }
        let isOptional = formCase.structure?.contains("Bool?") == true
        let expected = try #require(formCase.expectations.first)
        do {
            let on =
                isOptional
                ? try decoder.decode(OptionalCheckbox.self).on
                : try decoder.decode(Checkbox.self).on
            #expect(expected.status == 200)
            #expect(on == expected.decoded?["on"] ?? nil)
        } catch let problems {
            #expect(expected.status == 400)
            #expect(problems.problems.map(\.name) == [expected.names])
        }
    }

    @Test func allCasesAreThere() {
        #expect(FormCase.captured.count == 15)
        #expect(FormCase.all.count == 70)
        #expect(Set(FormCase.all.map(\.id)).count == 70)
    }
}

extension FormCase {
    /// Parses the case's body, with the limits that the case sets.
    fileprivate func parsed(cuts: [Int] = []) -> ParsedForm {
        ParsedForm(
            body, contentType: headers["Content-Type"] ?? "application/x-www-form-urlencoded",
            query: query, cuts: cuts,
            maximumFields: needs?.contains("fields") == true ? 5 : 1000,
            maximumParts: needs?.contains("parts") == true ? 5 : 1000,
            maximumBody: needs?.contains("body") == true ? 1000 : .max)
    }
}
