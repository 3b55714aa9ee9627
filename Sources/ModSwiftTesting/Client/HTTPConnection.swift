// SPDX-License-Identifier: Apache-2.0

/// One connection to a server on 127.0.0.1, for one thread at a time.
///
/// ```swift
/// let connection = try server.connect()
/// let first = try connection.request("GET", "/one")
/// let second = try connection.request("GET", "/two")   // on the same connection
/// ```
///
/// A response is returned if it is complete and well-formed; anything else throws. The lower-level
/// functions ``write(_:)-([UInt8])``, ``readResponse(to:)`` and ``read(_:)`` are for tests that
/// send slowly, in pieces, several requests at once, or another protocol.
public final class HTTPConnection {
    private let socket: Socket
    private let port: Int

    /// The maximum time for connecting, and for each exchange.
    public let timeout: Duration

    /// Whether the last response left the connection open for another request.
    public private(set) var isReusable = true

    /// Connects.
    ///
    /// - Parameters:
    ///   - port: The server's port on 127.0.0.1.
    ///   - timeout: The maximum time for connecting, and for each exchange.
    /// - Throws: ``HTTPClientError`` if no server responds.
    public init(port: Int, timeout: Duration = .seconds(120)) throws {
        self.port = port
        self.timeout = timeout
        socket = try Socket(port: port, deadline: Deadline(after: timeout))
    }

    /// Sends a request and reads its response.
    ///
    /// `Host` and the header that announces the body are added, unless the headers contain them.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The target, with its query.
    ///   - headers: Header fields to send.
    ///   - body: The body to send, if any.
    /// - Returns: The complete response.
    /// - Throws: ``HTTPClientError`` if there is no complete, well-formed response.
    public func request(
        _ method: String, _ path: String, headers: HeaderFields = [:], body: RequestBody? = nil
    ) throws -> Response {
        guard socket.received.isEmpty else {
            throw HTTPClientError(
                .malformed, "\(socket.received.count) bytes followed the answer before")
        }
        let deadline = Deadline(after: timeout)
        let head = requestHead(method, path, headers, body)
        do {
            try socket.send(head + (body?.wireBytes ?? []), deadline)
        } catch let error as HTTPClientError where error.kind == .connection {
            // A server may respond, and close the connection, before it has read everything: 413.
        }
        return try readResponse(to: method, by: deadline)
    }

    /// Sends bytes unchanged.
    ///
    /// - Parameter bytes: The bytes to send.
    /// - Throws: ``HTTPClientError`` if the connection has ended, or ends meanwhile.
    public func write(_ bytes: [UInt8]) throws {
        try socket.send(bytes, Deadline(after: timeout))
    }

    /// Sends text unchanged.
    ///
    /// - Parameter text: The text to send, as UTF-8, including line ends.
    /// - Throws: ``HTTPClientError`` if the connection has ended, or ends meanwhile.
    public func write(_ text: String) throws { try write(Array(text.utf8)) }

    /// Closes the sending side: the server sees the end, and can still respond.
    public func finishSending() { socket.finishSending() }

    /// Reads one response.
    ///
    /// - Parameter method: The method of the request that the response belongs to.
    /// - Returns: The complete response.
    /// - Throws: ``HTTPClientError`` if there is no complete, well-formed response.
    public func readResponse(to method: String = "GET") throws -> Response {
        try readResponse(to: method, by: Deadline(after: timeout))
    }

    /// Reads bytes.
    ///
    /// - Parameter count: The number of bytes.
    /// - Returns: Exactly that many bytes.
    /// - Throws: ``HTTPClientError`` if the connection ends, or the timeout expires, before.
    public func read(_ count: Int) throws -> [UInt8] {
        let deadline = Deadline(after: timeout)
        while socket.received.count < count {
            guard try socket.receive(deadline) else { throw ended() }
        }
        return Array(socket.take(count))
    }

    /// Reads everything until the server closes the connection.
    ///
    /// - Returns: The bytes that were not read before.
    /// - Throws: ``HTTPClientError`` if the connection is reset, or the timeout expires.
    public func readToEnd() throws -> [UInt8] {
        let deadline = Deadline(after: timeout)
        while try socket.receive(deadline) {}
        guard socket.failure == nil else { throw ended() }
        return Array(socket.take(socket.received.count))
    }

    /// Sends everything and reads everything.
    func exchange(_ bytes: [UInt8], closesOutput: Bool) throws -> [UInt8] {
        do {
            try write(bytes)
            if closesOutput { finishSending() }
        } catch let error as HTTPClientError where error.kind == .connection {
            // A server need not read all of a malformed request.
        }
        return try readToEnd()
    }

    /// Checks that the server closes the connection and sends nothing more.
    ///
    /// - Parameter response: The last response, for the error.
    /// - Throws: ``HTTPClientError`` if more data arrives, or the timeout expires.
    public func expectEnd(after response: Response) throws {
        guard response.status != 101 else { return }
        let deadline = Deadline(after: timeout)
        while try socket.receive(deadline) {}
        guard socket.received.isEmpty else {
            throw HTTPClientError(
                .malformed, "\(socket.received.count) bytes follow the answer", partial: response)
        }
    }

    private func readResponse(to method: String, by deadline: Deadline) throws -> Response {
        isReusable = false
        var reader = ResponseReader(socket, deadline)
        let response = try reader.read(answering: method)
        isReusable = response.keepsConnection
        return response
    }

    private func requestHead(
        _ method: String, _ path: String, _ headers: HeaderFields, _ body: RequestBody?
    ) -> [UInt8] {
        var fields = headers
        if fields["Host"] == nil { fields.add("Host", "127.0.0.1:\(port)") }
        let isAnnounced = fields["Content-Length"] != nil || fields["Transfer-Encoding"] != nil
        if let body, !isAnnounced { fields.add(body.announcement.name, body.announcement.value) }
        return Array("\(method) \(path) HTTP/1.1\r\n\(fields)\r\n".utf8)
    }

    private func ended() -> HTTPClientError {
        var partial = Response()
        partial.body = Array(socket.received)
        return HTTPClientError(
            .truncated, socket.failure ?? "the server closed the connection", partial: partial)
    }
}
