// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

/// The default of a parameter, as far as the registration file can repeat it.
enum DefaultValue {
    /// A literal, which means the same everywhere: `1`, `"a"`, `nil`, `[]`.
    case literal(String)

    /// An expression that may use names of its own file: a call must omit the argument.
    case expression

    init(_ expression: ExprSyntax) {
        let text = expression.oneLine(atMost: 200)
        self = text.flatMap { Self.isLiteral(expression) ? .literal($0) : nil } ?? .expression
    }

    private static func isLiteral(_ expression: ExprSyntax) -> Bool {
        switch expression.as(ExprSyntaxEnum.self) {
        case .integerLiteralExpr, .floatLiteralExpr, .booleanLiteralExpr, .nilLiteralExpr: true
        case .stringLiteralExpr(let string):
            string.segments.allSatisfy { $0.is(StringSegmentSyntax.self) }
                && !string.description.contains(where: \.isNewline)
        case .prefixOperatorExpr(let negation):
            negation.operator.text == "-"
                && (negation.expression.is(IntegerLiteralExprSyntax.self)
                    || negation.expression.is(FloatLiteralExprSyntax.self))
        case .arrayExpr(let array): array.elements.allSatisfy { isLiteral($0.expression) }
        default: false
        }
    }
}
