// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

/// A type of the module.
struct TypeDeclaration {
    enum Kind {
        case structure
        case `class`
        case actor
        case enumeration
        case `protocol`

        /// A type alias: only its name matters, because it hides others.
        case alias
    }

    let kind: Kind
    let name: QualifiedName
    let condition: Condition
    let isolation: Isolation

    /// Why neither it nor what is in it can be reached.
    let obstacle: String?

    /// Whether an instance needs nothing from outside, if there is no initialiser that says so.
    let hasCompleteDefaults: Bool

    let isPublic: Bool

    /// Whether its values cannot be copied.
    let isNoncopyable: Bool

    /// Whether it is another name for a type of functions.
    let isFunctionAlias: Bool
}

extension TypeDeclaration {
    /// A type with members.
    init(
        _ syntax: some DeclGroupSyntax & NamedDeclSyntax, kind: Kind,
        in surroundings: DeclarationContext
    ) {
        self.kind = kind
        name = surroundings.type.appending(syntax.name.text)
        condition = surroundings.condition
        isolation = Isolation(syntax)
        hasCompleteDefaults = syntax.memberBlock.members.haveCompleteDefaults
        isPublic = syntax.modifiers.isPublic || surroundings.isInPublicExtension
        isNoncopyable =
            syntax.inheritanceClause?.inheritedTypes.contains {
                $0.type.is(SuppressedTypeSyntax.self)
            } ?? false
        isFunctionAlias = false
        obstacle = surroundings.obstacle ?? Self.obstacle(of: syntax, named: name.name)
    }

    /// A type alias.
    init(_ alias: TypeAliasDeclSyntax, in surroundings: DeclarationContext) {
        kind = .alias
        name = surroundings.type.appending(alias.name.text)
        isPublic = false
        isNoncopyable = false
        isFunctionAlias = alias.initializer.value.isFunction
        condition = surroundings.condition
        isolation = .unspecified
        hasCompleteDefaults = false
        obstacle = nil
    }

    private static func obstacle(of syntax: some DeclGroupSyntax, named name: String) -> String? {
        if let access = syntax.modifiers.hiddenAccess { return "its type \(name) is \(access)" }
        if syntax.attributes.meanUnavailable { return "its type \(name) is marked as unavailable" }
        let generic = syntax.asProtocol((any WithGenericParametersSyntax).self)
        let isGeneric = generic?.genericParameterClause != nil || generic?.genericWhereClause != nil
        return isGeneric ? "its type \(name) is generic" : nil
    }
}
