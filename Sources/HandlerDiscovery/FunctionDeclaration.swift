// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

/// A function of the module with a name that a directive could use.
struct FunctionDeclaration {
    enum Kind {
        case topLevel
        case ofType
        case ofInstance
    }

    let kind: Kind
    let name: QualifiedName
    let place: Place
    let surroundings: DeclarationContext
    let parameters: [Parameter]
    let effects: Effects
    let isolation: Isolation
    let isMutating: Bool
    let isPublic: Bool

    /// The reason why its own declaration prevents its use, regardless of its context.
    let obstacle: String?

    /// Nil for operators, and for declarations that the compiler rejects as functions.
    init?(_ syntax: FunctionDeclSyntax, in surroundings: DeclarationContext) {
        let name = syntax.name
        guard case .identifier = name.tokenKind, !name.hasError, !syntax.signature.hasError else {
            return nil
        }
        let isOfType = syntax.modifiers.contains(.static) || syntax.modifiers.contains(.class)
        kind = surroundings.type.isTopLevel ? .topLevel : isOfType ? .ofType : .ofInstance
        self.name = surroundings.type.appending(name.text)
        place = surroundings.source.place(of: name)
        self.surroundings = surroundings
        parameters = syntax.signature.parameterClause.parameters.map(Parameter.init)
        effects = Effects(syntax.signature)
        isolation = Isolation(attributes: syntax.attributes, modifiers: syntax.modifiers)
        isMutating = syntax.modifiers.contains(.mutating)
        isPublic = syntax.modifiers.isPublic || surroundings.isInPublicExtension
        obstacle = Self.obstacle(of: syntax)
    }

    var condition: Condition { surroundings.condition }

    /// The parameters that a caller must pass arguments for.
    var neededParameters: [Parameter] { parameters.filter { !$0.hasDefault } }

    /// The name of this function that no other function with the same base name has:
    /// `Type.handler(for:)`.
    var reference: String {
        let isLabelled = parameters.contains { $0.label != "_" }
        guard isLabelled else { return name.reference }
        return "\(name.reference)(\(parameters.map { "\($0.label):" }.joined()))"
    }

    private static func obstacle(of syntax: FunctionDeclSyntax) -> String? {
        if let access = syntax.modifiers.hiddenAccess { return "it is \(access)" }
        if syntax.attributes.meanUnavailable { return "it is marked as unavailable" }
        let isGeneric = syntax.genericParameterClause != nil || syntax.genericWhereClause != nil
        return isGeneric ? "it is generic" : nil
    }
}
