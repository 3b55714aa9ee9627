// SPDX-License-Identifier: Apache-2.0
//
// The buckets of a filter. Metadata buckets (FLUSH, errors) keep their positions between the data:
// they are passed on when the data before them has been read, and therefore written.

/// The unread input of a filter, and its output.
final class FilterStream {
    /// The default size of a read.
    static let chunkSize = 65_536

    let isInput: Bool
    /// Whether it is the filter of a connection: the end of a response is not the end of its
    /// stream.
    let isOfConnection: Bool
    private let record: FilterRecord
    /// For an output filter: the brigade of the current call. For an input filter: its own brigade.
    private var incoming: Brigade
    private let own: Brigade
    let outgoing: Brigade
    /// A line whose end has not arrived yet.
    private var partialLine: [UInt8] = []
    /// The read mode of the input filter's caller.
    private var order: InputMode?

    /// Whether the end of the incoming stream has been reached.
    private(set) var hasEnded = false
    /// Whether the end of the outgoing stream has been sent.
    private(set) var isClosed = false
    var isDisabled = false
    /// Whether a call is running: data that arrives meanwhile was written by the filter's own
    /// function.
    private(set) var isRunning = false
    /// Whether something was read, written or passed on in the current call.
    private(set) var hasActed = false
    /// Whether an input filter has received data in the current call.
    private var hasTaken = false
    /// Whether there is currently no data to read.
    private(set) var wouldBlock = false
    /// APR's status of the first neighbouring filter that failed; 0 if none has failed.
    private(set) var failure: Int32 = 0
    private var areHeadersKept = true

    private static let contentHeaders = [
        "Content-Length", "Content-MD5", "Content-Digest", "Repr-Digest", "Digest", "ETag",
        "Last-Modified", "Accept-Ranges",
    ]

    init?(_ record: FilterRecord, _ pool: Pool, _ connection: ConnectionRecord, isInput: Bool) {
        guard let outgoing = Brigade(in: pool, of: connection),
            let own = isInput ? Brigade(in: pool, of: connection) : outgoing
        else { return nil }
        self.record = record
        self.isInput = isInput
        isOfConnection = record.request == nil
        self.outgoing = outgoing
        self.own = own
        incoming = own
    }

    // MARK: A call

    func begin(_ brigade: Brigade) {
        incoming = brigade
        isRunning = true
    }

    func begin(_ order: InputMode) {
        self.order = order
        hasActed = false
        hasTaken = false
        wouldBlock = false
        isRunning = true
    }

    /// Ends a call of an input filter.
    func endInput() {
        isRunning = false
        if isDisabled { letRestPass() }
        if hasEnded { close() } else if isClosed || failure != 0 { discardRest() }
    }

    /// Drops the rest of a body that the filter has closed, so that it is not read as the next
    /// request. If more of it is still to come, the connection is closed after the response.
    private func discardRest() {
        for _ in 0..<16 {
            while let bucket = incoming.first {
                if isEnd(bucket) { hasEnded = true }
                bucket.delete()
            }
            if hasEnded { return }
            let status = APRStatus(code: record.get(incoming, .forRest))
            if !status.isSuccess || incoming.isEmpty { break }
        }
        record.connection?.keepalive = .close
    }

    /// Passes on the rest of this call after the filter has disabled itself.
    private func letRestPass() {
        if !partialLine.isEmpty { write(array: takePartialLine()) }
        while !hasEnded, let bucket = incoming.first {
            if isEnd(bucket) { forward(bucket) } else { outgoing.append(bucket) }
        }
    }

    private func isEnd(_ bucket: Bucket) -> Bool { bucket.isEnd && !isOfConnection }

    /// Ends a call of an output filter: unread data is dropped; metadata after it is kept.
    ///
    /// - Returns: APR's status.
    func endOutput() -> Int32 {
        if isDisabled { letRestPass() }
        while !hasEnded, let bucket = incoming.first { drop(bucket) }
        if hasEnded { close() } else { send() }
        isRunning = false
        incoming = own
        return failure
    }

    private func drop(_ bucket: Bucket) {
        if bucket.isMetadata { return forward(bucket) }
        dropContentHeaders()
        bucket.delete()
    }

    /// Drops all input and output.
    func giveUp() {
        outgoing.removeAll()
        incoming.removeAll()
        incoming = own
        partialLine = []
        isClosed = true
        isRunning = false
    }

    /// Ends the stream with other data for the client instead of the rest.
    func breakOff(_ body: (Brigade) -> Void) -> Int32 {
        giveUp()
        hasEnded = true
        // The data that httpd now writes passes through this filter.
        isRunning = true
        defer { isRunning = false }
        body(outgoing)
        outgoing.appendEnd()
        let status = record.pass(outgoing)
        outgoing.removeAll()
        return status
    }

    // MARK: Reading

    /// Whether the end of the incoming stream has been reached and everything has been read.
    var isAtEnd: Bool {
        partialLine.isEmpty && (hasEnded || !isOfConnection && incoming.isAtEnd)
    }

    /// Returns the next bytes; nil when there are none at the moment, or no more at all.
    func read(_ limit: Int) throws -> [UInt8]? {
        var bytes = Array(partialLine.prefix(limit))
        partialLine.removeFirst(bytes.count)
        while bytes.count < limit, let bucket = try nextData(hasSome: !bytes.isEmpty) {
            try bucket.take(limit - bytes.count, into: &bytes)
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// Returns the next line, or its part up to the limit; nil while the line is incomplete, and
    /// when there is no more.
    func readLine(_ limit: Int) throws -> [UInt8]? {
        var line = partialLine
        partialLine = []
        while line.count < limit, let bucket = try nextData() {
            if try bucket.takeLine(limit - line.count, into: &line) { return line }
        }
        if line.count >= limit || hasEnded { return line.isEmpty ? nil : line }
        partialLine = line
        return nil
    }

    /// Returns the next bucket with data. Metadata before it is passed on.
    ///
    /// - Parameter hasSome: Whether this read already has data: then metadata, or having to wait,
    ///   ends the read. The same holds when an input filter has produced output from the data of
    ///   this call: the client may be waiting for a response to it, and the whole body need not be
    ///   in memory.
    func nextData(hasSome: Bool = false) throws -> Bucket? {
        let hasSome = hasSome || hasTaken && !outgoing.isEmpty
        hasActed = true
        dropContentHeaders()
        while !hasEnded {
            guard let bucket = incoming.first else {
                if !isInput || hasSome { return nil }
                guard try fetch() else { return nil }
                continue
            }
            if !bucket.isMetadata {
                hasTaken = isInput
                return bucket
            }
            if hasSome { return nil }
            forward(bucket)
        }
        return nil
    }

    /// Returns the stored beginning of a line, which precedes all other data.
    func takePartialLine() -> [UInt8] {
        defer { partialLine = [] }
        return partialLine
    }

    private func forward(_ bucket: Bucket) {
        if isEnd(bucket) {
            bucket.delete()
            hasEnded = true
            return
        }
        let isFlush = bucket.isFlush
        outgoing.append(bucket)
        if isFlush { send() }
    }

    /// Reads data from the next filter; false when there is none at the moment, or at the end.
    private func fetch() throws -> Bool {
        guard let order, failure == 0 else { return false }
        let status = APRStatus(code: get(order.forData))
        if status.isSuccess, !incoming.isEmpty { return true }
        if status.isAgain || (status.isSuccess && !order.waits) {
            wouldBlock = true
        } else if status.isSuccess || status.isEnd {
            hasEnded = true
        } else {
            failure = status.code
            throw status.readingError
        }
        return false
    }

    private func get(_ order: InputMode) -> Int32 {
        guard let request = record.request else { return record.get(incoming, order) }
        return request.watchingResponse { record.get(incoming, order) }
    }

    // MARK: Writing

    /// The filter to which output is passed automatically when enough has been collected.
    var next: FilterRecord? { isInput ? nil : record.next }

    /// Whether writing is still possible.
    var isWritable: Bool { !isClosed && failure == 0 }

    /// Records the status of the next filter.
    func note(_ status: Int32) {
        if status != 0, failure == 0 { failure = status }
    }

    func prepareWriting() {
        hasActed = true
        dropContentHeaders()
    }

    /// Sends the output. The output of an input filter is fetched by its caller instead.
    func send() {
        guard !isInput, !outgoing.isEmpty else { return }
        note(record.pass(outgoing))
        outgoing.removeAll()
    }

    func flush() {
        guard !isInput, isWritable else { return }
        outgoing.appendFlush()
        send()
    }

    func close() {
        hasActed = true
        guard !isClosed else { return }
        isClosed = true
        if !isOfConnection {
            outgoing.appendEnd()
        } else if !hasEnded {
            record.connection?.keepalive = .close
        }
        send()
    }

    /// Passes unread data on unchanged.
    func passOn() throws {
        hasActed = true
        if isInput, incoming.isEmpty, !hasEnded { _ = try fetch() }
        letRestPass()
        if hasEnded { close() } else { send() }
    }

    /// Removes the headers that are not valid for content changed by a filter: its length and
    /// digests, the tag and the date by which clients compare it, and the support of ranges.
    private func dropContentHeaders() {
        guard areHeadersKept else { return }
        areHeadersKept = false
        guard !isInput, let headers = record.request?.headersOut else { return }
        for name in Self.contentHeaders { headers.remove(name) }
    }
}
