// SPDX-License-Identifier: Apache-2.0

/// What came back from many requests at once: see ``HTTPD/hammer(_:connections:headers:timeout:limit:check:while:)``.
public struct LoadReport: Sendable {
    /// How many complete responses had which status.
    public internal(set) var statuses: [Int: Int] = [:]
    /// How many requests ended in which error: no complete response, or one that the check refused.
    public internal(set) var errors: [String: Int] = [:]
    /// How many connections were opened.
    public internal(set) var connections = 0
    /// How many requests were sent again because the server had just closed the kept connection.
    public internal(set) var retries = 0
    /// How long it took.
    public internal(set) var duration = Duration.zero
    /// How long the slowest request took: complete responses only, retries and connecting included.
    public internal(set) var longest = Duration.zero

    /// How many complete answers took how many microseconds, by two digits.
    package private(set) var times: [Int: Int] = [:]

    /// The report of no load at all.
    public init() {}

    /// How many complete responses there were.
    public var answers: Int { statuses.values.reduce(0, +) }

    mutating func note(_ time: Duration) {
        longest = max(longest, time)
        var (microseconds, unit) = (Int(time / .microseconds(1)), 1)
        while microseconds >= 100 { (microseconds, unit) = (microseconds / 10, unit * 10) }
        times[microseconds * unit, default: 0] += 1
    }

    /// How long the fastest of the answers took, but for a share of them.
    package func percentile(_ share: Double) -> Duration {
        var left = Int((Double(answers) * share).rounded(.up))
        for (time, count) in times.sorted(by: { $0.key < $1.key }) {
            left -= count
            if left <= 0 { return .microseconds(time) }
        }
        return longest
    }

    mutating func add(_ other: LoadReport) {
        statuses.merge(other.statuses, uniquingKeysWith: +)
        errors.merge(other.errors, uniquingKeysWith: +)
        connections += other.connections
        retries += other.retries
        longest = max(longest, other.longest)
        times.merge(other.times, uniquingKeysWith: +)
    }
}
