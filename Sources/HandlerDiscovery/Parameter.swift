// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

/// A parameter of a function or initialiser, as far as it is relevant for a handler.
struct Parameter {
    /// The kind of a parameter, judged by the spelling of its type.
    enum Kind {
        /// One of ModSwift's types; qualified if it is spelled `ModSwift.Request`.
        case argument(HandlerArgument, isQualified: Bool)

        /// Similar to one of them, with the reason why it is not one.
        case near(String)

        case other
    }

    let label: String
    /// Its internal name, because a parameter without a label has no other name.
    let variable: String
    let kind: Kind
    let defaultValue: DefaultValue?
    /// The reason why its value cannot come from a client's request.
    let publicationObstacle: String?

    /// The type as written, if it is short.
    let typeText: String?

    /// Whether it takes one String, judged by the spelling.
    let isText: Bool

    init(_ syntax: FunctionParameterSyntax) {
        label = syntax.firstName.text.asLabel
        variable = (syntax.secondName ?? syntax.firstName).text
        kind = Kind(syntax)
        defaultValue = syntax.defaultValue.map { DefaultValue($0.value) }
        publicationObstacle = Self.publicationObstacle(of: syntax)
        typeText = syntax.type.oneLine(atMost: 60)
        isText =
            ["String", "Swift.String"].contains(typeText) && syntax.ellipsis == nil
            && syntax.attributes.isEmpty && syntax.modifiers.isEmpty
    }

    var hasDefault: Bool { defaultValue != nil }

    /// The argument of a call: `for: value`.
    func passing(_ value: String) -> String {
        label == "_" ? value : "\(label): \(value)"
    }
}

extension Parameter.Kind {
    fileprivate init(_ syntax: FunctionParameterSyntax) {
        guard let (argument, isQualified) = Self.core(of: syntax.type) else {
            self = .other
            return
        }
        if let reason = Self.flaw(of: syntax) {
            self = .near(reason)
        } else {
            self = .argument(argument, isQualified: isQualified)
        }
    }

    /// Returns the ModSwift type without specifiers and question marks.
    private static func core(of type: TypeSyntax) -> (HandlerArgument, isQualified: Bool)? {
        if let attributed = type.as(AttributedTypeSyntax.self) {
            return core(of: attributed.baseType)
        }
        if let optional = type.as(OptionalTypeSyntax.self) { return named(optional.wrappedType) }
        if let optional = type.as(ImplicitlyUnwrappedOptionalTypeSyntax.self) {
            return named(optional.wrappedType)
        }
        return named(type)
    }

    private static func named(_ type: TypeSyntax) -> (HandlerArgument, isQualified: Bool)? {
        let parts = QualifiedName(spelledAs: type)?.components ?? []
        guard let argument = parts.last.flatMap(HandlerArgument.init(rawValue:)) else { return nil }
        switch parts.count {
        case 1: return (argument, false)
        case 2 where parts[0] == "ModSwift": return (argument, true)
        default: return nil
        }
    }

    /// The reason why a parameter of one of ModSwift's types cannot be that of a handler.
    private static func flaw(of syntax: FunctionParameterSyntax) -> String? {
        let attributed = syntax.type.as(AttributedTypeSyntax.self)
        let base = attributed?.baseType ?? syntax.type
        if syntax.ellipsis != nil { return "its parameter is variadic" }
        if let word = attributed?.unsuitableSpecifier { return "its parameter is \(word)" }
        if base.is(OptionalTypeSyntax.self) || base.is(ImplicitlyUnwrappedOptionalTypeSyntax.self) {
            return "its parameter is optional"
        }
        let isPlain = syntax.attributes.isEmpty && syntax.modifiers.isEmpty
        return isPlain && attributed?.attributes.isEmpty != false
            ? nil : "its parameter carries an attribute"
    }
}

extension AttributedTypeSyntax {
    /// The first specifier with which a function cannot be used as `(Request) -> …`.
    fileprivate var unsuitableSpecifier: String? {
        let suitable: Set = ["borrowing", "consuming", "__owned", "__shared"]
        return (Array(specifiers) + Array(lateSpecifiers)).lazy
            .map { $0.as(SimpleTypeSpecifierSyntax.self)?.specifier.text ?? "specially isolated" }
            .first { !suitable.contains($0) }
    }
}
