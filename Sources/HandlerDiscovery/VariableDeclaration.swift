// SPDX-License-Identifier: Apache-2.0

/// A variable with the default name of a handler: `let handler = { … }`.
struct VariableDeclaration {
    let name: QualifiedName
    let place: Place
    let condition: Condition
}
