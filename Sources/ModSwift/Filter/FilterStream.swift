// SPDX-License-Identifier: Apache-2.0
//
// The buckets of a filter. News about the stream (FLUSH, errors) keeps its place between the data:
// it travels on when the data in front of it has been read, and so has been written.

/// What came in and was not read yet, and what goes out.
final class FilterStream {
    /// How much is read at once where the filter does not say.
    static let chunkSize = 65_536

    let isInput: Bool
    /// Of a connection: the end of a response is no end of the stream.
    let isOfConnection: Bool
    private let record: FilterRecord
    /// Of an output filter: what the present call was given. Of an input filter: its own.
    private var incoming: Brigade
    private let own: Brigade
    let outgoing: Brigade
    /// A line whose end has not come yet.
    private var partialLine: [UInt8] = []
    /// What the caller of the input filter wants.
    private var order: InputMode?

    /// The end of the incoming stream was reached.
    private(set) var hasEnded = false
    /// The end of the outgoing stream was sent.
    private(set) var isClosed = false
    var isDisabled = false
    /// A call is under way: what comes meanwhile was written by the filter's own function.
    private(set) var isRunning = false
    /// Something was read, written or passed on in the present call.
    private(set) var hasActed = false
    /// An input filter was given data in the present call.
    private var hasTaken = false
    /// There is nothing to read at the moment.
    private(set) var wouldBlock = false
    /// APR's status of the first neighbour that failed; 0 while none has.
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

    /// What a body still has when the filter has ended it must not be read as the next request:
    /// what has come is dropped and, where there is more, the connection ends with the response.
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

    /// The rest of this call, where the filter has disabled itself in it.
    private func letRestPass() {
        if !partialLine.isEmpty { write(array: takePartialLine()) }
        while !hasEnded, let bucket = incoming.first {
            if isEnd(bucket) { forward(bucket) } else { outgoing.append(bucket) }
        }
    }

    private func isEnd(_ bucket: Bucket) -> Bool { bucket.isEnd && !isOfConnection }

    /// Ends a call of an output filter: what it did not read is dropped, the news behind it is not.
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

    /// Gives up all that is on its way.
    func giveUp() {
        outgoing.removeAll()
        incoming.removeAll()
        incoming = own
        partialLine = []
        isClosed = true
        isRunning = false
    }

    /// Ends the stream with what there is to say to the client in place of it.
    func breakOff(_ body: (Brigade) -> Void) -> Int32 {
        giveUp()
        hasEnded = true
        // What httpd now writes comes through here.
        isRunning = true
        defer { isRunning = false }
        body(outgoing)
        outgoing.appendEnd()
        let status = record.pass(outgoing)
        outgoing.removeAll()
        return status
    }

    // MARK: Reading

    /// Whether the end of the incoming stream has been reached, and nothing is left to read.
    var isAtEnd: Bool {
        partialLine.isEmpty && (hasEnded || !isOfConnection && incoming.isAtEnd)
    }

    /// The next bytes; nil when there are no more for now, or ever.
    func read(_ limit: Int) throws -> [UInt8]? {
        var bytes = Array(partialLine.prefix(limit))
        partialLine.removeFirst(bytes.count)
        while bytes.count < limit, let bucket = try nextData(hasSome: !bytes.isEmpty) {
            try bucket.take(limit - bytes.count, into: &bytes)
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// The next line, or the part of it that reaches the limit; nil while its end has not come, and
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

    /// The next bucket with data. News in front of it is passed on.
    ///
    /// - Parameter hasSome: Something was read in front of it: news and waiting end the read. So
    ///   they do where an input filter has made something of what it was given in this call: the
    ///   client may wait for a response to that, and a body need not be in memory as a whole.
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

    /// What was kept of a line; it comes before all else.
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

    /// Asks the next filter for data; false when there is none for now, or at the end.
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

    /// Where what is written goes by itself when a good part of it has gathered.
    var next: FilterRecord? { isInput ? nil : record.next }

    /// Whether something may still be written.
    var isWritable: Bool { !isClosed && failure == 0 }

    /// Takes note of what the next filter said.
    func note(_ status: Int32) {
        if status != 0, failure == 0 { failure = status }
    }

    func prepareWriting() {
        hasActed = true
        dropContentHeaders()
    }

    /// Sends what was written on its way. An input filter's is fetched.
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

    /// Lets what was not read travel on as it is.
    func passOn() throws {
        hasActed = true
        if isInput, incoming.isEmpty, !hasEnded { _ = try fetch() }
        letRestPass()
        if hasEnded { close() } else { send() }
    }

    /// What the headers say of the content is no longer true of what a filter has changed: its length
    /// and digests, the tag and the date by which clients compare it, and that parts of it can be had.
    private func dropContentHeaders() {
        guard areHeadersKept else { return }
        areHeadersKept = false
        guard !isInput, let headers = record.request?.headersOut else { return }
        for name in Self.contentHeaders { headers.remove(name) }
    }
}
