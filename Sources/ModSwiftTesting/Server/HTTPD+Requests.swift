// SPDX-License-Identifier: Apache-2.0

import Foundation

extension HTTPD {
    /// Opens a connection for any number of requests.
    ///
    /// - Parameter timeout: How long connecting, and each exchange on it, may take.
    /// - Returns: The connection.
    /// - Throws: ``HTTPClientError`` when no server responds.
    public func connect(timeout: Duration = .seconds(10)) throws -> HTTPConnection {
        try HTTPConnection(port: port, timeout: timeout)
    }

    /// Sends a GET on a connection of its own.
    ///
    /// - Parameters:
    ///   - path: The target, with its query.
    ///   - headers: Header fields to send.
    ///   - timeout: How long the exchange may take.
    /// - Returns: The complete response.
    /// - Throws: ``HTTPClientError`` when there is no complete, well-formed response.
    public func get(
        _ path: String, headers: HeaderFields = [:], timeout: Duration = .seconds(10)
    ) throws -> Response {
        try request("GET", path, headers: headers, timeout: timeout)
    }

    /// Sends a POST on a connection of its own.
    ///
    /// - Parameters:
    ///   - path: The target, with its query.
    ///   - body: The body to send.
    ///   - headers: Header fields to send.
    ///   - timeout: How long the exchange may take.
    /// - Returns: The complete response.
    /// - Throws: ``HTTPClientError`` when there is no complete, well-formed response.
    public func post(
        _ path: String, _ body: RequestBody, headers: HeaderFields = [:],
        timeout: Duration = .seconds(10)
    ) throws -> Response {
        try request("POST", path, headers: headers, body: body, timeout: timeout)
    }

    /// Sends a request on a connection of its own.
    ///
    /// It asks the server to close the connection, unless the headers name `Connection`, and then
    /// checks that nothing follows the response: a body longer than its Content-Length is an error.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The target, with its query.
    ///   - headers: Header fields to send.
    ///   - body: The body to send, if any.
    ///   - timeout: How long the exchange may take.
    /// - Returns: The complete response.
    /// - Throws: ``HTTPClientError`` when there is no complete, well-formed response.
    public func request(
        _ method: String, _ path: String, headers: HeaderFields = [:], body: RequestBody? = nil,
        timeout: Duration = .seconds(10)
    ) throws -> Response {
        let connection = try connect(timeout: timeout)
        guard headers["Connection"] == nil else {
            return try connection.request(method, path, headers: headers, body: body)
        }
        var headers = headers
        headers.add("Connection", "close")
        let response = try connection.request(method, path, headers: headers, body: body)
        try connection.expectEnd(after: response)
        return response
    }

    /// Sends bytes on a connection of their own, as they are, and reads until the server closes.
    ///
    /// - Parameters:
    ///   - bytes: What to send; need not be HTTP.
    ///   - closesOutput: Whether to close the sending side then, so that a server that waits for
    ///     more, or for another request, does not.
    ///   - timeout: How long the exchange may take.
    /// - Returns: All that the server sent.
    /// - Throws: ``HTTPClientError`` when the server cannot be reached, resets the connection, or
    ///   does not close it in time.
    public func rawExchange(
        _ bytes: [UInt8], closesOutput: Bool = true, timeout: Duration = .seconds(10)
    ) throws -> [UInt8] {
        let connection = try connect(timeout: timeout)
        return try connection.exchange(bytes, closesOutput: closesOutput)
    }

    /// Sends text on a connection of its own, as it is, and reads until the server closes.
    ///
    /// - Parameters:
    ///   - text: What to send; line ends are the caller's.
    ///   - closesOutput: Whether to close the sending side then.
    ///   - timeout: How long the exchange may take.
    /// - Returns: All that the server sent, repaired where it is not UTF-8.
    /// - Throws: ``HTTPClientError`` when the server cannot be reached, resets the connection, or
    ///   does not close it in time.
    public func rawExchange(
        _ text: String, closesOutput: Bool = true, timeout: Duration = .seconds(10)
    ) throws -> String {
        let bytes = Array(text.utf8)
        let answer = try rawExchange(bytes, closesOutput: closesOutput, timeout: timeout)
        return String(decoding: answer, as: UTF8.self)
    }
}
