// SPDX-License-Identifier: Apache-2.0

/// A response as it was received.
public struct Response: Sendable, CustomStringConvertible {
    /// The protocol's name: `"HTTP/1.1"`, `"HTTP/2"`.
    public internal(set) var version = ""
    /// The status: 200.
    public internal(set) var status = 0
    /// The reason phrase; empty in HTTP/2.
    public internal(set) var reason = ""
    /// The header fields, with invalid UTF-8 repaired; their bytes are in ``head``.
    public internal(set) var headers: HeaderFields = [:]
    /// The fields after a chunked body.
    public internal(set) var trailers: HeaderFields = [:]
    /// The body, without its transfer encoding.
    public internal(set) var body: [UInt8] = []
    /// The status line and the header fields as received, with their line ends.
    public internal(set) var head: [UInt8] = []
    /// The statuses of interim responses before this one: 100, 103.
    public internal(set) var interim: [Int] = []
    /// Whether the server keeps the connection open for another request.
    public internal(set) var keepsConnection = false

    init() {}

    /// The body as text, with invalid UTF-8 repaired.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The response in the form for the output of a failed test.
    public var description: String { "\(version) \(status) \(reason)\n\(headers)\n\(text)" }
}
