// SPDX-License-Identifier: Apache-2.0

/// The bytes of a connection, in both directions: one buffer for all ways to read.
final class ConnectionStream {
    private let record: ConnectionRecord
    private let incoming: Brigade
    private let outgoing: Brigade
    /// For what is only looked at.
    private let scratch: Brigade
    private var hasEnded = false
    /// For the ways of reading that give text.
    var wholeLines = WholeLines()
    /// APR's status of the first write that failed; 0 while none has.
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

    /// The next bytes, at most so many, as soon as there are some; nil at the end.
    func read(_ limit: Int) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.isEmpty {
            guard let bucket = try nextData(limit) else { return nil }
            try bucket.take(limit, into: &bytes)
        }
        return bytes
    }

    /// The next line, or the part of it that reaches the limit; nil at the end.
    func readLine(_ limit: Int) throws -> [UInt8]? {
        var line: [UInt8] = []
        while line.count < limit, let bucket = try nextData(limit) {
            if try bucket.takeLine(limit - line.count, into: &line) { return line }
        }
        return line.isEmpty ? nil : line
    }

    /// The next bucket with data; nil at the end.
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

    /// Adds what has come to a line.
    ///
    /// - Returns: Whether there is more to come for it.
    func addToLine(_ limit: Int, _ line: inout [UInt8]) throws -> Bool {
        guard let bucket = try nextData(limit) else { return false }
        return try !bucket.takeLine(limit - line.count, into: &line) && line.count < limit
    }

    /// Whether reading would not wait: there are bytes, or nothing more will come. Takes none from
    /// httpd, so that the connection can still be declined.
    func hasInput() throws -> Bool {
        if hasEnded { return true }
        while let bucket = incoming.first {
            if !bucket.isMetadata || bucket.isEnd { return true }
            bucket.delete()
        }
        if record.isAborted { throw ClientGone() }
        // All that is there: a look at less would cut the bucket in two. It is not kept: it shares its
        // memory with what is to be read, 8 KB of a connection that may wait for long.
        defer { scratch.removeAll() }
        let status = APRStatus(code: record.look(upTo: 65_536, into: scratch, waits: false))
        if status.isAgain { return false }
        // The system tells of a reset once: who reads behind it finds a quiet end.
        if !status.isSuccess, !status.isEnd { throw status.connectionError }
        return true
    }

    /// Bytes that are left where they are.
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

    /// From now on nothing comes.
    func endInput() { hasEnded = true }

    /// From now on nothing comes, and what is written is dropped.
    func end() {
        hasEnded = true
        note(APRStatus.connectionAborted)
    }

    private func fill(_ limit: Int) throws {
        // Given up by a filter, perhaps, and the client does not know.
        if record.isAborted { throw ClientGone() }
        let status = APRStatus(code: record.get(incoming, upTo: limit))
        if status.isEnd || (status.isSuccess && incoming.isEmpty) {
            hasEnded = true
        } else if !status.isSuccess {
            throw status.connectionError
        }
    }

    /// Sends what was written.
    func flush() {
        guard failure == 0, !outgoing.isEmpty else { return }
        outgoing.appendFlush()
        note(record.pass(outgoing))
        outgoing.removeAll()
    }

    /// Puts bytes behind what was written.
    func append(_ body: (Brigade) -> Int32) {
        guard failure == 0 else { return }
        note(body(outgoing))
    }

    private func note(_ status: Int32) {
        if status != 0, failure == 0 { failure = status }
    }
}
