// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

/// The way to a declaration from the top of its module: `Outer.Inner.method`.
struct QualifiedName {
    /// As they are spelled, with the backticks a reference needs.
    private(set) var components: [String] = []

    static let topLevel = QualifiedName()

    /// The name of a type as it is spelled, without generic arguments; nil for what has no such name.
    ///
    /// The number of components is limited because every one is looked up with all before it.
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

    private init(components: [String] = []) {
        self.components = components
    }

    var isTopLevel: Bool { components.isEmpty }

    /// What Swift source calls it.
    var reference: String { components.joined(separator: ".") }

    /// What a directive calls it.
    var name: String { components.map(\.withoutBackticks).joined(separator: ".") }

    /// The last component as a directive calls it.
    var baseName: String { components.last?.withoutBackticks ?? "" }

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
    fileprivate var withoutBackticks: String {
        hasPrefix("`") && hasSuffix("`") ? String(dropFirst().dropLast()) : self
    }
}
