// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting

/// One request over HTTP/2, frame by frame (RFC 9113): curl sends no trailers.
enum HTTP2Exchange {
    private enum Kind: UInt8 {
        case data, headers
        case settings = 4
    }

    private static let endOfStream: UInt8 = 1
    private static let endOfHeaders: UInt8 = 4

    /// Posts a body of a few bytes with fields behind it.
    ///
    /// - Returns: The body of the answer, whose head is not looked at.
    static func post(
        _ path: String, body: String, trailers: [(String, String)], on server: HTTPD
    ) throws -> String {
        let connection = try server.connect()
        let head = [
            (":method", "POST"), (":path", path), (":scheme", "http"), (":authority", "a"),
        ]
        try connection.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        try connection.write(frame(.settings, 0, stream: 0, []))
        try connection.write(frame(.headers, endOfHeaders, encoded(head)))
        try connection.write(frame(.data, 0, Array(body.utf8)))
        try connection.write(frame(.headers, endOfHeaders | endOfStream, encoded(trailers)))
        var answer: [UInt8] = []
        while true {
            let head = try connection.read(9)
            let payload = try connection.read(head[..<3].reduce(0) { $0 << 8 | Int($1) })
            guard head[3] <= Kind.headers.rawValue else { continue }
            if head[3] == Kind.data.rawValue { answer += payload }
            if head[4] & endOfStream != 0 { return String(decoding: answer, as: UTF8.self) }
        }
    }

    private static func frame(
        _ kind: Kind, _ flags: UInt8, stream: UInt8 = 1, _ payload: [UInt8]
    ) -> [UInt8] {
        let length = [16, 8, 0].map { UInt8(truncatingIfNeeded: payload.count >> $0) }
        return length + [kind.rawValue, flags, 0, 0, 0, stream] + payload
    }

    /// Literal fields that go into no table (RFC 7541, section 6.2.2), of less than 127 bytes.
    private static func encoded(_ fields: [(String, String)]) -> [UInt8] {
        var block: [UInt8] = []
        for (name, value) in fields {
            block += [0, UInt8(name.utf8.count)]
            block += name.utf8
            block.append(UInt8(value.utf8.count))
            block += value.utf8
        }
        return block
    }
}
