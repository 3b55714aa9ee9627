// SPDX-License-Identifier: Apache-2.0

/// The `#if` branches a declaration stands in, outermost first.
///
/// Conditions are never evaluated, only repeated: the compiler alone knows what holds.
struct Condition: Equatable, Sendable {
    private(set) var branches: [Branch] = []

    static let always = Condition()

    var isAlways: Bool { branches.isEmpty }

    func entering(clause: Int, of directive: Directive) -> Condition {
        Condition(branches: branches + [Branch(directive: directive, clause: clause)])
    }

    /// Whether the two can never hold together because they are branches of one `#if`.
    func excludes(_ other: Condition) -> Bool {
        let fork = zip(branches, other.branches).first { $0 != $1 }
        return fork.map { $0.directive === $1.directive } ?? false
    }

    /// Whether this holds wherever both others do.
    func follows(from one: Condition, and other: Condition) -> Bool {
        branches.allSatisfy { one.branches.contains($0) || other.branches.contains($0) }
    }

    func union(_ other: Condition) -> Condition {
        Condition(branches: branches + other.branches.filter { !branches.contains($0) })
    }

    /// What can follow `#if`; nil when it is not valid or too long to be repeated.
    ///
    /// The limit keeps a file of ten thousand `#elseif` from becoming gigabytes of negations.
    var text: String? {
        guard branches.reduce(0, { $0 + $1.clause + 1 }) <= 64 else { return nil }
        let terms = branches.flatMap(\.terms)
        guard terms.allSatisfy({ $0 != nil }) else { return nil }
        let known = terms.compactMap(\.self)
        guard known.count > 1 else { return known.first?.text ?? "true" }
        return known.map(\.operand).joined(separator: " && ")
    }
}
