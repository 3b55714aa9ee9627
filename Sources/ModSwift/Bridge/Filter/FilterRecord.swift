// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: httpd passes it in, or the Filter that keeps it releases it before its pool ends.
/// A live `ap_filter_t`: one filter of one request or connection.
@safe struct FilterRecord {
    let pointer: UnsafeMutablePointer<ap_filter_t>

    init?(_ pointer: UnsafeMutablePointer<ap_filter_t>?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    /// The name in httpd, in lower case.
    var name: String { text(unsafe pointer.pointee.frec.pointee.name) ?? "" }
    var request: RequestRecord? { unsafe RequestRecord(pointer.pointee.r) }
    var connection: ConnectionRecord? { unsafe ConnectionRecord(pointer.pointee.c) }
    var next: FilterRecord? { unsafe FilterRecord(pointer.pointee.next) }

    /// Passes buckets to the next output filter.
    func pass(_ brigade: Brigade) -> Int32 {
        unsafe ap_pass_brigade(pointer.pointee.next, brigade.pointer)
    }

    /// Reads buckets from the next input filter.
    func get(_ brigade: Brigade, _ order: InputMode) -> Int32 {
        unsafe ap_get_brigade(
            pointer.pointee.next, brigade.pointer, order.mode, order.block, order.count)
    }

    // MARK: Its object

    /// The ``Filter`` of this record, if one was created.
    var object: Filter? {
        // SAFETY: ctx holds what `attach` put there, until the pool's cleanup.
        guard let object = unsafe pointer.pointee.ctx else { return nil }
        return unsafe Unmanaged<Filter>.fromOpaque(object).takeUnretainedValue()
    }

    /// Attaches a ``Filter`` to the record.
    func attach(_ filter: Filter) {
        unsafe pointer.pointee.ctx = Unmanaged.passUnretained(filter).toOpaque()
        keep(filter)
    }

    /// The pool of its request or connection.
    var pool: Pool? { request?.pool ?? connection?.pool }

    /// Keeps a ``Filter`` until the pool of its request or connection is destroyed.
    func keep(_ filter: Filter) {
        guard let pool else { return }
        let reference = unsafe Unmanaged.passRetained(filter).toOpaque()
        unsafe apr_pool_cleanup_register(
            pool.pointer, reference,
            { reference in
                guard !ChildEnd.interruptsWork, let reference = unsafe reference else {
                    return APR_SUCCESS
                }
                let filter = unsafe Unmanaged<Filter>.fromOpaque(reference)
                let record = unsafe filter._withUnsafeGuaranteedRef { $0.record }
                // SAFETY: the only release for the retain above; values that a closure has captured
                // may be released with it.
                let work = OneShotWork { unsafe filter.takeRetainedValue().end() }
                let subject: CallSubject? =
                    record?.request.map { .request($0) }
                    ?? record?.connection.map { .connection($0) }
                Teardown.finish(work, subject ?? .child, "the end of a filter")
                return APR_SUCCESS
            }, apr_pool_cleanup_null)
    }
}

// SAFETY: enumerations and a number; counted as unsafe only because they are C types.
/// The read mode of the caller of an input filter.
@safe struct InputMode {
    let mode: ap_input_mode_t
    let block: apr_read_type_e
    /// The maximum number of bytes.
    let count: apr_off_t

    /// Whether no data is read: the connection is to be set up, or an empty line to be skipped.
    var isControl: Bool { mode == AP_MODE_INIT || mode == AP_MODE_EATCRLF }
    var isLine: Bool { mode == AP_MODE_GETLINE }
    /// Whether the bytes must not be consumed.
    var isSpeculative: Bool { mode == AP_MODE_SPECULATIVE }
    var waits: Bool { block == APR_BLOCK_READ }

    /// The same mode, but for reading data.
    var forData: InputMode {
        InputMode(mode: AP_MODE_READBYTES, block: block, count: max(count, 8192))
    }

    /// The mode for data that has already arrived, without waiting for more.
    static var forRest: InputMode {
        InputMode(mode: AP_MODE_READBYTES, block: APR_NONBLOCK_READ, count: 65_536)
    }
}

extension FilterRecord {
    /// Adds one of our filters to one of httpd's chains, and attaches it to its `ap_filter_t`.
    fileprivate static func add(
        _ filter: Filter, _ name: String, request: UnsafeMutablePointer<request_rec>?,
        _ connection: UnsafeMutablePointer<conn_rec>?
    ) {
        let added =
            filter.isInput
            ? unsafe ap_add_input_filter(name, nil, request, connection)
            : unsafe ap_add_output_filter(name, nil, request, connection)
        guard let record = unsafe FilterRecord(added) else {
            stop("httpd has lost the filter \(name)")
        }
        filter.begin(record)
        record.attach(filter)
    }
}

extension RequestRecord {
    /// Inserts a filter of httpd into the request's chain; false if httpd has no filter of that
    /// name.
    func addFilter(named name: String, isInput: Bool) -> Bool {
        unsafe name.withCString { name in
            guard
                let record = unsafe isInput
                    ? ap_get_input_filter_handle(name) : ap_get_output_filter_handle(name)
            else { return false }
            let connection = unsafe pointer.pointee.connection
            let added =
                isInput
                ? unsafe ap_add_input_filter_handle(record, nil, pointer, connection)
                : unsafe ap_add_output_filter_handle(record, nil, pointer, connection)
            return unsafe added != nil
        }
    }

    /// Inserts one of our filters into the request's chain.
    func addFilter(_ filter: Filter) {
        unsafe FilterRecord.add(
            filter, MSW_FILTER_NAME, request: pointer, pointer.pointee.connection)
    }
}

extension ConnectionRecord {
    /// Inserts one of our filters into the connection's chain.
    func addFilter(_ filter: Filter) {
        unsafe FilterRecord.add(filter, MSW_CONNECTION_FILTER_NAME, request: nil, pointer)
    }

    /// Aborts the connection: nothing more is read or written.
    func abort() {
        unsafe pointer.pointee.keepalive = AP_CONN_CLOSE
        unsafe msw_connection_abort(pointer)
    }
}

extension FilterRecord {
    /// The result of a filter that has itself sent a response.
    static var errorStatus: Int32 { AP_FILTER_ERROR }

    /// Appends an error bucket that makes httpd respond with a status, or, if the response has
    /// begun, cut it off so that the client can see that it is incomplete.
    func appendError(_ status: Status, hasBegun: Bool, to brigade: Brigade) {
        if hasBegun {
            unsafe pointer.pointee.c.pointee.keepalive = AP_CONN_CLOSE
            brigade.appendError(HTTP_BAD_GATEWAY)
        } else {
            brigade.appendError(Int32(truncatingIfNeeded: status.rawValue))
        }
    }
}

extension RequestRecord {
    /// Responds with a status from within an input filter, as httpd's own filters do; cuts off a
    /// response that has begun.
    func respond(with status: Status) {
        if response == .begun { return cutResponse() }
        guard response == .notBegun else { return }
        guard let connection, let pool, let brigade = Brigade(in: pool, of: connection) else {
            return
        }
        brigade.appendError(Int32(truncatingIfNeeded: status.rawValue))
        brigade.appendEnd()
        unsafe ap_pass_brigade(pointer.pointee.output_filters, brigade.pointer)
    }
}

extension APRStatus {
    /// There is currently nothing to read.
    static var again: Int32 { EAGAIN }
    /// The client has closed its side.
    static var end: Int32 { Int32(APR_EOF) }
}

extension Brigade {
    /// Appends a copy of text.
    func write(_ text: String) {
        var text = text
        // SAFETY: the bytes are borrowed for the call and copied.
        text.withUTF8 { bytes in
            unsafe _ = write(UnsafeRawBufferPointer(bytes), toward: nil)
        }
    }
}
