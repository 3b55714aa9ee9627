// SPDX-License-Identifier: Apache-2.0

import Foundation

extension HTTPD {
    /// Opens a connection for any number of requests.
    ///
    /// - Parameter timeout: The maximum time for connecting, and for each exchange on it.
    /// - Returns: The connection.
    /// - Throws: ``HTTPClientError`` if no server responds.
    public func connect(timeout: Duration = .seconds(120)) throws -> HTTPConnection {
        try HTTPConnection(port: port, timeout: timeout)
    }

    /// Sends a GET on a new connection.
    ///
    /// - Parameters:
    ///   - path: The target, with its query.
    ///   - headers: Header fields to send.
    ///   - timeout: The maximum time for the exchange.
    /// - Returns: The complete response.
    /// - Throws: ``HTTPClientError`` if there is no complete, well-formed response.
    public func get(
        _ path: String, headers: HeaderFields = [:], timeout: Duration = .seconds(120)
    ) throws -> Response {
        try request("GET", path, headers: headers, timeout: timeout)
    }

    /// Sends a POST on a new connection.
    ///
    /// - Parameters:
    ///   - path: The target, with its query.
    ///   - body: The body to send.
    ///   - headers: Header fields to send.
    ///   - timeout: The maximum time for the exchange.
    /// - Returns: The complete response.
    /// - Throws: ``HTTPClientError`` if there is no complete, well-formed response.
    public func post(
        _ path: String, _ body: RequestBody, headers: HeaderFields = [:],
        timeout: Duration = .seconds(120)
    ) throws -> Response {
        try request("POST", path, headers: headers, body: body, timeout: timeout)
    }

    /// Sends a request on a new connection.
    ///
    /// It asks the server to close the connection, unless the headers contain `Connection`, and
    /// then checks that nothing follows the response: a body longer than its Content-Length is an
    /// error.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The target, with its query.
    ///   - headers: Header fields to send.
    ///   - body: The body to send, if any.
    ///   - timeout: The maximum time for the exchange.
    /// - Returns: The complete response.
    /// - Throws: ``HTTPClientError`` if there is no complete, well-formed response.
    public func request(
        _ method: String, _ path: String, headers: HeaderFields = [:], body: RequestBody? = nil,
        timeout: Duration = .seconds(120)
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

    /// Sends bytes unchanged on a new connection, and reads until the server closes it.
    ///
    /// - Parameters:
    ///   - bytes: The bytes to send; need not be HTTP.
    ///   - closesOutput: Whether to close the sending side afterwards, so that the server does not
    ///     wait for more data, or for another request.
    ///   - timeout: The maximum time for the exchange.
    /// - Returns: Everything that the server sent.
    /// - Throws: ``HTTPClientError`` if the server cannot be reached, resets the connection, or
    ///   does not close it in time.
    public func rawExchange(
        _ bytes: [UInt8], closesOutput: Bool = true, timeout: Duration = .seconds(120)
    ) throws -> [UInt8] {
        let connection = try connect(timeout: timeout)
        return try connection.exchange(bytes, closesOutput: closesOutput)
    }

    /// Sends text unchanged on a new connection, and reads until the server closes it.
    ///
    /// - Parameters:
    ///   - text: The text to send, including line ends.
    ///   - closesOutput: Whether to close the sending side afterwards.
    ///   - timeout: The maximum time for the exchange.
    /// - Returns: Everything that the server sent, with invalid UTF-8 repaired.
    /// - Throws: ``HTTPClientError`` if the server cannot be reached, resets the connection, or
    ///   does not close it in time.
    public func rawExchange(
        _ text: String, closesOutput: Bool = true, timeout: Duration = .seconds(120)
    ) throws -> String {
        let bytes = Array(text.utf8)
        let answer = try rawExchange(bytes, closesOutput: closesOutput, timeout: timeout)
        return String(decoding: answer, as: UTF8.self)
    }
}
