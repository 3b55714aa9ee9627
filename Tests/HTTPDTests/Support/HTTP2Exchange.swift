// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting

/// Requests over HTTP/2, frame by frame: curl sends no trailers, and curl 7.88 sends no second
/// request on a connection without TLS.
enum HTTP2Exchange {
    private typealias Kind = HTTP2Frame.Kind
    private typealias Flags = HTTP2Frame.Flags

    private static let request = [(":scheme", "http"), (":authority", "a")]

    /// Posts a body of a few bytes, followed by trailer fields.
    ///
    /// - Returns: The body of the response, whose head is not checked.
    static func post(
        _ path: String, body: String, trailers: [(String, String)], on server: HTTPD
    ) throws -> String {
        let connection = try open(server)
        let head = HTTP2Frame.encoded([(":method", "POST"), (":path", path)] + request)
        let end = Flags.endOfHeaders | Flags.endOfStream
        try connection.write(
            HTTP2Frame(Kind.headers, Flags.endOfHeaders, stream: 1, head).bytes
                + HTTP2Frame(Kind.data, stream: 1, Array(body.utf8)).bytes
                + HTTP2Frame(Kind.headers, end, stream: 1, HTTP2Frame.encoded(trailers)).bytes)
        return try answers(of: 1, on: connection)[0]
    }

    /// Requests several paths on one connection, at the same time or one after the other.
    ///
    /// - Returns: The bodies of the responses, whose heads are not checked.
    static func get(_ paths: [String], atOnce: Bool, on server: HTTPD) throws -> [String] {
        let connection = try open(server)
        let frames = paths.enumerated().map { index, path in
            HTTP2Frame(
                Kind.headers, Flags.endOfHeaders | Flags.endOfStream,
                stream: UInt32(2 * index + 1),
                HTTP2Frame.encoded([(":method", "GET"), (":path", path)] + request))
        }
        guard !atOnce else {
            try connection.write(frames.flatMap(\.bytes))
            return try answers(of: paths.count, on: connection)
        }
        return try frames.flatMap { frame in
            try connection.write(frame.bytes)
            return try answers(of: 1, on: connection)
        }
    }

    /// Requests a path, and closes the connection after a body has run.
    static func leave(_ path: String, on server: HTTPD, after body: () throws -> Void) throws {
        let connection = try open(server)
        let head = HTTP2Frame.encoded([(":method", "GET"), (":path", path)] + request)
        let flags = Flags.endOfHeaders | Flags.endOfStream
        try connection.write(HTTP2Frame(Kind.headers, flags, stream: 1, head).bytes)
        try body()
    }

    private static func open(_ server: HTTPD) throws -> HTTPConnection {
        let connection = try server.connect()
        try connection.write(HTTP2Frame.preface + HTTP2Frame(Kind.settings).bytes)
        return connection
    }

    /// Reads until a number of streams have ended; returns their bodies in the order of the
    /// streams.
    private static func answers(of count: Int, on connection: HTTPConnection) throws -> [String] {
        var bodies: [UInt32: [UInt8]] = [:]
        var ended = 0
        while ended < count {
            let head = try connection.read(9)
            let payload = try connection.read(HTTP2Frame.number(head[..<3]))
            let stream = UInt32(HTTP2Frame.number(head[5...]))
            guard head[3] <= Kind.headers else { continue }
            bodies[stream, default: []] += head[3] == Kind.data ? payload : []
            if head[4] & Flags.endOfStream != 0 { ended += 1 }
        }
        return bodies.sorted { $0.key < $1.key }.map { String(decoding: $0.value, as: UTF8.self) }
    }
}
