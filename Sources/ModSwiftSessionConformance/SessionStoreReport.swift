// SPDX-License-Identifier: Apache-2.0

/// What the checks of a store have found.
public struct SessionStoreReport: Sendable, CustomStringConvertible {
    /// A rule, and whether the store keeps it.
    public struct Check: Sendable {
        /// The rule in a sentence.
        public let rule: String
        /// What the store did instead; nil where it keeps the rule.
        public let problem: String?
    }

    /// One check for each rule.
    public let checks: [Check]

    /// Whether the store keeps all rules.
    public var isPassed: Bool { checks.allSatisfy { $0.problem == nil } }

    /// A line for each rule, and one for all of them.
    public var description: String {
        let lines = checks.map { check in
            check.problem.map { "FAILED  \(check.rule): \($0)" } ?? "ok      \(check.rule)"
        }
        let failed = checks.count { $0.problem != nil }
        return (lines + ["\(checks.count - failed) of \(checks.count) rules are kept"])
            .map { "\($0)\n" }.joined()
    }
}
