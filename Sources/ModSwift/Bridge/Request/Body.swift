// SPDX-License-Identifier: Apache-2.0
//
// A request's body as httpd's input filters return it: buckets of bytes, which are borrowed in
// place or copied once.

internal import CApache

// SAFETY: the brigade belongs to the request's pool, and only the request's BodyReader, which ends
// with the request, uses its source. If httpd clears the brigade first (in cleanups of the pool),
// the brigade is empty: no pointer into a bucket is kept between calls.
/// The part of a body that httpd has returned and the handler has not read yet.
@safe final class BodySource {
    /// The maximum number of bytes to request from httpd at once; httpd returns the available ones,
    /// and waits only for the first.
    private static let portion: apr_off_t = 65_536

    private let brigade: UnsafeMutablePointer<apr_bucket_brigade>
    /// The number of bytes of the first bucket that have been taken.
    private var taken = 0
    private var hasEnded = false
    /// An error is thrown again by later reads, because httpd's filters would report the end of the
    /// body the second time.
    private var failure: (any Error)?

    init(_ record: RequestRecord) {
        guard
            let brigade = unsafe apr_brigade_create(
                record.pointer.pointee.pool, record.pointer.pointee.connection.pointee.bucket_alloc)
        else { stop("There is no memory for reading a body") }
        unsafe self.brigade = brigade
        // A subrequest has the filters of its main request, but not its body, unless mod_request
        // keeps one.
        hasEnded = unsafe record.main != nil && record.pointer.pointee.kept_body == nil
    }

    /// Waits until there are bytes to take; false after the end of the body.
    func hasBytes(from record: RequestRecord) throws -> Bool {
        if let failure { throw failure }
        while true {
            guard let bucket = unsafe msw_brigade_first(brigade) else {
                if hasEnded { return false }
                taken = 0
                try fetch(from: record)
                continue
            }
            if unsafe msw_bucket_is_eos(bucket) != 0 {
                hasEnded = true
            } else if try unsafe !unread(of: bucket).isEmpty {
                return true
            }
            taken = 0
            unsafe msw_bucket_delete(bucket)
        }
    }

    /// Requests more bytes from httpd.
    private func fetch(from record: RequestRecord) throws {
        let status = record.watchingResponse {
            unsafe ap_get_brigade(
                record.pointer.pointee.input_filters, brigade, AP_MODE_READBYTES, APR_BLOCK_READ,
                Self.portion)
        }
        try check(status)
    }

    /// The number of bytes that can be taken without waiting.
    var count: Int { unsafe max(0, msw_brigade_known_length(brigade) - taken) }

    /// Appends bytes of the first bucket to others: at most `limit`.
    func take(_ limit: Int, into bytes: inout [UInt8], from record: RequestRecord) throws {
        guard let bucket = unsafe msw_brigade_first(brigade) else { return }
        let unread = try unsafe unread(of: bucket)
        let count = min(limit, unread.count)
        unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: unread.prefix(count)))
        taken += count
        noteRead(count, record)
    }

    /// Returns the length of the line in the first bucket's bytes, at most `limit`, and whether the
    /// line ends there.
    func lineLength(within limit: Int) throws -> (count: Int, isWhole: Bool) {
        guard let bucket = unsafe msw_brigade_first(brigade) else { return (0, false) }
        let window = try unsafe unread(of: bucket).prefix(limit)
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: window)
        guard let start = bytes.baseAddress,
            let end = unsafe memchr(start, 0x0a, bytes.count)
        else { return (bytes.count, false) }
        return (unsafe UnsafeRawPointer(end) - start + 1, true)
    }

    /// Takes the first bucket and lends its bytes to a function. The bucket is removed from the
    /// brigade before the call, so that the function may read on.
    func lendNext(
        from record: RequestRecord, _ body: (Span<UInt8>) throws -> Void
    ) throws {
        guard let bucket = unsafe msw_brigade_first(brigade) else { return }
        let unread = try unsafe unread(of: bucket)
        unsafe msw_bucket_remove(bucket)
        defer { unsafe msw_bucket_destroy(bucket) }
        taken = 0
        noteRead(unread.count, record)
        try body(unsafe Span(_unsafeElements: unread.bindMemory(to: UInt8.self)))
    }

    /// Lends the bytes of the first bucket without taking them.
    func peek<Result>(_ body: (Span<UInt8>) throws -> Result) throws -> Result {
        guard let bucket = unsafe msw_brigade_first(brigade) else { return try body(Span()) }
        let unread = try unsafe unread(of: bucket)
        return try body(unsafe Span(_unsafeElements: unread.bindMemory(to: UInt8.self)))
    }

    /// Discards the first bucket.
    func dropNext(from record: RequestRecord) throws {
        guard let bucket = unsafe msw_brigade_first(brigade) else { return }
        noteRead(try unsafe unread(of: bucket).count, record)
        taken = 0
        unsafe msw_bucket_delete(bucket)
    }

    /// Adds to httpd's own count of bytes read, for modules that use it.
    private func noteRead(_ bytes: Int, _ record: RequestRecord) {
        unsafe record.pointer.pointee.read_length += apr_off_t(bytes)
    }

    /// Returns the bytes of a bucket that have not been taken; none for metadata. A bucket that was
    /// read once returns the same bytes again.
    private func unread(of bucket: UnsafeMutablePointer<apr_bucket>) throws
        -> UnsafeRawBufferPointer
    {
        guard unsafe msw_bucket_is_metadata(bucket) == 0 else {
            return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        }
        var data: UnsafePointer<CChar>?
        var length = 0
        try check(unsafe msw_bucket_read(bucket, &data, &length, APR_BLOCK_READ))
        guard let data = unsafe data else {
            return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        }
        let count = min(taken, length)
        return unsafe UnsafeRawBufferPointer(start: data + count, count: length - count)
    }

    @inline(__always)
    private func check(_ status: apr_status_t) throws {
        if status != APR_SUCCESS { throw remember(APRStatus(code: status).readingError) }
    }

    private func remember(_ error: any Error) -> any Error {
        failure = error
        return error
    }
}

extension RequestRecord {
    /// Calls a function that reads from the client and may end the response: httpd's input filters
    /// themselves respond to a body that they refuse, and return the result of sending that
    /// response instead of the reason.
    ///
    /// - Parameter read: Returns APR's status.
    /// - Returns: That status; AP_FILTER_ERROR if the response has been ended by the call.
    func watchingResponse(_ read: () -> apr_status_t) -> apr_status_t {
        let state = response
        // The filters end a response that has begun as if it were complete.
        if state == .begun { ResponseGuard.begin(for: self) }
        let status = read()
        return status == APR_SUCCESS && !state.isOver && hasSentEnd ? AP_FILTER_ERROR : status
    }
}
