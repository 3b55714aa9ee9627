// SPDX-License-Identifier: Apache-2.0

/// The `#if` branches that contain a declaration, outermost first.
///
/// Conditions are never evaluated, only repeated: only the compiler knows which of them hold.
struct Condition: Equatable, Sendable {
    private(set) var branches: [Branch] = []

    static let always = Condition()

    var isAlways: Bool { branches.isEmpty }

    func entering(clause: Int, of directive: Directive) -> Condition {
        Condition(branches: branches + [Branch(directive: directive, clause: clause)])
    }

    /// Whether the two can never hold at the same time because they are branches of one `#if`.
    func excludes(_ other: Condition) -> Bool {
        let fork = zip(branches, other.branches).first { $0 != $1 }
        return fork.map { $0.directive === $1.directive } ?? false
    }

    /// Whether this holds whenever both others do.
    func follows(from one: Condition, and other: Condition) -> Bool {
        branches.allSatisfy { one.branches.contains($0) || other.branches.contains($0) }
    }

    func union(_ other: Condition) -> Condition {
        Condition(branches: branches + other.branches.filter { !branches.contains($0) })
    }

    /// The text to follow `#if`; nil if it is not valid or too long to be repeated.
    ///
    /// The limit prevents gigabytes of negations for a file with ten thousand `#elseif`.
    var text: String? {
        guard branches.reduce(0, { $0 + $1.clause + 1 }) <= 64 else { return nil }
        let terms = branches.flatMap(\.terms)
        guard terms.allSatisfy({ $0 != nil }) else { return nil }
        let known = terms.compactMap(\.self)
        guard known.count > 1 else { return known.first?.text ?? "true" }
        return known.map(\.operand).joined(separator: " && ")
    }
}
