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

        /// A type alias: only its name matters, because it shadows others.
        case alias
    }

    let kind: Kind
    let name: QualifiedName
    let condition: Condition
    let isolation: Isolation

    /// The reason why neither the type nor its members can be accessed.
    let obstacle: String?

    /// Whether an instance can be created without arguments, if no initialiser says otherwise.
    let hasCompleteDefaults: Bool

    let isPublic: Bool

    /// Whether it is noncopyable.
    let isNoncopyable: Bool

    /// Whether it is an alias of a function type.
    let isFunctionAlias: Bool
}

extension TypeDeclaration {
    /// Creates the declaration of a type with members.
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

    /// Creates the declaration of a type alias.
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
