// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

/// What a declaration itself says about the actor it runs on.
struct Isolation {
    /// Names of all attributes: which of them are global actors only the whole module can tell.
    let attributes: [String]

    /// The types it inherits from or conforms to, which may bring their actor along.
    let supertypes: [QualifiedName]

    let isNonisolated: Bool

    static let unspecified = Isolation(attributes: [], supertypes: [], isNonisolated: false)
}

extension Isolation {
    /// That of a function or an initialiser.
    init(attributes: AttributeListSyntax, modifiers: DeclModifierListSyntax) {
        self.init(
            attributes: attributes.names, supertypes: [],
            isNonisolated: modifiers.contains(.nonisolated))
    }

    /// That of a type or an extension.
    init(_ group: some DeclGroupSyntax) {
        let inherited = group.inheritanceClause?.inheritedTypes.map(\.type) ?? []
        self.init(
            attributes: group.attributes.names,
            supertypes: inherited.compactMap(QualifiedName.init(spelledAs:)),
            isNonisolated: group.modifiers.contains(.nonisolated))
    }
}
