// SPDX-License-Identifier: Apache-2.0

/// The results of many concurrent requests: see
/// ``HTTPD/hammer(_:connections:headers:timeout:limit:check:while:)``.
public struct LoadReport: Sendable {
    /// The number of complete responses by status.
    public internal(set) var statuses: [Int: Int] = [:]
    /// The number of requests by error: without a complete response, or with one that the check
    /// rejected.
    public internal(set) var errors: [String: Int] = [:]
    /// The number of connections that were opened.
    public internal(set) var connections = 0
    /// The number of requests that were repeated because the server had just closed the kept-alive
    /// connection.
    public internal(set) var retries = 0
    /// The total time.
    public internal(set) var duration = Duration.zero
    /// The time of the slowest request: complete responses only, including retries and connecting.
    public internal(set) var longest = Duration.zero

    /// The number of complete responses by time in microseconds, rounded to two digits.
    package private(set) var times: [Int: Int] = [:]

    /// Creates an empty report.
    public init() {}

    /// The number of complete responses.
    public var answers: Int { statuses.values.reduce(0, +) }

    mutating func note(_ time: Duration) {
        longest = max(longest, time)
        var (microseconds, unit) = (Int(time / .microseconds(1)), 1)
        while microseconds >= 100 { (microseconds, unit) = (microseconds / 10, unit * 10) }
        times[microseconds * unit, default: 0] += 1
    }

    /// Returns the time within which a given share of the responses arrived.
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
