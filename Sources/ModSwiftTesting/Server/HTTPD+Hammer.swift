// SPDX-License-Identifier: Apache-2.0

extension HTTPD {
    /// Sends many requests at once, on threads of their own, and counts the responses.
    ///
    /// Each connection is kept alive for as long as the server keeps it, and opened again then.
    /// Where a server closes a kept connection just as a request is under way, the request is sent
    /// once more on a new one, as browsers do; ``LoadReport/retries`` tells how often.
    ///
    /// ```swift
    /// let load = server.hammer("/hello", connections: 8, requestsPerConnection: 100)
    /// #expect(load.statuses == [200: 800])
    /// #expect(load.errors.isEmpty)
    /// ```
    ///
    /// - Parameters:
    ///   - path: The target, with its query.
    ///   - connections: How many connections, each with a thread, at once.
    ///   - requestsPerConnection: How many requests each of them sends, one after the other.
    ///   - headers: Header fields to send.
    ///   - timeout: How long one exchange may take.
    ///   - limit: How long all of it may take; requests not sent by then are errors.
    ///   - check: Looks at a response; what it throws is counted as an error.
    /// - Returns: What came back.
    public func hammer(
        _ path: String, connections: Int = 8, requestsPerConnection: Int = 50,
        headers: HeaderFields = [:], timeout: Duration = .seconds(10),
        limit: Duration = .seconds(60),
        check: @escaping @Sendable (Response) throws -> Void = { _ in }
    ) -> LoadReport {
        let worker = LoadWorker(
            port: port, path: path, headers: headers, requests: requestsPerConnection,
            isOver: { false }, timeout: timeout, deadline: Deadline(after: limit), check: check)
        let crowd = LoadGenerator(connections, of: worker)
        return crowd.wait()
    }

    /// Sends requests for as long as a body runs, and counts the responses.
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
    ///   - connections: How many connections, each with a thread, at once.
    ///   - headers: Header fields to send.
    ///   - timeout: How long one exchange may take.
    ///   - limit: How long all of it may take; requests not sent by then are errors.
    ///   - check: Looks at a response; what it throws is counted as an error.
    ///   - body: What to do meanwhile.
    /// - Returns: What came back.
    /// - Throws: What the body throws.
    public func hammer(
        _ path: String, connections: Int = 4, headers: HeaderFields = [:],
        timeout: Duration = .seconds(10), limit: Duration = .seconds(600),
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
