// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Synchronization

/// Many requests over HTTP/2, several at once on each connection, by a client that goes by RFC 9113: it
/// sends again what the server has said it did not begin (GOAWAY, REFUSED_STREAM), and counts as lost what
/// else has no complete response.
struct HTTP2Load: Sendable {
    struct Report: Sendable {
        var answers = 0
        /// Streams that may be sent again, and are.
        var refused = 0
        /// By what happened to them.
        var lost: [String: Int] = [:]
        /// Responses by their status; 0 for one that has no number in HPACK's table.
        var statuses: [Int: Int] = [:]
        /// Bodies of status 200 that are not as they should be.
        var wrong: [String: Int] = [:]
        var connections = 0

        var losses: Int { lost.values.reduce(0, +) }
    }

    private typealias Kind = HTTP2Frame.Kind
    private typealias Flags = HTTP2Frame.Flags
    private static let refusedStream = 7

    let port: Int
    let path: String
    /// Requests under way on each connection.
    let streams: Int
    /// The body of each response with status 200; nil where nobody looks.
    let text: String?

    /// Sends requests on a number of connections for as long as a body runs.
    static func run(
        _ server: HTTPD, _ path: String, connections: Int, streams: Int, text: String? = nil,
        while body: () throws -> Void
    ) rethrows -> Report {
        let load = HTTP2Load(port: server.port, path: path, streams: streams, text: text)
        let report = Mutex(Report())
        let isOver = Atomic<Bool>(false)
        let group = DispatchGroup()
        return try withExtendedLifetime(group) {
            for _ in 0..<connections {
                group.enter()
                Thread.detachNewThread {
                    while !isOver.load(ordering: .relaxed) {
                        let part = load.keepUp { isOver.load(ordering: .relaxed) }
                        report.withLock { $0.add(part) }
                    }
                    group.leave()
                }
            }
            defer {
                isOver.store(true, ordering: .relaxed)
                group.wait()
            }
            try body()
            isOver.store(true, ordering: .relaxed)
            group.wait()
            return report.withLock { $0 }
        }
    }

    /// One connection, up to its end.
    private func keepUp(isOver: () -> Bool) -> Report {
        var report = Report()
        var open: Set<UInt32> = []
        var responses: [UInt32: (status: Int, body: [UInt8])] = [:]
        var next: UInt32 = 1
        var last: UInt32?
        do {
            let connection = try HTTPConnection(port: port)
            report.connections = 1
            // A window that no load fills.
            try connection.write(
                HTTP2Frame.preface + HTTP2Frame(Kind.settings).bytes
                    + HTTP2Frame(Kind.windowUpdate, [0x3F, 0xFF, 0, 0]).bytes)
            while true {
                var frames: [UInt8] = []
                while last == nil, !isOver(), open.count < streams, next < 1 << 30 {
                    frames += request(next)
                    open.insert(next)
                    next += 2
                }
                if open.isEmpty { return report }
                if !frames.isEmpty { try connection.write(frames) }
                let head = try connection.read(9)
                let payload = try connection.read(HTTP2Frame.number(head[..<3]))
                let stream = UInt32(HTTP2Frame.number(head[5...])) & 0x7FFF_FFFF
                switch head[3] {
                case Kind.data, Kind.headers:
                    if head[3] == Kind.headers {
                        responses[stream] = (Self.status(in: payload), [])
                    } else {
                        responses[stream]?.body += payload
                    }
                    if head[4] & Flags.endOfStream != 0, open.remove(stream) != nil {
                        report.count(responses.removeValue(forKey: stream), text)
                    }
                case Kind.reset where open.remove(stream) != nil:
                    let code = HTTP2Frame.number(payload.prefix(4))
                    if code == Self.refusedStream {
                        report.refused += 1
                    } else {
                        report.lost["reset with \(code)", default: 0] += 1
                    }
                case Kind.goAway:
                    let begun = UInt32(HTTP2Frame.number(payload.prefix(4))) & 0x7FFF_FFFF
                    last = begun
                    let refused = open.filter { $0 > begun }
                    report.refused += refused.count
                    open.subtract(refused)
                case Kind.settings where head[4] & Flags.acknowledgement == 0:
                    try connection.write(HTTP2Frame(Kind.settings, Flags.acknowledgement).bytes)
                case Kind.ping where head[4] & Flags.acknowledgement == 0:
                    try connection.write(
                        HTTP2Frame(Kind.ping, Flags.acknowledgement, payload).bytes)
                default: break
                }
            }
        } catch {
            // It is closed: what is open has no response.
            let how = last == nil ? "closed without GOAWAY" : "closed after GOAWAY"
            if !open.isEmpty { report.lost[how, default: 0] += open.count }
            return report
        }
    }

    /// The status of a response: the first field, behind a change of the table's size.
    private static func status(in block: [UInt8]) -> Int {
        let field = block.first { $0 & 0xE0 != 0x20 } ?? 0
        let numbers: [UInt8: Int] = [0x88: 200, 0x8C: 400, 0x8D: 404, 0x8E: 500]
        return numbers[field] ?? 0
    }

    private func request(_ stream: UInt32) -> [UInt8] {
        let fields = [
            (":method", "GET"), (":path", path), (":scheme", "http"), (":authority", "a"),
        ]
        return HTTP2Frame(
            Kind.headers, Flags.endOfHeaders | Flags.endOfStream, stream: stream,
            HTTP2Frame.encoded(fields)
        ).bytes
    }
}

extension HTTP2Load.Report {
    /// Counts a response that is complete.
    fileprivate mutating func count(_ response: (status: Int, body: [UInt8])?, _ text: String?) {
        answers += 1
        let (status, body) = response ?? (0, [])
        statuses[status, default: 0] += 1
        if let text, status == 200, body != Array(text.utf8) {
            wrong[String(decoding: body.prefix(40), as: UTF8.self), default: 0] += 1
        }
    }

    mutating func add(_ other: HTTP2Load.Report) {
        answers += other.answers
        refused += other.refused
        connections += other.connections
        lost.merge(other.lost, uniquingKeysWith: +)
        statuses.merge(other.statuses, uniquingKeysWith: +)
        wrong.merge(other.wrong, uniquingKeysWith: +)
    }

    var text: String {
        let reasons = lost.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return
            "\(answers) responses on \(connections) connections, \(refused) sent again, \(losses) lost"
            + (reasons.isEmpty ? "" : " (\(reasons.joined(separator: ", ")))")
    }
}
