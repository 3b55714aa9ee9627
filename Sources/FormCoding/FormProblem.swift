// SPDX-License-Identifier: Apache-2.0

/// A field that cannot be decoded as the structure wants it.
package struct FormProblem: Error, Equatable {
    /// The name of the field, as the form has it.
    package let name: String
    /// What is wrong with it, as the end of a sentence that begins with the name.
    package let reason: String

    package init(name: String, reason: String) {
        self.name = name
        self.reason = reason
    }
}

/// All that is wrong with a form's fields.
package struct FormProblems: Error, Equatable {
    package let problems: [FormProblem]
}

/// Ends decoding where no value can stand in for one that is wrong.
struct DecodingStopped: Error {}
