// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: httpd passes it in, or the Filter that keeps it lets go of it before its pool ends.
/// An `ap_filter_t`, alive: one filter of one request or connection.
@safe struct FilterRecord {
    let pointer: UnsafeMutablePointer<ap_filter_t>

    init?(_ pointer: UnsafeMutablePointer<ap_filter_t>?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    /// As httpd knows it, in lower case.
    var name: String { text(unsafe pointer.pointee.frec.pointee.name) ?? "" }
    var request: RequestRecord? { unsafe RequestRecord(pointer.pointee.r) }
    var connection: ConnectionRecord? { unsafe ConnectionRecord(pointer.pointee.c) }
    var next: FilterRecord? { unsafe FilterRecord(pointer.pointee.next) }

    /// Hands buckets to the next filter on the way to the client.
    func pass(_ brigade: Brigade) -> Int32 {
        unsafe ap_pass_brigade(pointer.pointee.next, brigade.pointer)
    }

    /// Gets buckets from the next filter on the way from the client.
    func get(_ brigade: Brigade, _ order: InputMode) -> Int32 {
        unsafe ap_get_brigade(
            pointer.pointee.next, brigade.pointer, order.mode, order.block, order.count)
    }

    // MARK: Its object

    /// The ``Filter`` of this record, when one was made.
    var object: Filter? {
        // SAFETY: ctx holds what `attach` put there, until the pool's cleanup.
        guard let object = unsafe pointer.pointee.ctx else { return nil }
        return unsafe Unmanaged<Filter>.fromOpaque(object).takeUnretainedValue()
    }

    /// Ties a ``Filter`` to the record.
    func attach(_ filter: Filter) {
        unsafe pointer.pointee.ctx = Unmanaged.passUnretained(filter).toOpaque()
        keep(filter)
    }

    /// The pool of what it belongs to.
    var pool: Pool? { request?.pool ?? connection?.pool }

    /// Has a ``Filter`` live until the pool of its request or connection is destroyed.
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
                // SAFETY: the one release for the retain above; what a closure has captured may go
                // with it.
                let work = OneShotWork { unsafe filter.takeRetainedValue().end() }
                let subject: CallSubject? =
                    record?.request.map { .request($0) }
                    ?? record?.connection.map { .connection($0) }
                Teardown.finish(work, subject ?? .child, "the end of a filter")
                return APR_SUCCESS
            }, apr_pool_cleanup_null)
    }
}

// SAFETY: enumerations and a number; counted as unsafe for the C types' sake.
/// What the caller of an input filter wants.
@safe struct InputMode {
    let mode: ap_input_mode_t
    let block: apr_read_type_e
    /// Bytes, at most.
    let count: apr_off_t

    /// Does nothing to the data: the connection is to be set up, or an empty line to be skipped.
    var isControl: Bool { mode == AP_MODE_INIT || mode == AP_MODE_EATCRLF }
    var isLine: Bool { mode == AP_MODE_GETLINE }
    /// The bytes are to stay where they are.
    var isSpeculative: Bool { mode == AP_MODE_SPECULATIVE }
    var waits: Bool { block == APR_BLOCK_READ }

    /// The same, as an order for data.
    var forData: InputMode {
        InputMode(mode: AP_MODE_READBYTES, block: block, count: max(count, 8192))
    }

    /// What has come already, and no waiting for more.
    static var forRest: InputMode {
        InputMode(mode: AP_MODE_READBYTES, block: APR_NONBLOCK_READ, count: 65_536)
    }
}

extension FilterRecord {
    /// Adds a filter of ours to one of httpd's chains, and ties it to its `ap_filter_t`.
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
    /// Puts a filter of httpd's into the request's chain; false when httpd knows none of the name.
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

    /// Puts a filter of ours into the request's chain.
    func addFilter(_ filter: Filter) {
        unsafe FilterRecord.add(
            filter, MSW_FILTER_NAME, request: pointer, pointer.pointee.connection)
    }
}

extension ConnectionRecord {
    /// Puts a filter of ours into the connection's chain.
    func addFilter(_ filter: Filter) {
        unsafe FilterRecord.add(filter, MSW_CONNECTION_FILTER_NAME, request: nil, pointer)
    }

    /// Gives the connection up: nothing more is read or written.
    func abort() {
        unsafe pointer.pointee.keepalive = AP_CONN_CLOSE
        unsafe msw_connection_abort(pointer)
    }
}

extension FilterRecord {
    /// What a filter returns that has sent a response of its own.
    static var errorStatus: Int32 { AP_FILTER_ERROR }

    /// Appends an error bucket that makes httpd respond with a status, or, where the response has
    /// begun, cut it so that the client can see that it is incomplete.
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
    /// Responds with a status from within an input filter, as httpd's own do; cuts a response that has
    /// begun.
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
    /// There is nothing to read for now.
    static var again: Int32 { EAGAIN }
    /// The client has ended its side.
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
