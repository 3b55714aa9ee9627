// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

extension Parameter {
    /// Its name in a form; nil if it takes a component of the path.
    var fieldName: String? { label == "_" ? nil : label.withoutBackticks }

    /// The reason why its value cannot come from a client's request, judged by the spelling of its
    /// type. For other types the compiler decides later.
    static func publicationObstacle(of syntax: FunctionParameterSyntax) -> String? {
        let name = (syntax.secondName ?? syntax.firstName).text.withoutBackticks
        let attributed = syntax.type.as(AttributedTypeSyntax.self)
        if syntax.ellipsis != nil { return "its parameter \(name) is variadic" }
        if syntax.type.isFunction { return "its parameter \(name) is a function" }
        if let attributed, !attributed.specifiers.isEmpty || !attributed.lateSpecifiers.isEmpty {
            return "its parameter \(name) has a specifier such as inout"
        }
        if !syntax.attributes.isEmpty || !syntax.modifiers.isEmpty || attributed != nil {
            return "its parameter \(name) carries an attribute"
        }
        let isOpaque = syntax.type.tokens(viewMode: .sourceAccurate)
            .contains { $0.tokenKind == .keyword(.some) }
        return isOpaque ? "its parameter \(name) is of an opaque type" : nil
    }
}

extension TypeSyntax {
    /// Whether it is a function type that is not optional.
    var isFunction: Bool {
        if self.is(FunctionTypeSyntax.self) { return true }
        if let attributed = self.as(AttributedTypeSyntax.self) {
            return attributed.baseType.isFunction
        }
        guard let tuple = self.as(TupleTypeSyntax.self), tuple.elements.count == 1 else {
            return false
        }
        return tuple.elements.first?.type.isFunction == true
    }
}
