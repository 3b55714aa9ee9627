// SPDX-License-Identifier: Apache-2.0

extension Request {
    /// Reads from the body.
    ///
    /// Waits until `count` bytes have arrived or the body has ended; the result is shorter only at
    /// the end, and empty after it. Chunked bodies are read like any other.
    ///
    /// - Parameter count: The maximum number of bytes to read; nil reads the whole rest.
    /// - Throws: The ``Status`` of httpd's input filters (408 after `Timeout`, 400 for a malformed
    ///   body); ``ClientGone``; an error of httpd's own if httpd has already sent the response, for
    ///   example 413 because of `LimitRequestBody`. If the handler does not catch them, the client
    ///   gets the right response.
    ///
    /// Corresponds to `req.read()` in mod_python.
    public func read(_ count: Int? = nil) throws -> [UInt8] {
        try reader.read(count, from: live)
    }

    /// Reads a line of the body: to its line feed, which is included, or to the end of the body.
    ///
    /// - Parameter limit: The maximum number of bytes to read; a longer line is returned in parts,
    ///   of which only the last ends with a line feed.
    /// - Returns: The line; empty after the end.
    /// - Throws: As ``read(_:)``.
    ///
    /// Corresponds to `req.readline()` in mod_python, without its defects N4-11 and N4-13.
    public func readLine(_ limit: Int = 65_536) throws -> [UInt8] {
        try reader.readLine(limit, from: live)
    }

    /// Reads the lines of the body, including their line breaks.
    ///
    /// - Parameters:
    ///   - sizeHint: Stops after the line with which the total reaches this number of bytes; nil
    ///     reads all lines.
    ///   - lineLimit: The maximum length of a line in bytes, without its line break.
    /// - Throws: ``LineTooLongError``, which ends the request as 413; otherwise as ``read(_:)``.
    ///
    /// Corresponds to `req.readlines()` in mod_python, without its defect N4-12.
    public func readLines(_ sizeHint: Int? = nil, lineLimit: Int = 65_536) throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var size = 0
        while size < sizeHint ?? .max {
            let line = try reader.readWholeLine(lineLimit, from: live)
            if line.isEmpty { break }
            size += line.count
            lines.append(line)
        }
        return lines
    }

    /// Reads the whole body as text; invalid UTF-8 is repaired.
    ///
    /// - Parameter limit: The maximum size of the body in bytes.
    /// - Throws: 413 when the body is larger; otherwise as ``read(_:)``.
    public func readString(limit: Int = 1 << 20) throws -> String {
        let bytes = try read(limit)
        guard try bytes.count < limit || read(1).isEmpty else {
            throw Status.requestEntityTooLarge
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads a line of the body as text, without its line break; nil after the end.
    ///
    /// - Parameter limit: The maximum length of a line in bytes, without its line break.
    /// - Throws: ``LineTooLongError``, which ends the request as 413; otherwise as ``read(_:)``.
    public func readLineString(_ limit: Int = 65_536) throws -> String? {
        try reader.readLineText(limit, from: live)
    }

    /// The body in parts as they arrive, in constant memory.
    ///
    /// ```swift
    /// for try await chunk in req.body { size += chunk.count }
    /// ```
    public var body: RequestBody { RequestBody(self) }

    /// Reads the rest of the body in parts as they arrive, without copying them.
    ///
    /// The fastest way to read much data. Each part is borrowed from httpd's memory for one call of
    /// `body`, and is not empty.
    ///
    /// ```swift
    /// try req.streamBody { bytes in digest.update(bytes) }
    /// ```
    ///
    /// - Parameter body: Called with each part; an error that it throws ends reading after this
    ///   part.
    /// - Throws: As ``read(_:)``, and errors of `body`.
    ///
    /// Corresponds to `ap_get_brigade`.
    public func streamBody(_ body: (_ bytes: Span<UInt8>) throws -> Void) throws {
        try reader.lend(from: live, body)
    }

    /// Reads the rest of the body and drops it.
    ///
    /// httpd does so automatically when the request ends; call this to learn earlier whether the
    /// body is well-formed, or to get ``trailersIn``.
    ///
    /// - Throws: As ``read(_:)``.
    ///
    /// Corresponds to `req.discard_request_body()` in mod_python; to `ap_discard_request_body`.
    public func discardRequestBody() throws { try reader.discard(from: live) }

    /// The fields that the client sent after a body without a Content-Length: a chunked body, or
    /// one over HTTP/2 (with a Content-Length, httpd stops reading at that length). Empty until the
    /// end of the body has been read. httpd keeps them separate from ``headersIn``, unless
    /// `MergeTrailers` is on. `r->trailers_in`.
    public var trailersIn: Table {
        state.table(\.trailersIn) { Table(live.trailersIn, place: "trailersIn", owner: self) }
    }

    var reader: BodyReader {
        if let reader = state.bodyReader { return reader }
        let reader = BodyReader(live)
        state.bodyReader = reader
        return reader
    }

    /// Returns the next part of the body; nil after the end.
    func nextBodyChunk() throws -> [UInt8]? { try reader.next(from: live) }
}

/// The body of a request in parts.
///
/// Bytes that ``Request/read(_:)`` has already read are not repeated.
public struct RequestBody: AsyncSequence {
    /// A part of the body: at most 64 KiB.
    public typealias Element = [UInt8]

    private let request: Request

    init(_ request: Request) { self.request = request }

    /// An iterator that reads the body's parts.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let request: Request

        /// Returns the next part; nil after the end.
        ///
        /// - Throws: As ``Request/read(_:)``.
        public mutating func next() async throws -> [UInt8]? { try request.nextBodyChunk() }

        /// Returns the next part; nil after the end.
        ///
        /// - Throws: As ``Request/read(_:)``.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws -> [UInt8]? { try request.nextBodyChunk() }
    }

    /// Returns an iterator that continues at the current position.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(request: request) }
}

// MARK: Information about the body that needs no reading

extension Request {
    /// The number of bytes of the body that have been read. `req.read_length`.
    public var readLength: Int { live.readLength }

    /// The number of bytes of the body that have not been read yet; 0 if there is no body; nil if
    /// the client did not announce the length. `req.remaining`.
    public var remaining: Int? {
        if live.headersIn.first("Transfer-Encoding") != nil { return nil }
        guard let text = live.headersIn.first("Content-Length") else { return 0 }
        return Int(text).map { max(0, $0 - readLength) }
    }

    /// Whether the body is chunked; reading removes the chunk framing. `req.read_chunked`.
    public var readChunked: Bool {
        live.headersIn.contains("Transfer-Encoding")
    }

    /// Whether the client waits for "100 Continue" before it sends the body; httpd sends that at
    /// the first read of the body. `req.expecting_100`.
    public var expecting100: Bool { live.isExpecting100 }

    /// The policy with which modules that use httpd's older interface have requested the body.
    /// ``read(_:)`` does not use it: it also reads chunked bodies. `req.read_body`.
    public var readBody: ReadBody { ReadBody(rawValue: live.bodyPolicy) }
}

/// The policy for a body.
///
/// Corresponds to `apache.REQUEST_NO_BODY` … in mod_python; to the same in httpd.
public struct ReadBody: RawRepresentable, Hashable, Sendable {
    /// httpd's number.
    public let rawValue: Int

    /// Creates a policy from httpd's number.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// A body is rejected with 413; also the initial value. `REQUEST_NO_BODY`.
    public static let noBody = ReadBody(rawValue: 0)
    /// A chunked body is rejected with 411. `REQUEST_CHUNKED_ERROR`.
    public static let chunkedError = ReadBody(rawValue: 1)
    /// The chunk framing is removed. `REQUEST_CHUNKED_DECHUNK`.
    public static let chunkedDechunk = ReadBody(rawValue: 2)
}
