// SPDX-License-Identifier: Apache-2.0

/// Reads one complete response from a connection.
struct ResponseReader {
    private let socket: Socket
    private let deadline: Deadline
    private var response = Response()
    private static let longestLine = 1 << 20

    init(_ socket: Socket, _ deadline: Deadline) {
        self.socket = socket
        self.deadline = deadline
    }

    /// - Parameter method: The method of the request: a response to HEAD has no body.
    /// - Throws: ``HTTPClientError`` with the part of the response that was received.
    mutating func read(answering method: String) throws -> Response {
        do {
            try readHead()
            let framing = try BodyFraming(of: response, answering: method)
            try readBody(framing)
            response.keepsConnection = keepsConnection(framing)
            return response
        } catch let error as HTTPClientError {
            throw HTTPClientError(error.kind, error.message, partial: response)
        }
    }

    private mutating func readHead() throws {
        while true {
            let lines = try block()
            let head = try ResponseHead(lines: lines)
            guard head.isInterim else {
                return response.take(head, bytes: Array(lines.joined(separator: [13, 10])))
            }
            response.interim.append(head.status)
        }
    }

    private mutating func readBody(_ framing: BodyFraming) throws {
        switch framing {
        case .none: break
        case .length(let length): try readBytes(length)
        case .chunked: try readChunks()
        case .untilClose: try readToEnd()
        }
    }

    private mutating func readBytes(_ count: Int) throws {
        var left = count
        while left > 0 {
            if socket.received.isEmpty { try more() }
            let part = socket.take(min(left, socket.received.count))
            response.body += part
            left -= part.count
        }
    }

    private mutating func readChunks() throws {
        while true {
            let size = try chunkSize(try line())
            guard size > 0 else { break }
            try readBytes(size)
            guard try line().isEmpty else {
                throw HTTPClientError(.malformed, "a chunk is longer than its size")
            }
        }
        response.trailers = try ResponseHead.fields(try block())
    }

    private func chunkSize(_ line: [UInt8]) throws -> Int {
        let digits = line.prefix { $0 != UInt8(ascii: ";") }
        let text = String(decoding: digits, as: UTF8.self).trimmingBlanks()
        guard text.utf8.count <= 15, text.allSatisfy({ $0.isASCII && $0.isHexDigit }),
            let size = Int(text, radix: 16)
        else { throw HTTPClientError(.malformed, "not a chunk size: \(text.debugDescription)") }
        return size
    }

    private mutating func readToEnd() throws {
        repeat {
            response.body += socket.take(socket.received.count)
        } while try socket.receive(deadline)
        if let failure = socket.failure { throw HTTPClientError(.truncated, failure) }
    }

    /// Reads lines up to an empty one.
    private mutating func block() throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        while true {
            let line = try line()
            guard !line.isEmpty else { return lines }
            lines.append(line)
            // From here on, the connection ends within a response.
            if response.head.isEmpty { response.head = line }
        }
    }

    private mutating func line() throws -> [UInt8] {
        var scanned = 0
        while true {
            let received = socket.received
            if let end = received.dropFirst(scanned).firstIndex(of: 10) {
                let line = Array(socket.take(end + 1 - received.startIndex))
                guard line.count > 1, line[line.count - 2] == 13 else {
                    throw HTTPClientError(.malformed, "a line ends without a carriage return")
                }
                return Array(line.dropLast(2))
            }
            scanned = received.count
            guard scanned < Self.longestLine else {
                throw HTTPClientError(.malformed, "a line of more than \(scanned) bytes")
            }
            try more()
        }
    }

    private func more() throws {
        if try socket.receive(deadline) { return }
        let reason = socket.failure ?? "the server closed the connection"
        let hasBegun =
            !response.head.isEmpty || !response.interim.isEmpty || !socket.received.isEmpty
        throw HTTPClientError(hasBegun ? .truncated : .closedWithoutAnswer, reason)
    }

    private func keepsConnection(_ framing: BodyFraming) -> Bool {
        let words = response.words(of: "Connection")
        guard framing != .untilClose, !words.contains("close") else { return false }
        return response.version == "HTTP/1.1" || words.contains("keep-alive")
    }
}

extension String {
    fileprivate func trimmingBlanks() -> Substring {
        let start = drop { $0 == " " || $0 == "\t" }
        let end = start.lastIndex { $0 != " " && $0 != "\t" }
        return end.map { start[...$0] } ?? ""
    }
}
