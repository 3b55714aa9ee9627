// SPDX-License-Identifier: Apache-2.0

internal import CApache

extension ConnectionRecord {
    var pool: Pool? { unsafe Pool(pointer.pointee.pool) }

    /// Reads bytes from the connection's input filters, waiting for the first.
    func get(_ brigade: Brigade, upTo limit: Int) -> Int32 {
        unsafe ap_get_brigade(
            pointer.pointee.input_filters, brigade.pointer, AP_MODE_READBYTES, APR_BLOCK_READ,
            apr_off_t(limit))
    }

    /// Reads copies of the next bytes without consuming them.
    ///
    /// - Returns: APR's status; `EAGAIN` if there are none and it was not to wait.
    func look(upTo limit: Int, into brigade: Brigade, waits: Bool) -> Int32 {
        let status = unsafe ap_get_brigade(
            pointer.pointee.input_filters, brigade.pointer, AP_MODE_SPECULATIVE,
            waits ? APR_BLOCK_READ : APR_NONBLOCK_READ, apr_off_t(limit))
        return status == APR_SUCCESS && brigade.isEmpty ? (waits ? APR_EOF : EAGAIN) : status
    }

    /// The first output filter, which receives the output.
    var output: FilterRecord? { unsafe FilterRecord(pointer.pointee.output_filters) }

    /// Passes buckets to the output filters.
    func pass(_ brigade: Brigade) -> Int32 {
        unsafe ap_pass_brigade(pointer.pointee.output_filters, brigade.pointer)
    }

    /// The timeout in seconds; nil for a connection without its own socket.
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
            // A year is practically unlimited, and does not overflow.
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
        // Worker closes the sockets of its threads if it does not end gracefully.
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
