// SPDX-License-Identifier: Apache-2.0

/// The bytes of a connection, in both directions: all read functions share one buffer.
final class ConnectionStream {
    private let record: ConnectionRecord
    private let incoming: Brigade
    private let outgoing: Brigade
    /// For bytes that are only peeked at.
    private let scratch: Brigade
    private var hasEnded = false
    /// For the read functions that return text.
    var wholeLines = WholeLines()
    /// APR's status of the first write that failed; 0 if none has failed.
    private(set) var failure: Int32 = 0

    init?(_ record: ConnectionRecord) {
        guard let pool = record.pool, let incoming = Brigade(in: pool, of: record),
            let outgoing = Brigade(in: pool, of: record),
            let scratch = Brigade(in: pool, of: record)
        else { return nil }
        self.record = record
        self.incoming = incoming
        self.outgoing = outgoing
        self.scratch = scratch
    }

    /// Returns the next bytes, up to the limit, as soon as there are some; nil at the end.
    func read(_ limit: Int) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.isEmpty {
            guard let bucket = try nextData(limit) else { return nil }
            try bucket.take(limit, into: &bytes)
        }
        return bytes
    }

    /// Returns the next line, or its part up to the limit; nil at the end.
    func readLine(_ limit: Int) throws -> [UInt8]? {
        var line: [UInt8] = []
        while line.count < limit, let bucket = try nextData(limit) {
            if try bucket.takeLine(limit - line.count, into: &line) { return line }
        }
        return line.isEmpty ? nil : line
    }

    /// Returns the next bucket with data; nil at the end.
    private func nextData(_ limit: Int) throws -> Bucket? {
        while !hasEnded {
            if let bucket = incoming.first {
                if !bucket.isMetadata { return bucket }
                hasEnded = bucket.isEnd
                bucket.delete()
            } else {
                try fill(limit)
            }
        }
        return nil
    }

    /// Appends received bytes to a line.
    ///
    /// - Returns: Whether the line continues.
    func addToLine(_ limit: Int, _ line: inout [UInt8]) throws -> Bool {
        guard let bucket = try nextData(limit) else { return false }
        return try !bucket.takeLine(limit - line.count, into: &line) && line.count < limit
    }

    /// Whether a read would return at once: there are bytes, or there will be no more. Consumes
    /// nothing from httpd, so that the connection can still be declined.
    func hasInput() throws -> Bool {
        if hasEnded { return true }
        while let bucket = incoming.first {
            if !bucket.isMetadata || bucket.isEnd { return true }
            bucket.delete()
        }
        if record.isAborted { throw ClientGone() }
        // Peeks at everything that is there: a smaller limit would split the bucket. The brigade is
        // emptied afterwards: it shares its memory with the bytes to be read, 8 KB of a connection
        // that may wait for long.
        defer { scratch.removeAll() }
        let status = APRStatus(code: record.look(upTo: 65_536, into: scratch, waits: false))
        if status.isAgain { return false }
        // The system reports a reset only once: a later read would see a normal end of input.
        if !status.isSuccess, !status.isEnd { throw status.connectionError }
        return true
    }

    /// Returns bytes without consuming them.
    func peek(_ limit: Int) throws -> [UInt8] {
        while !hasEnded, let bucket = incoming.first {
            if !bucket.isMetadata { return try bucket.copy(upTo: limit) }
            if bucket.isEnd { return [] }
            bucket.delete()
        }
        if hasEnded { return [] }
        defer { scratch.removeAll() }
        let status = APRStatus(code: record.look(upTo: limit, into: scratch, waits: true))
        if status.isEnd { return [] }
        if !status.isSuccess { throw status.connectionError }
        var bytes: [UInt8] = []
        while let bucket = scratch.first, bytes.count < limit {
            if !bucket.isMetadata { bytes += try bucket.copy(upTo: limit - bytes.count) }
            bucket.delete()
        }
        return bytes
    }

    /// Ends the input: later reads return no bytes.
    func endInput() { hasEnded = true }

    /// Ends the input, and drops later output.
    func end() {
        hasEnded = true
        note(APRStatus.connectionAborted)
    }

    private func fill(_ limit: Int) throws {
        // A filter may have aborted the connection without the client's knowledge.
        if record.isAborted { throw ClientGone() }
        let status = APRStatus(code: record.get(incoming, upTo: limit))
        if status.isEnd || (status.isSuccess && incoming.isEmpty) {
            hasEnded = true
        } else if !status.isSuccess {
            throw status.connectionError
        }
    }

    /// Sends the buffered output.
    func flush() {
        guard failure == 0, !outgoing.isEmpty else { return }
        outgoing.appendFlush()
        note(record.pass(outgoing))
        outgoing.removeAll()
    }

    /// Appends bytes to the buffered output.
    func append(_ body: (Brigade) -> Int32) {
        guard failure == 0 else { return }
        note(body(outgoing))
    }

    private func note(_ status: Int32) {
        if status != 0, failure == 0 { failure = status }
    }
}
