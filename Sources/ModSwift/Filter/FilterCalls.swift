// SPDX-License-Identifier: Apache-2.0
//
// From httpd's call of a filter to the filter's function; returns one status to httpd.

/// Runs output filters.
enum OutputFilter {
    /// Calls a filter with a brigade.
    ///
    /// - Returns: APR's status, or httpd's AP_FILTER_ERROR.
    static func run(_ record: FilterRecord, _ name: FilterName?, _ brigade: Brigade) -> Int32 {
        guard let filter = record.object(name, isInput: false) else { return record.pass(brigade) }
        let stream = filter.stream
        // There is no data to change, or the filter's own function has written it to the request.
        if stream.isDisabled || stream.isRunning || hasNothing(brigade, for: stream) {
            return record.pass(brigade)
        }
        if stream.isClosed {
            brigade.removeAll()
            return stream.failure
        }
        stream.begin(brigade)
        // If a neighbouring filter has failed, no error response can be sent.
        guard let failure = Invocation(filter)?.failure(), stream.failure == 0 else {
            return stream.endOutput()
        }
        return stream.isOfConnection
            ? record.abortConnection(stream) : fail(failure, record, stream)
    }

    private static func hasNothing(_ brigade: Brigade, for stream: FilterStream) -> Bool {
        stream.isOfConnection ? brigade.isWithoutData : brigade.isMetadataOnly
    }

    /// Ends the response without sending any more of it.
    private static func fail(
        _ failure: FilterFailure, _ record: FilterRecord, _ stream: FilterStream
    ) -> Int32 {
        let hasBegun = record.request?.hasSentHead ?? true
        let status = stream.breakOff { brigade in
            if let page = failure.page {
                brigade.write(page)
            } else {
                record.appendError(failure.status, hasBegun: hasBegun, to: brigade)
            }
        }
        if hasBegun { record.request?.noteCut() }
        stream.note(FilterRecord.errorStatus)
        return status == 0 ? FilterRecord.errorStatus : status
    }
}

/// Runs input filters.
enum InputFilter {
    /// Calls a filter until it has produced the data that its caller reads.
    ///
    /// - Returns: APR's status, or httpd's AP_FILTER_ERROR.
    static func run(
        _ record: FilterRecord, _ name: FilterName?, _ brigade: Brigade, _ order: InputMode
    ) -> Int32 {
        guard let filter = record.object(name, isInput: true), !filter.stream.isRunning,
            !order.isControl
        else { return record.get(brigade, order) }
        let stream = filter.stream
        while stream.outgoing.isEmpty {
            if stream.failure != 0 { return stream.failure }
            if stream.isClosed {
                if stream.isOfConnection { return APRStatus.end }
                brigade.appendEnd()
                return 0
            }
            if stream.isDisabled { return record.get(brigade, order) }
            if let status = call(filter, stream, record, order) { return status }
        }
        if order.isLine {
            defer { stream.outgoing.trim() }
            return stream.outgoing.moveLine(to: brigade)
        }
        return order.isSpeculative
            ? stream.outgoing.copy(upTo: Int(order.count), to: brigade)
            : stream.outgoing.move(upTo: Int(order.count), to: brigade)
    }

    /// Calls the function once; returns a status if it must not be called again.
    private static func call(
        _ filter: Filter, _ stream: FilterStream, _ record: FilterRecord, _ order: InputMode
    ) -> Int32? {
        stream.begin(order)
        var failure = Invocation(filter)?.failure()
        // A neighbouring filter has failed: its status is the cause.
        if stream.failure != 0 {
            stream.endInput()
            return stream.failure
        }
        if failure == nil, !stream.hasActed {
            failure = ErrorReporter.failure(.idleFilter(filter.name), of: filter)
        }
        if failure != nil, stream.isOfConnection { return record.abortConnection(stream) }
        if let failure {
            stream.note(FilterRecord.errorStatus)
            record.request?.respond(with: failure.status)
            stream.endInput()
            return FilterRecord.errorStatus
        }
        stream.endInput()
        return stream.wouldBlock && stream.outgoing.isEmpty ? APRStatus.again : nil
    }
}

extension FilterRecord {
    /// Aborts the connection after a failure of its filter: its data can no longer be trusted.
    fileprivate func abortConnection(_ stream: FilterStream) -> Int32 {
        stream.giveUp()
        stream.note(APRStatus.connectionAborted)
        connection?.abort()
        return APRStatus.connectionAborted
    }
}
