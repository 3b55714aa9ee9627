// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

extension Condition {
    /// One `#if … #endif` with the conditions of its clauses; a class, because it is compared by
    /// identity.
    final class Directive: Sendable {
        fileprivate let clauses: [Clause]

        init(_ syntax: IfConfigDeclSyntax) {
            clauses = syntax.clauses.map(Clause.init)
        }
    }

    /// A clause of a directive: it holds if its condition holds and no earlier one does.
    struct Branch: Equatable, Sendable {
        let directive: Directive
        let clause: Int

        static func == (one: Branch, other: Branch) -> Bool {
            one.directive === other.directive && one.clause == other.clause
        }
    }

    /// A condition as it was written, or its negation.
    struct Term {
        let written: String
        let isNegated: Bool

        var text: String { isNegated ? operand : written }
        var operand: String { isNegated ? "!(\(written))" : "(\(written))" }
    }

    fileprivate enum Clause: Sendable {
        case condition(String)
        case otherwise
        case unreadable

        init(_ syntax: IfConfigClauseSyntax) {
            let isElse = syntax.poundKeyword.tokenKind == .poundElse
            let text = syntax.condition?.oneLine(atMost: 1000)
            self = isElse ? .otherwise : text.map(Clause.condition) ?? .unreadable
        }

        func term(isNegated: Bool) -> Term? {
            guard case .condition(let written) = self else { return nil }
            return Term(written: written, isNegated: isNegated)
        }
    }
}

extension Condition.Branch {
    /// The terms under which this branch is selected; nil for one that cannot be repeated.
    var terms: [Condition.Term?] {
        let earlier = directive.clauses[..<clause].map { $0.term(isNegated: true) }
        if case .otherwise = directive.clauses[clause] { return earlier }
        return earlier + [directive.clauses[clause].term(isNegated: false)]
    }
}
