// SPDX-License-Identifier: Apache-2.0

/// The body of a request.
public enum RequestBody: Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// Bytes with a Content-Length.
    case bytes([UInt8])
    /// Chunks, sent with `Transfer-Encoding: chunked`.
    case chunks([[UInt8]])

    /// Returns a text with a Content-Length.
    ///
    /// - Parameter text: The text, sent as UTF-8.
    /// - Returns: The body.
    public static func text(_ text: String) -> RequestBody { .bytes(Array(text.utf8)) }

    /// Creates a body from a literal.
    ///
    /// - Parameter value: The text, sent as UTF-8.
    public init(stringLiteral value: String) { self = .text(value) }

    /// The header field that announces the body.
    var announcement: (name: String, value: String) {
        switch self {
        case .bytes(let bytes): ("Content-Length", "\(bytes.count)")
        case .chunks: ("Transfer-Encoding", "chunked")
        }
    }

    /// The body as it is sent.
    var wireBytes: [UInt8] {
        switch self {
        case .bytes(let bytes): bytes
        case .chunks(let chunks):
            chunks.filter { !$0.isEmpty }.flatMap { chunk in
                Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + Array("\r\n".utf8)
            } + Array("0\r\n\r\n".utf8)
        }
    }
}
