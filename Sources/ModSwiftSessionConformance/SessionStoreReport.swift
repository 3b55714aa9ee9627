// SPDX-License-Identifier: Apache-2.0

/// The results of the checks of a store.
public struct SessionStoreReport: Sendable, CustomStringConvertible {
    /// A rule, and whether the store follows it.
    public struct Check: Sendable {
        /// The rule as a sentence.
        public let rule: String
        /// The store's incorrect behaviour; nil if it follows the rule.
        public let problem: String?
    }

    /// One check for each rule.
    public let checks: [Check]

    /// Whether the store follows all rules.
    public var isPassed: Bool { checks.allSatisfy { $0.problem == nil } }

    /// One line for each rule, and one for the total.
    public var description: String {
        let lines = checks.map { check in
            check.problem.map { "FAILED  \(check.rule): \($0)" } ?? "ok      \(check.rule)"
        }
        let failed = checks.count { $0.problem != nil }
        return (lines + ["\(checks.count - failed) of \(checks.count) rules are kept"])
            .map { "\($0)\n" }.joined()
    }
}
