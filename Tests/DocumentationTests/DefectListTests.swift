// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Compares docs/mod_python-defects.md with the tests.
struct DefectListTests {
    /// Returns the state of each number in the page.
    private static func states() throws -> [String: String] {
        let page = try Project.text(of: "docs/mod_python-defects.md")
        let rows = page.matches(of: /\| (N\d-\d\d) \| .* \| (.*) \|/)
        return Dictionary(
            rows.map { (String($0.1), String($0.2)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Returns the numbers in the traits of the tests, with the names of the test functions after
    /// them.
    private static func tested() throws -> [(number: String, function: String)] {
        try Project.sources(below: "Tests").flatMap { path in
            let parts = try Project.text(of: path).components(separatedBy: "    @Test")
            return parts.dropFirst().flatMap { part in
                let function = part.firstMatch(of: /func (\w+)/).map { String($0.1) } ?? ""
                let traits = part.components(separatedBy: "func \(function)")[0]
                return traits.matches(of: /\.bug\(id: "(N\d-\d\d)"/).map {
                    (number: String($0.1), function: function)
                }
            }
        }
    }

    @Test func everyNumberOfATestIsInTheList() throws {
        let states = try Self.states()
        let tested = try Self.tested()
        #expect(tested.count > 50)
        for (number, function) in tested {
            let state = states[number]
            #expect(state != nil && state != "not yet", "\(number), tested by \(function)")
        }
    }

    @Test func everyTestOfTheListIsThere() throws {
        let tests = try Project.sources(below: "Tests").map { try Project.text(of: $0) }.joined()
        let states = try Self.states()
        #expect(states.count == 82)
        for (number, state) in states {
            for name in state.matches(of: /`(\w+)\.(\w+)`/) where name.2 != "jsonl" {
                #expect(
                    tests.contains("struct \(name.1)") && tests.contains("func \(name.2)("),
                    "\(number): \(name.0)")
            }
        }
    }
}
