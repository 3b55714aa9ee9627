// SPDX-License-Identifier: Apache-2.0
//
// What is known of the body a client sends, without reading it.

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
