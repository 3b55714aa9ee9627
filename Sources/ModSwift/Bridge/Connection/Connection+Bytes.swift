// SPDX-License-Identifier: Apache-2.0

internal import CApache

extension ConnectionRecord {
    var pool: Pool? { unsafe Pool(pointer.pointee.pool) }

    /// Gets bytes from the filters on the way from the client, waiting for the first.
    func get(_ brigade: Brigade, upTo limit: Int) -> Int32 {
        unsafe ap_get_brigade(
            pointer.pointee.input_filters, brigade.pointer, AP_MODE_READBYTES, APR_BLOCK_READ,
            apr_off_t(limit))
    }

    /// Gets copies of the bytes that come next; they stay where they are.
    ///
    /// - Returns: APR's status; `EAGAIN` where there are none and it was not to wait.
    func look(upTo limit: Int, into brigade: Brigade, waits: Bool) -> Int32 {
        let status = unsafe ap_get_brigade(
            pointer.pointee.input_filters, brigade.pointer, AP_MODE_SPECULATIVE,
            waits ? APR_BLOCK_READ : APR_NONBLOCK_READ, apr_off_t(limit))
        return status == APR_SUCCESS && brigade.isEmpty ? (waits ? APR_EOF : EAGAIN) : status
    }

    /// Where what is written goes.
    var output: FilterRecord? { unsafe FilterRecord(pointer.pointee.output_filters) }

    /// Hands buckets to the filters on the way to the client.
    func pass(_ brigade: Brigade) -> Int32 {
        unsafe ap_pass_brigade(pointer.pointee.output_filters, brigade.pointer)
    }

    /// Seconds; nil for a connection without a socket of its own.
    var timeout: Double? {
        get {
            var microseconds: apr_interval_time_t = 0
            guard let socket = unsafe ap_get_conn_socket(pointer),
                unsafe apr_socket_timeout_get(socket, &microseconds) == APR_SUCCESS
            else { return nil }
            return seconds(microseconds)
        }
        nonmutating set {
            guard let socket = unsafe ap_get_conn_socket(pointer), let seconds = newValue,
                !seconds.isNaN
            else { return }
            // A year is as good as for ever, and can be counted.
            let bounded = min(max(seconds, 0), 31_536_000)
            unsafe apr_socket_timeout_set(
                socket, apr_interval_time_t(bounded * 1_000_000))
        }
    }
}

extension APRStatus {
    static let connectionAborted = ECONNABORTED
    static let timeUp = APR_TIMEUP

    /// The error that a read from a connection throws.
    var connectionError: any Error {
        if msw_status_is_client_gone(code) != 0 { return ClientGone() }
        // Worker closes the sockets of its threads when its end is not graceful.
        if code == EBADF { return ChildStoppingError() }
        return ServerError(code, operation: "read", detail: "connection")
    }
}

extension Connection: ByteOutput {
    // SAFETY: the caller borrows the bytes for this call.
    @safe func write(buffer: UnsafeRawBufferPointer) {
        if unsafe buffer.isEmpty { return }
        stream.append { unsafe $0.write(buffer, toward: live.output) }
    }
}
