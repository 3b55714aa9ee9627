// SPDX-License-Identifier: Apache-2.0

/// The expression that creates an instance for one call of one of its methods.
struct Construction {
    /// `Type()`, or `Type(for: …)` with the argument of the handler.
    let expression: String
    let effects: Effects
}
