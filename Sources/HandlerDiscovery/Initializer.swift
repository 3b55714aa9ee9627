// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

/// An initialiser of a type of the module.
struct Initializer {
    let parameters: [Parameter]
    let effects: Effects
    let isolation: Isolation
    let condition: Condition

    /// Whether its type still has the implicit initialiser, or inherits those of its superclass.
    let leavesImplicitOne: Bool

    /// Whether it is failable: `init?`.
    let isFailable: Bool

    /// Whether the registration file may call it, if its parameters allow a call.
    let isReachable: Bool

    init(_ syntax: InitializerDeclSyntax, in surroundings: DeclarationContext) {
        parameters = syntax.signature.parameterClause.parameters.map(Parameter.init)
        effects = Effects(syntax.signature)
        isolation = Isolation(attributes: syntax.attributes, modifiers: syntax.modifiers)
        condition = surroundings.condition
        leavesImplicitOne =
            surroundings.isInExtension || syntax.modifiers.contains(.convenience)
        isFailable = syntax.optionalMark != nil
        isReachable = surroundings.obstacle == nil && Self.isReachable(syntax)
    }

    /// The parameters that a caller must pass arguments for.
    var neededParameters: [Parameter] { parameters.filter { !$0.hasDefault } }

    private static func isReachable(_ syntax: InitializerDeclSyntax) -> Bool {
        syntax.modifiers.hiddenAccess == nil && syntax.optionalMark == nil
            && syntax.genericParameterClause == nil && syntax.genericWhereClause == nil
            && !syntax.attributes.meanUnavailable && !syntax.signature.hasError
    }
}
