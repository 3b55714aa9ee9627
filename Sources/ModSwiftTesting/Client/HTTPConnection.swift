// SPDX-License-Identifier: Apache-2.0

/// One connection to a server on 127.0.0.1, for one thread at a time.
///
/// ```swift
/// let connection = try server.connect()
/// let first = try connection.request("GET", "/one")
/// let second = try connection.request("GET", "/two")   // on the same connection
/// ```
///
/// A response is returned when all of it came and all of it is well-formed; anything else throws.
/// Below requests there are ``write(_:)-([UInt8])``, ``readResponse(to:)`` and ``read(_:)`` for
/// tests that send slowly, in pieces, several requests at once, or another protocol.
public final class HTTPConnection {
    private let socket: Socket
    private let port: Int

    /// How long connecting took at most, and each exchange may take.
    public let timeout: Duration

    /// Whether the last response left the connection open for another request.
    public private(set) var isReusable = true

    /// Connects.
    ///
    /// - Parameters:
    ///   - port: The server's port on 127.0.0.1.
    ///   - timeout: How long connecting, and each exchange, may take.
    /// - Throws: ``HTTPClientError`` when no server responds.
    public init(port: Int, timeout: Duration = .seconds(10)) throws {
        self.port = port
        self.timeout = timeout
        socket = try Socket(port: port, deadline: Deadline(after: timeout))
    }

    /// Sends a request and reads its answer.
    ///
    /// `Host` and what announces the body are added, unless the headers name them.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The target, with its query.
    ///   - headers: Header fields to send.
    ///   - body: The body to send, if any.
    /// - Returns: The complete response.
    /// - Throws: ``HTTPClientError`` when there is no complete, well-formed response.
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
            // A server may answer, and close, before it has read everything: 413.
        }
        return try readResponse(to: method, by: deadline)
    }

    /// Sends bytes as they are.
    ///
    /// - Parameter bytes: What to send.
    /// - Throws: ``HTTPClientError`` when the connection has ended, or ends meanwhile.
    public func write(_ bytes: [UInt8]) throws {
        try socket.send(bytes, Deadline(after: timeout))
    }

    /// Sends text as it is.
    ///
    /// - Parameter text: What to send, as UTF-8; line ends are the caller's.
    /// - Throws: ``HTTPClientError`` when the connection has ended, or ends meanwhile.
    public func write(_ text: String) throws { try write(Array(text.utf8)) }

    /// Closes the sending side: the server reads an end, and can still answer.
    public func finishSending() { socket.finishSending() }

    /// Reads one response.
    ///
    /// - Parameter method: The method of the request that is answered.
    /// - Returns: The complete response.
    /// - Throws: ``HTTPClientError`` when there is no complete, well-formed response.
    public func readResponse(to method: String = "GET") throws -> Response {
        try readResponse(to: method, by: Deadline(after: timeout))
    }

    /// Reads bytes as they come.
    ///
    /// - Parameter count: How many.
    /// - Returns: That many bytes.
    /// - Throws: ``HTTPClientError`` when the connection ends, or time runs out, before.
    public func read(_ count: Int) throws -> [UInt8] {
        let deadline = Deadline(after: timeout)
        while socket.received.count < count {
            guard try socket.receive(deadline) else { throw ended() }
        }
        return Array(socket.take(count))
    }

    /// Reads everything up to the server's end of the connection.
    ///
    /// - Returns: What came and was not read before.
    /// - Throws: ``HTTPClientError`` when the connection is reset, or time runs out.
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
            // A server need not read all of a bad request.
        }
        return try readToEnd()
    }

    /// Makes sure that the server closes the connection and sends nothing more.
    ///
    /// - Parameter response: The last response; it becomes part of the error.
    /// - Throws: ``HTTPClientError`` when more comes, or time runs out.
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
