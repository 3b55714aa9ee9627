// SPDX-License-Identifier: Apache-2.0

/// The one buffer between httpd's input filters and the ways to read a body.
final class BodyReader {
    private static let chunkSize = 65_536

    private var buffer: [UInt8] = []
    private var position = 0
    private var hasEnded = false

    /// Bytes that came from httpd and that nobody has read yet.
    var bufferedCount: Int { buffer.count - position }

    /// Reads `count` bytes, or to the end.
    func read(_ count: Int?, from record: RequestRecord) throws -> [UInt8] {
        if let count, count < 0 { stop("A body was to be read by \(count) bytes") }
        var result = takeBuffered(count ?? .max)
        while result.count < count ?? .max, try fill(from: record) {
            result += takeBuffered((count ?? .max) - result.count)
        }
        return result
    }

    /// Reads to a line feed, to the limit, or to the end.
    func readLine(_ limit: Int, from record: RequestRecord) throws -> [UInt8] {
        if limit <= 0 { stop("A line was to be read by \(limit) bytes") }
        var line: [UInt8] = []
        repeat {
            let window = buffer[position...].prefix(limit - line.count)
            if let end = window.firstIndex(of: UInt8(ascii: "\n")) {
                return line + takeBuffered(end - position + 1)
            }
            line += takeBuffered(window.count)
        } while try line.count < limit && fill(from: record)
        return line
    }

    /// The next part as it comes; nil after the end.
    func next(from record: RequestRecord) throws -> [UInt8]? {
        if position == buffer.count, try !fill(from: record) { return nil }
        return takeBuffered(.max)
    }

    private func takeBuffered(_ count: Int) -> [UInt8] {
        let end = position + min(count, buffer.count - position)
        defer {
            position = end
            if position == buffer.count {
                buffer = []
                position = 0
            }
        }
        return position == 0 && end == buffer.count ? buffer : Array(buffer[position..<end])
    }

    /// Gets more bytes; false at the end. Only called when the buffer is used up.
    private func fill(from record: RequestRecord) throws -> Bool {
        while !hasEnded {
            switch record.readBody(upTo: Self.chunkSize) {
            case .bytes(let bytes) where bytes.isEmpty: continue
            case .bytes(let bytes):
                buffer = bytes
                position = 0
                return true
            case .end: hasEnded = true
            case .clientGone: throw ClientGone()
            case .answered: throw AnsweredByHttpd()
            case .refused(let status): throw Status(rawValue: Int(status))
            }
        }
        return false
    }
}
