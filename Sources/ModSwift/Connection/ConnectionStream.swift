// SPDX-License-Identifier: Apache-2.0

/// The bytes of a connection, in both directions: one buffer for all ways to read.
final class ConnectionStream {
    private let record: ConnectionRecord
    private let incoming: Brigade
    private let outgoing: Brigade
    private var hasEnded = false
    /// APR's status of the first write that failed; 0 while none has.
    private(set) var failure: Int32 = 0

    init?(_ record: ConnectionRecord) {
        guard let pool = record.pool, let incoming = Brigade(in: pool, of: record),
            let outgoing = Brigade(in: pool, of: record)
        else { return nil }
        self.record = record
        self.incoming = incoming
        self.outgoing = outgoing
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

    private func fill(_ limit: Int) throws {
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
