// SPDX-License-Identifier: Apache-2.0

/// What came back from many requests at once: see ``HTTPD/hammer(_:connections:headers:timeout:limit:check:while:)``.
public struct LoadReport: Sendable {
    /// How many complete answers had which status.
    public internal(set) var statuses: [Int: Int] = [:]
    /// How many requests ended in which error: no complete answer, or one that the check refused.
    public internal(set) var errors: [String: Int] = [:]
    /// How many connections were opened.
    public internal(set) var connections = 0
    /// How many requests were sent again because the server had just closed the kept connection.
    public internal(set) var retries = 0
    /// How long it took.
    public internal(set) var duration = Duration.zero
    /// How long the slowest request took: complete answers only, retries and connecting included.
    public internal(set) var longest = Duration.zero

    /// The report of no load at all.
    public init() {}

    /// How many complete answers there were.
    public var answers: Int { statuses.values.reduce(0, +) }

    mutating func add(_ other: LoadReport) {
        statuses.merge(other.statuses, uniquingKeysWith: +)
        errors.merge(other.errors, uniquingKeysWith: +)
        connections += other.connections
        retries += other.retries
        longest = max(longest, other.longest)
    }
}
