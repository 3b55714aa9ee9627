// SPDX-License-Identifier: Apache-2.0
//
// The content that passes through filters: a sequence of data buckets and metadata buckets.

internal import CApache

// SAFETY: created in the pool of a record that outlives it, or httpd's for the duration of a call.
/// A live `apr_bucket_brigade`.
@safe struct Brigade {
    let pointer: UnsafeMutablePointer<apr_bucket_brigade>

    init?(_ pointer: UnsafeMutablePointer<apr_bucket_brigade>?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    /// Creates an empty brigade; it is freed with the pool.
    init?(in pool: Pool, of connection: ConnectionRecord) {
        unsafe self.init(
            apr_brigade_create(pool.pointer, connection.pointer.pointee.bucket_alloc))
    }

    var first: Bucket? { unsafe Bucket(msw_brigade_first(pointer)) }
    var isEmpty: Bool { first == nil }
    /// Removes buckets without data at the front, such as the remainder of a bucket that a line has
    /// used up.
    func trim() {
        while let bucket = first, !bucket.isMetadata, bucket.isEmpty { bucket.delete() }
    }
    /// Whether it contains only metadata, without the end of the stream.
    var isMetadataOnly: Bool { unsafe msw_brigade_is_metadata_only(pointer, 1) != 0 }
    /// Whether it contains only metadata.
    var isWithoutData: Bool { unsafe msw_brigade_is_metadata_only(pointer, 0) != 0 }

    /// Whether it contains only metadata, including the end of the stream.
    var isAtEnd: Bool { isWithoutData && !isMetadataOnly }

    /// Appends a bucket, removing it from another brigade.
    func append(_ bucket: Bucket) {
        unsafe msw_bucket_remove(bucket.pointer)
        unsafe msw_brigade_append(pointer, bucket.pointer)
    }
    func appendEnd() {
        unsafe msw_brigade_append(
            pointer, apr_bucket_eos_create(pointer.pointee.bucket_alloc))
    }
    func appendFlush() {
        unsafe msw_brigade_append(
            pointer, apr_bucket_flush_create(pointer.pointee.bucket_alloc))
    }
    /// Appends an error bucket: the source of the stream failed. httpd's HTTP filters understand
    /// it.
    func appendError(_ status: Int32) {
        unsafe msw_brigade_append(
            pointer,
            ap_bucket_error_create(
                status, nil, pointer.pointee.p, pointer.pointee.bucket_alloc))
    }

    /// Frees all its buckets.
    func removeAll() { unsafe apr_brigade_cleanup(pointer) }

    /// Appends copies of bytes; if there is a next filter, passes them to it whenever enough are
    /// buffered.
    ///
    /// - Returns: APR's status.
    func write(_ bytes: UnsafeRawBufferPointer, toward next: FilterRecord?) -> Int32 {
        let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard let next else {
            return unsafe apr_brigade_write(pointer, nil, nil, start, bytes.count)
        }
        return unsafe apr_brigade_write(
            pointer, { unsafe ap_filter_flush($0, $1) }, next.pointer, start, bytes.count)
    }

    /// Moves up to `count` bytes to another brigade, with the metadata between them.
    func move(upTo count: Int, to other: Brigade) -> Int32 {
        var end: UnsafeMutablePointer<apr_bucket>?
        let status = unsafe apr_brigade_partition(pointer, apr_off_t(count), &end)
        guard status == APR_SUCCESS || status == APR_INCOMPLETE else { return status }
        unsafe msw_brigade_move_before(pointer, end, other.pointer)
        return APR_SUCCESS
    }

    /// Copies up to `count` bytes to another brigade, with the metadata between them.
    func copy(upTo count: Int, to other: Brigade) -> Int32 {
        var end: UnsafeMutablePointer<apr_bucket>?
        let status = unsafe apr_brigade_partition(pointer, apr_off_t(count), &end)
        guard status == APR_SUCCESS || status == APR_INCOMPLETE else { return status }
        return unsafe msw_brigade_copy_before(pointer, end, other.pointer)
    }

    /// Moves a line to another brigade.
    func moveLine(to other: Brigade) -> Int32 {
        unsafe apr_brigade_split_line(
            other.pointer, pointer, APR_BLOCK_READ, apr_off_t(HUGE_STRING_LEN))
    }
}

// SAFETY: valid as long as its brigade; not kept beyond the next change of it.
/// A bucket, in a brigade.
@safe struct Bucket {
    let pointer: UnsafeMutablePointer<apr_bucket>

    init?(_ pointer: UnsafeMutablePointer<apr_bucket>?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    var isEnd: Bool { unsafe msw_bucket_is_eos(pointer) != 0 }
    var isError: Bool { unsafe msw_bucket_is_error(pointer) != 0 }
    /// The length in bytes; nil if it is not known before the bucket is read.
    var length: Int? {
        let length = unsafe pointer.pointee.length
        return length < 0 ? nil : length
    }
    var isFlush: Bool { unsafe msw_bucket_is_flush(pointer) != 0 }
    var isMetadata: Bool { unsafe msw_bucket_is_metadata(pointer) != 0 }
    var isEmpty: Bool { unsafe pointer.pointee.length == 0 }

    func delete() { unsafe msw_bucket_delete(pointer) }

    /// Removes it from its brigade; ``destroy()`` must follow.
    func remove() { unsafe msw_bucket_remove(pointer) }

    /// Frees a bucket that is in no brigade.
    func destroy() { unsafe msw_bucket_destroy(pointer) }

    /// Deletes its first bytes; the rest, if any, becomes a separate bucket.
    func consume(_ count: Int) {
        if unsafe count < pointer.pointee.length { unsafe _ = msw_bucket_split(pointer, count) }
        delete()
    }

    /// Calls body with the bucket's bytes, which may have to be read from a file first.
    ///
    /// - Throws: Errors of body; ``ServerError`` if the bytes cannot be read.
    func read<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        var data: UnsafePointer<CChar>?
        var length = 0
        let status = unsafe msw_bucket_read(pointer, &data, &length, APR_BLOCK_READ)
        guard status == APR_SUCCESS else {
            throw ServerError(status, operation: "read", detail: "what is to be sent")
        }
        return try unsafe body(UnsafeRawBufferPointer(start: data, count: length))
    }
}

extension Bucket {
    /// Returns its first bytes without consuming them.
    func copy(upTo limit: Int) throws -> [UInt8] {
        try unsafe read { unsafe Array($0.prefix(limit)) }
    }
}

/// An APR status other than success.
struct APRStatus: Error {
    let code: Int32
}
