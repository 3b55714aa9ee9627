// SPDX-License-Identifier: Apache-2.0

/// The share of one connection in a load: sends its requests one after the other.
struct LoadWorker: Sendable {
    let port: Int
    let path: String
    let headers: HeaderFields
    let requests: Int
    /// Whether to stop earlier.
    let isOver: @Sendable () -> Bool
    let timeout: Duration
    let deadline: Deadline
    let check: @Sendable (Response) throws -> Void

    func run() -> LoadReport {
        var report = LoadReport()
        var connection: HTTPConnection?
        for done in 0..<requests {
            if isOver() { break }
            guard !deadline.hasPassed else {
                report.errors["not sent: out of time", default: 0] += requests - done
                break
            }
            do {
                let start = ContinuousClock.now
                let response = try exchange(on: &connection, &report)
                report.note(ContinuousClock.now - start)
                report.statuses[response.status, default: 0] += 1
                try check(response)
            } catch {
                report.errors["\(error)", default: 0] += 1
                connection = nil
            }
        }
        return report
    }

    private func exchange(
        on connection: inout HTTPConnection?, _ report: inout LoadReport
    ) throws -> Response {
        if let kept = connection, kept.isReusable {
            do {
                return try kept.request("GET", path, headers: headers)
            } catch let error as HTTPClientError where error.kind == .closedWithoutAnswer {
                report.retries += 1
            }
        }
        let fresh = try HTTPConnection(port: port, timeout: timeout)
        report.connections += 1
        connection = fresh
        return try fresh.request("GET", path, headers: headers)
    }
}
