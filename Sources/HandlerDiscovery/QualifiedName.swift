// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

/// The path to a declaration from the top level of its module: `Outer.Inner.method`.
struct QualifiedName {
    /// The components as spelled, with the backticks that a reference needs.
    private(set) var components: [String] = []

    static let topLevel = QualifiedName()

    /// The name of a type as spelled, without generic arguments; nil for a type without such a
    /// name.
    ///
    /// The number of components is limited because each is looked up together with all before it.
    init?(spelledAs type: TypeSyntax) {
        var reversed: [String] = []
        var current = type
        while let member = current.as(MemberTypeSyntax.self), reversed.count < 32 {
            reversed.append(member.name.text)
            current = member.baseType
        }
        guard let root = current.as(IdentifierTypeSyntax.self), !type.hasError else { return nil }
        components = [root.name.text] + reversed.reversed()
    }

    /// The name of a type in an expression that creates a value: `Outer.Inner(…)`; nil for any
    /// other expression.
    init?(madeBy expression: ExprSyntax) {
        guard let call = expression.as(FunctionCallExprSyntax.self) else { return nil }
        var reversed: [String] = []
        var current = call.calledExpression
        while let member = current.as(MemberAccessExprSyntax.self), reversed.count < 32 {
            guard let base = member.base else { return nil }
            reversed.append(member.declName.baseName.text)
            current = base
        }
        guard let root = current.as(DeclReferenceExprSyntax.self) else { return nil }
        components = [root.baseName.text] + reversed.reversed()
        if components.count > 1, components.last == "init" { components.removeLast() }
    }

    private init(components: [String] = []) {
        self.components = components
    }

    var isTopLevel: Bool { components.isEmpty }

    /// The name in Swift source.
    var reference: String { components.joined(separator: ".") }

    /// The name in a directive.
    var name: String { components.map(\.withoutBackticks).joined(separator: ".") }

    /// The last component as in a directive.
    var baseName: String { components.last?.withoutBackticks ?? "" }

    /// The components as in a directive or a URL.
    var words: [String] { components.map(\.withoutBackticks) }

    /// The enclosing declarations and this one, outermost first.
    var prefixes: [QualifiedName] {
        components.indices.map { QualifiedName(components: Array(components[...$0])) }
    }

    func appending(_ component: String) -> QualifiedName {
        QualifiedName(components: components + [component])
    }

    func appending(_ other: QualifiedName) -> QualifiedName {
        QualifiedName(components: components + other.components)
    }
}

extension String {
    var withoutBackticks: String {
        hasPrefix("`") && hasSuffix("`") ? String(dropFirst().dropLast()) : self
    }

    /// A label as written in a call: keywords need no backticks there, except three.
    var asLabel: String {
        let name = withoutBackticks
        let isPlain =
            name.utf8.allSatisfy {
                $0 == UInt8(ascii: "_") || $0 >= 0x80 || Self.isAlphanumeric($0)
            }
            && name.utf8.first.map { $0 < 0x30 || $0 > 0x39 } ?? false
        return isPlain && !["inout", "var", "let"].contains(name) ? name : self
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
            || (0x61...0x7A).contains(byte)
    }
}
