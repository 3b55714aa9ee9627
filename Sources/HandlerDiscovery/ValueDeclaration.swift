// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

/// A variable that is relevant for the publisher: a public one, or an access declaration.
struct ValueDeclaration {
    let kind: FunctionDeclaration.Kind
    let name: QualifiedName
    let place: Place
    let surroundings: DeclarationContext
    let isPublic: Bool
    let effects: Effects
    let isolation: Isolation

    /// `private` or `fileprivate`.
    let hiddenAccess: String?

    /// The reason why its own declaration prevents reading it.
    let obstacle: String?

    /// The type annotation.
    let type: QualifiedName?

    /// The type that its value is created with, if there is no annotation: `Admin` for `Admin()`.
    let madeWith: QualifiedName?

    var condition: Condition { surroundings.condition }
}

extension ValueDeclaration {
    /// The variables of a declaration that are public, or have the name of an access declaration.
    static func all(
        in syntax: VariableDeclSyntax, _ surroundings: DeclarationContext
    ) -> [ValueDeclaration] {
        let isPublic = syntax.modifiers.isPublic || surroundings.isInPublicExtension
        return syntax.bindings.compactMap { binding in
            guard let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier,
                !name.hasError,
                isPublic || AccessDeclaration.isName(name.text.withoutBackticks)
            else { return nil }
            return ValueDeclaration(syntax, binding, name, isPublic: isPublic, surroundings)
        }
    }

    private init(
        _ syntax: VariableDeclSyntax, _ binding: PatternBindingSyntax, _ name: TokenSyntax,
        isPublic: Bool, _ surroundings: DeclarationContext
    ) {
        let isOfType = syntax.modifiers.contains(.static) || syntax.modifiers.contains(.class)
        let getter = binding.accessorBlock?.getter
        kind = surroundings.type.isTopLevel ? .topLevel : isOfType ? .ofType : .ofInstance
        self.name = surroundings.type.appending(name.text)
        place = surroundings.source.place(of: name)
        self.surroundings = surroundings
        self.isPublic = isPublic
        hiddenAccess = syntax.modifiers.hiddenAccess
        effects = Effects(
            isAsync: getter?.effectSpecifiers?.asyncSpecifier != nil,
            isThrowing: getter?.effectSpecifiers?.throwsClause != nil)
        isolation = Isolation(attributes: syntax.attributes, modifiers: syntax.modifiers)
        type = (binding.typeAnnotation?.type).flatMap(QualifiedName.init(spelledAs:))
        madeWith =
            binding.typeAnnotation == nil
            ? (binding.initializer?.value).flatMap(QualifiedName.init(madeBy:)) : nil
        obstacle = Self.obstacle(of: syntax, getter)
    }

    private static func obstacle(
        of syntax: VariableDeclSyntax, _ getter: AccessorDeclSyntax?
    ) -> String? {
        if syntax.attributes.meanUnavailable { return "it is marked as unavailable" }
        let isMutating = getter?.modifier?.name.tokenKind == .keyword(.mutating)
        if syntax.modifiers.contains(.lazy) || isMutating {
            return "reading it changes its instance"
        }
        let harmless: Set = ["available", "inlinable", "usableFromInline", "inline"]
        // Only the compiler knows the meaning of an attribute: a property wrapper, an actor.
        let isPlain = syntax.attributes.names.allSatisfy {
            harmless.contains($0) || $0.hasSuffix("Actor")
        }
        return isPlain ? nil : "it carries an attribute"
    }
}

extension AccessorBlockSyntax {
    /// Nil for a getter that is written without `get`.
    fileprivate var getter: AccessorDeclSyntax? {
        guard case .accessors(let accessors) = accessors else { return nil }
        return accessors.first { $0.accessorSpecifier.tokenKind == .keyword(.get) }
    }
}
