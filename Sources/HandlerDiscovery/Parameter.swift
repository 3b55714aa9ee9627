// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

/// A parameter of a function or initialiser, as far as a handler is concerned.
struct Parameter {
    /// What it is, judged by its spelling.
    enum Kind {
        /// One of ModSwift's types; qualified when it is spelled `ModSwift.Request`.
        case argument(HandlerArgument, isQualified: Bool)

        /// Nearly one of them, and why not.
        case near(String)

        case other
    }

    let label: String
    /// What its function calls it, as a parameter without a label has no other name.
    let variable: String
    let kind: Kind
    let defaultValue: DefaultValue?
    /// Why no value for it can come from a client's request.
    let publicationObstacle: String?

    /// The type as it is written, if that is short.
    let typeText: String?

    /// Whether it takes one String, by its spelling.
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

    /// The type of ModSwift below specifiers and question marks.
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

    /// What keeps a parameter of one of ModSwift's types from being a handler's.
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
    /// The first specifier that a function must not have to be used as `(Request) -> …`.
    fileprivate var unsuitableSpecifier: String? {
        let suitable: Set = ["borrowing", "consuming", "__owned", "__shared"]
        return (Array(specifiers) + Array(lateSpecifiers)).lazy
            .map { $0.as(SimpleTypeSpecifierSyntax.self)?.specifier.text ?? "specially isolated" }
            .first { !suitable.contains($0) }
    }
}
