// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

extension MemberBlockItemListSyntax {
    /// Whether every stored property has a value before any initialiser runs.
    ///
    /// Properties under `#if` are treated as if their conditions held.
    var haveCompleteDefaults: Bool {
        allSatisfy { member in
            if let variable = member.decl.as(VariableDeclSyntax.self) {
                return variable.isStatic || variable.bindings.allSatisfy(variable.hasValue)
            }
            guard let directive = member.decl.as(IfConfigDeclSyntax.self) else { return true }
            return directive.clauses.allSatisfy { clause in
                guard case .decls(let members)? = clause.elements else { return true }
                return members.haveCompleteDefaults
            }
        }
    }
}

extension VariableDeclSyntax {
    fileprivate var isStatic: Bool { modifiers.contains(.static) || modifiers.contains(.class) }

    /// Whether a binding is computed, or has a value, or is an optional variable, which is nil.
    ///
    /// A property wrapper may provide a value; that cannot be determined here, so it counts as
    /// none.
    fileprivate func hasValue(_ binding: PatternBindingSyntax) -> Bool {
        if binding.initializer != nil || binding.accessorBlock?.isComputed == true { return true }
        guard let type = binding.typeAnnotation?.type, attributes.isEmpty else { return false }
        let isVariable = bindingSpecifier.tokenKind == .keyword(.var)
        let isOptional =
            type.is(OptionalTypeSyntax.self) || type.is(ImplicitlyUnwrappedOptionalTypeSyntax.self)
        return isVariable && isOptional
    }
}

extension AccessorBlockSyntax {
    /// A property that has only observers is stored.
    fileprivate var isComputed: Bool {
        guard case .accessors(let accessors) = accessors else { return true }
        return !accessors.allSatisfy {
            [.keyword(.willSet), .keyword(.didSet)].contains($0.accessorSpecifier.tokenKind)
        }
    }
}
