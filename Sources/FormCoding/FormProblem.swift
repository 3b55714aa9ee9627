// SPDX-License-Identifier: Apache-2.0

/// A field that cannot be decoded as the structure requires.
package struct FormProblem: Error, Equatable {
    /// The name of the field in the form.
    package let name: String
    /// The problem, as the end of a sentence that begins with the name.
    package let reason: String

    package init(name: String, reason: String) {
        self.name = name
        self.reason = reason
    }
}

/// All problems with a form's fields.
package struct FormProblems: Error, Equatable {
    package let problems: [FormProblem]
}

/// Ends decoding if there is no substitute for an invalid value.
struct DecodingStopped: Error {}
