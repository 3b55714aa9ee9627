// SPDX-License-Identifier: Apache-2.0

/// A response, as it came over the wire.
public struct Response: Sendable, CustomStringConvertible {
    /// The protocol's name: `"HTTP/1.1"`, `"HTTP/2"`.
    public internal(set) var version = ""
    /// The status: 200.
    public internal(set) var status = 0
    /// The words after the status; empty in HTTP/2.
    public internal(set) var reason = ""
    /// The header fields, repaired where they are not UTF-8; their bytes are in ``head``.
    public internal(set) var headers: HeaderFields = [:]
    /// The fields that followed a chunked body.
    public internal(set) var trailers: HeaderFields = [:]
    /// The body, without its transfer coding.
    public internal(set) var body: [UInt8] = []
    /// The status line and the header fields as they came, with their line ends.
    public internal(set) var head: [UInt8] = []
    /// The statuses of interim responses that came before this one: 100, 103.
    public internal(set) var interim: [Int] = []
    /// Whether the server keeps the connection open for another request.
    public internal(set) var keepsConnection = false

    init() {}

    /// The body as text, repaired where it is not UTF-8.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The response as a person would want to see it when a test fails.
    public var description: String { "\(version) \(status) \(reason)\n\(headers)\n\(text)" }
}
