// SPDX-License-Identifier: Apache-2.0

internal import CApache

extension Bucket {
    /// Moves its first bytes to an array, at most `limit`.
    ///
    /// - Throws: ``ServerError`` if they cannot be read.
    func take(_ limit: Int, into bytes: inout [UInt8]) throws {
        // SAFETY: the bytes are copied before the bucket is deleted.
        let count = try unsafe read { data in
            unsafe bytes.append(contentsOf: data.prefix(limit))
            return min(data.count, limit)
        }
        consume(count)
    }

    /// Moves its first bytes, up to a line feed and at most `limit`, to an array.
    ///
    /// - Returns: Whether the line is complete.
    /// - Throws: ``ServerError`` if they cannot be read.
    func takeLine(_ limit: Int, into line: inout [UInt8]) throws -> Bool {
        // SAFETY: as above.
        let (count, isComplete) = try unsafe read { data in
            let window = unsafe data.prefix(limit)
            let end = unsafe window.firstIndex(of: UInt8(ascii: "\n"))
            let part = unsafe end.map { unsafe window[...$0] } ?? window
            unsafe line.append(contentsOf: part)
            return unsafe (part.count, end != nil)
        }
        consume(count)
        return isComplete
    }
}

extension FilterStream {
    /// Takes a bucket and calls body with its bytes. The bucket is not in the brigade meanwhile, so
    /// that body may itself read more.
    func lend<Failure: Error>(
        _ bucket: Bucket, to body: (Span<UInt8>) throws(Failure) -> Void
    ) throws {
        // A bucket that cannot be read stays in the brigade.
        let bytes = try unsafe bucket.read { unsafe $0 }
        bucket.remove()
        defer { bucket.destroy() }
        // SAFETY: the bytes belong to the bucket, which no other code uses until the call has
        // ended.
        try body(unsafe Span(_unsafeElements: bytes.bindMemory(to: UInt8.self)))
    }

    /// Calls body with the bytes of an array, as with those of a bucket.
    func lend<Failure: Error>(
        _ bytes: [UInt8], to body: (Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        if !bytes.isEmpty { try body(bytes.span) }
    }
}

extension FilterStream: ByteOutput {
    // SAFETY: the caller borrows the bytes for this call; they are copied or sent within it.
    /// The only function that writes a filter's output.
    @safe func write(buffer: UnsafeRawBufferPointer) {
        prepareWriting()
        guard isWritable, unsafe !buffer.isEmpty else { return }
        note(unsafe outgoing.write(buffer, toward: next))
    }
}

extension Filter: ByteOutput {
    @safe func write(buffer: UnsafeRawBufferPointer) { stream.write(buffer: buffer) }
}

extension APRStatus {
    var isSuccess: Bool { code == APR_SUCCESS }
    var isEnd: Bool { msw_status_is_eof(code) != 0 }
    var isAgain: Bool { msw_status_is_eagain(code) != 0 }

    /// The error that a read of a request's body throws.
    var readingError: any Error {
        if msw_status_is_client_gone(code) != 0 { return ClientGone() }
        let refusal = ap_map_http_request_error(code, HTTP_BAD_REQUEST)
        return refusal == AP_FILTER_ERROR ? AnsweredByHttpd() : Status(rawValue: Int(refusal))
    }
}
