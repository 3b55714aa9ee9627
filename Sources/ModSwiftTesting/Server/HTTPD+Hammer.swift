// SPDX-License-Identifier: Apache-2.0

extension HTTPD {
    /// Sends many requests at once, on separate threads, and counts the responses.
    ///
    /// Each connection is kept alive as long as the server allows, and then opened again. If a
    /// server closes a kept-alive connection just as a request is being sent, the request is sent
    /// once more on a new connection, as browsers do; ``LoadReport/retries`` counts these cases.
    ///
    /// ```swift
    /// let load = server.hammer("/hello", connections: 8, requestsPerConnection: 100)
    /// #expect(load.statuses == [200: 800])
    /// #expect(load.errors.isEmpty)
    /// ```
    ///
    /// - Parameters:
    ///   - path: The target, with its query.
    ///   - connections: The number of concurrent connections, each with a thread.
    ///   - requestsPerConnection: The number of requests that each of them sends, one after the
    ///     other.
    ///   - headers: Header fields to send.
    ///   - timeout: The maximum time for one exchange.
    ///   - limit: The maximum total time; requests not sent by then count as errors.
    ///   - check: Checks a response; an error that it throws is counted.
    /// - Returns: The results.
    public func hammer(
        _ path: String, connections: Int = 8, requestsPerConnection: Int = 50,
        headers: HeaderFields = [:], timeout: Duration = .seconds(120),
        limit: Duration = .seconds(600),
        check: @escaping @Sendable (Response) throws -> Void = { _ in }
    ) -> LoadReport {
        let worker = LoadWorker(
            port: port, path: path, headers: headers, requests: requestsPerConnection,
            isOver: { false }, timeout: timeout, deadline: Deadline(after: limit), check: check)
        let crowd = LoadGenerator(connections, of: worker)
        return crowd.wait()
    }

    /// Sends requests as long as a body runs, and counts the responses.
    ///
    /// ```swift
    /// let load = try server.hammer("/hello", connections: 4) {
    ///     try server.restart(graceful: true)
    /// }
    /// #expect(load.errors.isEmpty)
    /// ```
    ///
    /// - Parameters:
    ///   - path: The target, with its query.
    ///   - connections: The number of concurrent connections, each with a thread.
    ///   - headers: Header fields to send.
    ///   - timeout: The maximum time for one exchange.
    ///   - limit: The maximum total time; requests not sent by then count as errors.
    ///   - check: Checks a response; an error that it throws is counted.
    ///   - body: Runs meanwhile.
    /// - Returns: The results.
    /// - Throws: Errors of the body.
    public func hammer(
        _ path: String, connections: Int = 4, headers: HeaderFields = [:],
        timeout: Duration = .seconds(120), limit: Duration = .seconds(600),
        check: @escaping @Sendable (Response) throws -> Void = { _ in },
        while body: () throws -> Void
    ) rethrows -> LoadReport {
        let isOver = Flag()
        let worker = LoadWorker(
            port: port, path: path, headers: headers, requests: .max, isOver: { isOver.isSet },
            timeout: timeout, deadline: Deadline(after: limit), check: check)
        let crowd = LoadGenerator(connections, of: worker)
        do {
            try body()
        } catch {
            isOver.set()
            _ = crowd.wait()
            throw error
        }
        isOver.set()
        return crowd.wait()
    }
}
