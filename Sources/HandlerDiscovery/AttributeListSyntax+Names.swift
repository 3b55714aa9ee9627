// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

extension AttributeListSyntax {
    /// The attributes, including those under `#if`, as if their conditions held.
    private var flattened: [AttributeSyntax] {
        flatMap { element -> [AttributeSyntax] in
            if case .attribute(let attribute) = element { return [attribute] }
            guard case .ifConfigDecl(let directive) = element else { return [] }
            return directive.clauses.flatMap { clause -> [AttributeSyntax] in
                guard case .attributes(let inner)? = clause.elements else { return [] }
                return inner.flattened
            }
        }
    }

    /// The last component of every attribute's name: `MainActor` for `@Swift.MainActor`.
    var names: [String] {
        flattened.compactMap { QualifiedName(spelledAs: $0.attributeName)?.baseName }
    }

    /// Whether there is an `@available(*, unavailable)`.
    var meanUnavailable: Bool {
        flattened.contains { attribute in
            guard case .availability(let arguments)? = attribute.arguments else { return false }
            let words = arguments.compactMap { $0.argument.as(TokenSyntax.self)?.text }
            return words.first == "*" && words.contains("unavailable")
        }
    }
}
