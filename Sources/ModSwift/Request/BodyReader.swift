// SPDX-License-Identifier: Apache-2.0

/// The source of the bytes for all functions that read a body.
final class BodyReader {
    /// The memory allocated for an announced length before any of it has arrived, in bytes.
    private static let firstRoom = 1 << 20

    /// The maximum length of one part, in bytes.
    private static let longestPart = 65_536

    private let source: BodySource
    private var wholeLines = WholeLines()

    init(_ record: RequestRecord) { source = BodySource(record) }

    /// Reads `count` bytes, or to the end if `count` is nil.
    func read(_ count: Int?, from record: RequestRecord) throws -> [UInt8] {
        if let count, count < 0 { stop("A body was to be read by \(count) bytes") }
        let limit = count ?? .max
        var bytes: [UInt8] = []
        while bytes.count < limit, try source.hasBytes(from: record) {
            let here = min(source.count, limit - bytes.count)
            if bytes.capacity - bytes.count < here {
                bytes.reserveCapacity(room(for: bytes.count + here, limit, record))
            }
            try source.take(limit - bytes.count, into: &bytes, from: record)
        }
        return bytes
    }

    /// Reads to a line feed, to the limit, or to the end.
    func readLine(_ limit: Int, from record: RequestRecord) throws -> [UInt8] {
        if limit <= 0 { stop("A line was to be read by \(limit) bytes") }
        var line: [UInt8] = []
        while line.count < limit, try source.hasBytes(from: record) {
            let (count, isWhole) = try source.lineLength(within: limit - line.count)
            try source.take(count, into: &line, from: record)
            if isWhole { break }
        }
        return line
    }

    /// Reads a whole line, including its line break; empty after the end.
    func readWholeLine(_ limit: Int, from record: RequestRecord) throws -> [UInt8] {
        let line = try readLine(try wholeLines.room(for: limit), from: record)
        _ = try wholeLines.content(of: line, limit: limit)
        return line
    }

    /// Reads a whole line as text; nil after the end.
    func readLineText(_ limit: Int, from record: RequestRecord) throws -> String? {
        let line = try readLine(try wholeLines.room(for: limit), from: record)
        return line.isEmpty ? nil : try wholeLines.text(of: line, limit: limit)
    }

    /// Returns the next part as it arrives; nil after the end.
    func next(from record: RequestRecord) throws -> [UInt8]? {
        guard try source.hasBytes(from: record) else { return nil }
        var part: [UInt8] = []
        let count = min(source.count, Self.longestPart)
        part.reserveCapacity(count)
        while part.count < count, try source.hasBytes(from: record) {
            try source.take(count - part.count, into: &part, from: record)
        }
        return part
    }

    /// Passes the rest to body in parts, without copying them.
    func lend(from record: RequestRecord, _ body: (Span<UInt8>) throws -> Void) throws {
        while try source.hasBytes(from: record) { try source.lendNext(from: record, body) }
    }

    /// Waits for the next part, which is not consumed; false after the end.
    func hasPiece(from record: RequestRecord) throws -> Bool { try source.hasBytes(from: record) }

    /// Passes the part to body without copying it.
    func withPiece<Result>(_ body: (Span<UInt8>) throws -> Result) throws -> Result {
        try source.peek(body)
    }

    /// Drops the part.
    func dropPiece(from record: RequestRecord) throws { try source.dropNext(from: record) }

    /// Drops the rest.
    func discard(from record: RequestRecord) throws {
        while try source.hasBytes(from: record) { try source.dropNext(from: record) }
    }

    /// Returns the memory to allocate for the bytes that are here and for those that may follow:
    /// the announced length at once if it is small, otherwise eight times the bytes received,
    /// because announcing a length costs the client nothing.
    private func room(for count: Int, _ limit: Int, _ record: RequestRecord) -> Int {
        let announced = record.headersIn.first("Content-Length").flatMap { Int($0) } ?? 0
        let expected = min(limit, announced)
        // Without a Content-Length, or with a filter that inflates, the length is not known.
        if expected < count { return min(limit, 2 * count) }
        return min(expected, max(8 * count, Self.firstRoom))
    }
}
