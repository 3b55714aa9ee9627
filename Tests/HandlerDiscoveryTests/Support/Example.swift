// SPDX-License-Identifier: Apache-2.0

import Testing

/// A row of a table: source text, and the expected result.
struct Example: Sendable, CustomTestStringConvertible {
    let source: String
    let name: String
    let expected: String

    init(_ source: String, _ name: String, _ expected: String) {
        self.source = source
        self.name = name
        self.expected = expected
    }

    var testDescription: String { source }
}
