// SPDX-License-Identifier: Apache-2.0

/// One declaration that a name in a directive could mean.
struct Candidate {
    let name: String
    let condition: Condition
    let place: Place
    let outcome: Outcome
}
