// SPDX-License-Identifier: Apache-2.0

/// A declaration that a name in a directive could refer to.
struct Candidate {
    let name: String
    let condition: Condition
    let place: Place
    let outcome: Outcome
}
