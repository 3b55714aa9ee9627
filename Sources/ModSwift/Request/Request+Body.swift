// SPDX-License-Identifier: Apache-2.0

extension Request {
    /// Reads from the body.
    ///
    /// Waits until `count` bytes are there or the body has ended; the result is shorter only at the
    /// end, and empty after it. Chunked bodies are read like any other.
    ///
    /// - Parameter count: The most to read, in bytes; nil reads all that remains.
    /// - Throws: ``Status`` as httpd's input filters say (408 after `Timeout`, 400 for a malformed
    ///   body); ``ClientGone``; an error of httpd's own where it has answered the request itself,
    ///   such as with 413 over `LimitRequestBody`. Let them pass, and the response is the right one.
    ///
    /// Corresponds to `req.read()` in mod_python.
    public func read(_ count: Int? = nil) throws -> [UInt8] {
        try reader.read(count, from: live)
    }

    /// Reads a line of the body: to its line feed, which is included, or to the end of the body.
    ///
    /// - Parameter limit: The most to read, in bytes; a longer line comes in parts, of which only the
    ///   last ends with a line feed.
    /// - Returns: The line; empty after the end.
    /// - Throws: As ``read(_:)``.
    ///
    /// Corresponds to `req.readline()` in mod_python (N4-11 and N4-13 put right).
    public func readLine(_ limit: Int = 65_536) throws -> [UInt8] {
        try reader.readLine(limit, from: live)
    }

    /// Reads the lines of the body, their line breaks included.
    ///
    /// - Parameters:
    ///   - sizeHint: Stops after the line that reaches this many bytes; nil reads all.
    ///   - lineLimit: The longest line that is taken, in bytes, its line break not counted.
    /// - Throws: ``LineTooLongError``, which ends as 413; otherwise as ``read(_:)``.
    ///
    /// Corresponds to `req.readlines()` in mod_python (N4-12 put right).
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
    /// - Parameter limit: The largest body that is taken, in bytes.
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
    /// - Parameter limit: The longest line that is taken, in bytes, its line break not counted.
    /// - Throws: ``LineTooLongError``, which ends as 413; otherwise as ``read(_:)``.
    public func readLineString(_ limit: Int = 65_536) throws -> String? {
        try reader.readLineText(limit, from: live)
    }

    /// The body in parts, as they come, in constant memory.
    ///
    /// ```swift
    /// for try await chunk in req.body { size += chunk.count }
    /// ```
    public var body: RequestBody { RequestBody(self) }

    /// Reads what remains of the body in parts, as they come, without copying them.
    ///
    /// The shortest way for much data. Each part is lent where httpd has it, for one call of
    /// `body`, and is not empty.
    ///
    /// ```swift
    /// try req.streamBody { bytes in digest.update(bytes) }
    /// ```
    ///
    /// - Parameter body: Gets a part; an error that it throws ends the reading after this part.
    /// - Throws: As ``read(_:)``, and what `body` throws.
    ///
    /// Corresponds to `ap_get_brigade`.
    public func streamBody(_ body: (_ bytes: Span<UInt8>) throws -> Void) throws {
        try reader.lend(from: live, body)
    }

    /// Reads what remains of the body and drops it.
    ///
    /// httpd does so by itself when the request ends; call this to learn before that whether the
    /// body was well-formed, or to have ``trailersIn``.
    ///
    /// - Throws: As ``read(_:)``.
    ///
    /// Corresponds to `req.discard_request_body()` in mod_python; to `ap_discard_request_body`.
    public func discardRequestBody() throws { try reader.discard(from: live) }

    /// The fields that the client sent behind a body of unannounced length: in chunks, or over
    /// HTTP/2 without a Content-Length (with one, httpd stops reading at the length). Empty until
    /// the end of the body was read. httpd keeps them apart from ``headersIn``, unless
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

    /// The next part of the body; nil after the end.
    func nextBodyChunk() throws -> [UInt8]? { try reader.next(from: live) }
}

/// The body of a request, part by part.
///
/// What was read before by ``Request/read(_:)`` does not come again.
public struct RequestBody: AsyncSequence {
    /// A part of the body: at most 64 KiB.
    public typealias Element = [UInt8]

    private let request: Request

    init(_ request: Request) { self.request = request }

    /// Reads the body's parts.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let request: Request

        /// The next part; nil after the end.
        ///
        /// - Throws: As ``Request/read(_:)``.
        public mutating func next() async throws -> [UInt8]? { try request.nextBodyChunk() }

        /// The next part; nil after the end.
        ///
        /// - Throws: As ``Request/read(_:)``.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws -> [UInt8]? { try request.nextBodyChunk() }
    }

    /// Reads the body's parts from where reading stands.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(request: request) }
}

// MARK: What is known of the body without reading it

extension Request {
    /// The bytes of the body that were read so far. `req.read_length`.
    public var readLength: Int { live.readLength }

    /// The bytes of the body that were not read yet; 0 where there is no body; nil where the client
    /// did not say how long it is. `req.remaining`.
    public var remaining: Int? {
        if live.headersIn.first("Transfer-Encoding") != nil { return nil }
        guard let text = live.headersIn.first("Content-Length") else { return 0 }
        return Int(text).map { max(0, $0 - readLength) }
    }

    /// Whether the body comes in chunks, which reading puts together. `req.read_chunked`.
    public var readChunked: Bool {
        live.headersIn.contains("Transfer-Encoding")
    }

    /// Whether the client waits for "100 Continue" before it sends the body; httpd sends that when
    /// the body is first read. `req.expecting_100`.
    public var expecting100: Bool { live.isExpecting100 }

    /// How modules that read by httpd's older way have asked for the body. Reading by ``read(_:)``
    /// does not use it: it takes chunked bodies, too. `req.read_body`.
    public var readBody: ReadBody { ReadBody(rawValue: live.bodyPolicy) }
}

/// What is done with a body.
///
/// Corresponds to `apache.REQUEST_NO_BODY` … in mod_python; to the same in httpd.
public struct ReadBody: RawRepresentable, Hashable, Sendable {
    /// httpd's number.
    public let rawValue: Int

    /// Makes the one with a number.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// A body is refused as 413; also what stands there until somebody asks. `REQUEST_NO_BODY`.
    public static let noBody = ReadBody(rawValue: 0)
    /// A chunked body is refused as 411. `REQUEST_CHUNKED_ERROR`.
    public static let chunkedError = ReadBody(rawValue: 1)
    /// Chunks are put together. `REQUEST_CHUNKED_DECHUNK`.
    public static let chunkedDechunk = ReadBody(rawValue: 2)
}
