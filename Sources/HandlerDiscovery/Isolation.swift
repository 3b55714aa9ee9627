// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

/// The information in a declaration about its actor.
struct Isolation {
    /// Names of all attributes: only the whole module shows which of them are global actors.
    let attributes: [String]

    /// The types that it inherits from or conforms to, from which it may inherit an actor.
    let supertypes: [QualifiedName]

    let isNonisolated: Bool

    static let unspecified = Isolation(attributes: [], supertypes: [], isNonisolated: false)
}

extension Isolation {
    /// The isolation of a function or an initialiser.
    init(attributes: AttributeListSyntax, modifiers: DeclModifierListSyntax) {
        self.init(
            attributes: attributes.names, supertypes: [],
            isNonisolated: modifiers.contains(.nonisolated))
    }

    /// The isolation of a type or an extension.
    init(_ group: some DeclGroupSyntax) {
        let inherited = group.inheritanceClause?.inheritedTypes.map(\.type) ?? []
        self.init(
            attributes: group.attributes.names,
            supertypes: inherited.compactMap(QualifiedName.init(spelledAs:)),
            isNonisolated: group.modifiers.contains(.nonisolated))
    }
}
