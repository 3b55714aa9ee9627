// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: httpd calls the filter with live structures; its context is in the request's pool.
/// A filter after the content filters and before the protocol filters, for responses that httpd
/// could otherwise send incorrectly:
///
/// - A response without a body (HEAD, 204, 304) over HTTP/2: httpd drops a body that arrives with
///   the head, but sends later data.
/// - A response with a Content-Length of the author: httpd sends it unchecked where the head is
///   sent before the end is known.
/// - A response that has begun and whose source fails: httpd's filters cut it for the status 502
///   only, and end it as complete for any other.
///
/// It is added where one of these is possible.
@safe enum ResponseGuard {
    /// The filter's name in httpd.
    private static let filterName = "mod_swift_guard"

    /// The state of a guarded response.
    private struct Progress {
        /// Whether the author has set a Content-Length.
        var checksLength = false
        /// The Content-Length in the head; -1 if it has none, or has not been sent.
        var declared: Int64 = -1
        /// The number of bytes of the body so far.
        var passed: Int64 = 0
    }

    /// Called at each start: httpd's list of filters is cleared with its configuration.
    static func registerFilter() {
        _ = unsafe ap_register_output_filter(
            filterName, { filter, brigade in unsafe ResponseGuard.filter(filter, brigade) }, nil,
            ap_filter_type(rawValue: AP_FTYPE_PROTOCOL.rawValue - 1))
    }

    /// Guards the response to a request from now on.
    ///
    /// - Parameter checksLength: Whether the author has set a Content-Length.
    static func begin(for record: RequestRecord, checksLength: Bool = false) {
        // The output of a subrequest passes through the filter of its main request.
        if record.isSubrequest { return }
        let present = unsafe record.outputFilter(filterName)
        let filter = unsafe present ?? add(to: record)
        guard checksLength, let progress = unsafe filter.flatMap(progress) else { return }
        unsafe progress.pointee.checksLength = true
    }

    private static func add(to record: RequestRecord) -> UnsafeMutablePointer<ap_filter_t>? {
        guard
            let memory = unsafe apr_palloc(
                record.pointer.pointee.pool, MemoryLayout<Progress>.size)
        else { return nil }
        unsafe memory.initializeMemory(as: Progress.self, to: Progress())
        return unsafe ap_add_output_filter(
            filterName, memory, record.pointer, record.pointer.pointee.connection)
    }

    private static func progress(
        _ filter: UnsafeMutablePointer<ap_filter_t>
    ) -> UnsafeMutablePointer<Progress>? {
        unsafe filter.pointee.ctx?.assumingMemoryBound(to: Progress.self)
    }

    private static func filter(
        _ filter: UnsafeMutablePointer<ap_filter_t>?,
        _ brigade: UnsafeMutablePointer<apr_bucket_brigade>?
    ) -> apr_status_t {
        guard let filter = unsafe filter, let next = unsafe filter.pointee.next,
            let brigade = unsafe Brigade(brigade)
        else { return APR_EGENERAL }
        guard let progress = unsafe progress(filter),
            let record = unsafe RequestRecord(filter.pointee.r)
        else {
            // Named in a directive (SetOutputFilter): not added by us.
            return unsafe ap_pass_brigade(next, brigade.pointer)
        }
        let hasBegun = record.hasSentHead
        if hasBegun, brigade.buckets.contains(where: \.isError) {
            brigade.removeAll()
            record.appendCut(to: brigade)
            record.noteCut()
        } else if record.isBodiless {
            if hasBegun { brigade.removeData() }
        } else if unsafe progress.pointee.checksLength {
            unsafe check(&progress.pointee, brigade, record, hasBegun: hasBegun)
        }
        return unsafe ap_pass_brigade(next, brigade.pointer)
    }

    private static func check(
        _ progress: inout Progress, _ brigade: Brigade, _ record: RequestRecord, hasBegun: Bool
    ) {
        let buckets = brigade.buckets
        // The length of a pipe is unknown; httpd creates none in a handler's response.
        if buckets.contains(where: { !$0.isMetadata && $0.length == nil }) {
            progress.checksLength = false
            return
        }
        let isWhole = buckets.contains(where: \.isEnd)
        progress.passed += buckets.reduce(0) { $0 + ($1.isMetadata ? 0 : Int64($1.length ?? 0)) }
        if !hasBegun { progress.declared = record.declaredLength ?? -1 }
        guard progress.declared >= 0 else { return }
        let isWrong =
            progress.passed > progress.declared || isWhole && progress.passed != progress.declared
        guard isWrong else { return }
        let failure = HandlerFailure.wrongLength(
            declared: progress.declared, written: progress.passed, isWhole: isWhole, isCut: hasBegun
        )
        record.log(failure.logMessage(in: record.summary), level: failure.level)
        progress.checksLength = false
        if !hasBegun {
            // The head has not been sent yet, and will be sent without a length or with httpd's
            // own.
            record.headersOut.remove("Content-Length")
            return
        }
        brigade.removeAll()
        record.appendCut(to: brigade)
        record.noteCut()
    }
}

extension RequestRecord {
    /// Whether the response has no body, regardless of the output: HEAD, 204, 304.
    fileprivate var isBodiless: Bool {
        isHeaderOnly || status == HTTP_NO_CONTENT || status == HTTP_NOT_MODIFIED
    }

    /// The Content-Length that the head has, or will have.
    fileprivate var declaredLength: Int64? {
        headersOut.first("Content-Length").flatMap { Int64($0) }
    }

    /// "GET /a", for a line of the log.
    fileprivate var summary: String { "\(method) \(printable(unparsedURI ?? ""))" }
}

extension Brigade {
    /// Its current buckets.
    fileprivate var buckets: [Bucket] {
        var buckets: [Bucket] = []
        var next = first
        while let bucket = next {
            buckets.append(bucket)
            next = unsafe Bucket(msw_brigade_next(pointer, bucket.pointer))
        }
        return buckets
    }

    /// Deletes all data buckets.
    fileprivate func removeData() {
        for bucket in buckets where !bucket.isMetadata { bucket.delete() }
    }
}
