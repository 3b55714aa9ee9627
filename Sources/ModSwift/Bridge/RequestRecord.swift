// SPDX-License-Identifier: Apache-2.0
//
// httpd's request_rec. Fields are read where they stand; nothing is cached.

internal import CApache

// SAFETY: httpd passes it in, or the Request that keeps it lets go of it before its pool ends.
/// A `request_rec`, alive.
///
/// Whoever keeps one longer than a call of httpd's must forget it in the request pool's cleanup;
/// only ``Request`` does.
@safe struct RequestRecord {
    let pointer: UnsafeMutablePointer<request_rec>

    @inline(__always)
    init?(_ pointer: UnsafeMutablePointer<request_rec>?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    // MARK: Fields

    var uri: String? { text(unsafe pointer.pointee.uri) }
    var unparsedURI: String? { text(unsafe pointer.pointee.unparsed_uri) }
    var filename: String? {
        get { text(unsafe pointer.pointee.filename) }
        nonmutating set { unsafe pointer.pointee.filename = copy(newValue) }
    }
    var arguments: String? {
        get { text(unsafe pointer.pointee.args) }
        nonmutating set { unsafe pointer.pointee.args = copy(newValue) }
    }
    var pathInfo: String? {
        get { text(unsafe pointer.pointee.path_info) }
        nonmutating set { unsafe pointer.pointee.path_info = copy(newValue) }
    }
    var method: String { text(unsafe pointer.pointee.method) ?? "" }
    var requestLine: String? { text(unsafe pointer.pointee.the_request) }
    var hostname: String? { text(unsafe pointer.pointee.hostname) }
    var `protocol`: String? { text(unsafe pointer.pointee.protocol) }
    var handlerName: String? { text(unsafe pointer.pointee.handler) }
    var user: String? {
        get { text(unsafe pointer.pointee.user) }
        nonmutating set { unsafe pointer.pointee.user = copy(newValue) }
    }
    var status: Int32 {
        get { unsafe pointer.pointee.status }
        nonmutating set {
            unsafe pointer.pointee.status = newValue
            nameStatus(newValue)
        }
    }
    var isHeaderOnly: Bool { unsafe pointer.pointee.header_only != 0 }
    var logID: String? { text(unsafe pointer.pointee.log_id) }
    var contentType: String? { text(unsafe pointer.pointee.content_type) }
    /// Whether the answer has a type; httpd's word for a directory is none.
    var hasOwnContentType: Bool { contentType.map { $0 != DIR_MAGIC_TYPE } ?? false }
    var hasSentBytes: Bool { unsafe pointer.pointee.sent_bodyct != 0 }
    var bytesSent: Int { Int(unsafe pointer.pointee.bytes_sent) }
    var pool: Pool? { unsafe Pool(pointer.pointee.pool) }
    var main: RequestRecord? { unsafe RequestRecord(pointer.pointee.main) }
    var previous: RequestRecord? { unsafe RequestRecord(pointer.pointee.prev) }
    var next: RequestRecord? { unsafe RequestRecord(pointer.pointee.next) }
    var connection: ConnectionRecord? { unsafe ConnectionRecord(pointer.pointee.connection) }
    var server: ServerRecord? { unsafe ServerRecord(pointer.pointee.server) }

    var headersIn: TableSlot { unsafe slot(\.headers_in) }
    var headersOut: TableSlot { unsafe slot(\.headers_out) }
    var errHeadersOut: TableSlot { unsafe slot(\.err_headers_out) }
    var subprocessEnv: TableSlot { unsafe slot(\.subprocess_env) }
    var notes: TableSlot { unsafe slot(\.notes) }

    private func slot(_ field: WritableKeyPath<request_rec, OpaquePointer?>) -> TableSlot {
        // SAFETY: MemoryLayout.offset of a stored C field is known; the record does not move.
        let offset = unsafe MemoryLayout<request_rec>.offset(of: field) ?? 0
        let address = unsafe UnsafeMutableRawPointer(pointer) + offset
        return unsafe TableSlot(address.assumingMemoryBound(to: OpaquePointer?.self))
    }

    private func copy(_ text: String?) -> UnsafeMutablePointer<CChar>? {
        guard let text, let pool else { return nil }
        return unsafe pool.copy(text, refusing: .null)
    }

    // MARK: What httpd does

    /// Gives a status that httpd has no line for (418) one, or httpd would answer 500 in its place.
    func nameStatus(_ status: Int32) {
        guard status >= 100, status != HTTP_INTERNAL_SERVER_ERROR,
            ap_index_of_response(status) == ap_index_of_response(HTTP_INTERNAL_SERVER_ERROR)
        else { return }
        let line = status == 418 ? "418 I'm a Teapot" : "\(status) Status \(status)"
        unsafe pointer.pointee.status_line = unsafe UnsafePointer(
            pool?.copy(line, refusing: .lineBreaks))
    }

    /// Sets the content type; false when the text may not stand in a header.
    func setContentType(_ type: String?) -> Bool {
        guard let type else {
            unsafe ap_set_content_type(pointer, nil)
            return true
        }
        guard let copy = unsafe pool?.copy(type, refusing: .lineBreaks) else { return false }
        unsafe ap_set_content_type(pointer, copy)
        return true
    }

    /// Hands bytes to httpd's output, which buffers them; false when the client has gone.
    @inline(__always)
    func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= Int(Int32.max) else { return unsafe writeParts(of: bytes) }
        // SAFETY: ap_rwrite copies, or sends, before it returns.
        return unsafe ap_rwrite(
            bytes.baseAddress, Int32(truncatingIfNeeded: bytes.count), pointer) >= 0
    }

    /// ap_rwrite counts in Int32.
    private func writeParts(of bytes: UnsafeRawBufferPointer) -> Bool {
        stride(from: 0, to: bytes.count, by: 1 << 30).allSatisfy { start in
            let end = min(start + (1 << 30), bytes.count)
            return unsafe write(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        }
    }

    /// Sends what is buffered; false when the client has gone.
    func flush() -> Bool { unsafe ap_rflush(pointer) >= 0 }

    /// Text of the Authorization header, when `AuthType Basic` and `AuthName` are in effect.
    func basicAuthPassword() -> String? {
        var password: UnsafePointer<CChar>?
        guard unsafe ap_auth_type(pointer) != nil, unsafe ap_auth_name(pointer) != nil,
            unsafe ap_get_basic_auth_pw(pointer, &password) == OK
        else { return nil }
        return text(password)
    }

    func internalRedirect(to uri: String) -> Bool {
        guard let copy = unsafe pool?.copy(uri, refusing: .lineBreaks) else { return false }
        unsafe ap_internal_redirect(copy, pointer)
        return true
    }

    // MARK: Ours

    /// The merged configuration of the directory this request is for.
    var configuration: DirectoryConfiguration? {
        // SAFETY: httpd sized the vector for every module; the slot is ours.
        unsafe DirectoryConfiguration(msw_config_get(pointer.pointee.per_dir_config, moduleIndex))
    }

    /// The ``Request`` of this record, when one was made.
    var object: Request? {
        // SAFETY: the slot holds what `attach` put there, until the pool's cleanup.
        guard let object = unsafe msw_slot_object(slot) else { return nil }
        return unsafe Unmanaged<Request>.fromOpaque(object).takeUnretainedValue()
    }

    /// Whether code has added handlers to the request.
    var hasAddedHandlers: Bool { unsafe msw_slot_has_added(slot) != 0 }

    /// Has the hooks of later phases come here although nothing is configured for them.
    func noteAddedHandlers() {
        unsafe msw_config_set(
            pointer.pointee.request_config, moduleIndex, msw_slot_with_added(slot))
    }

    private var slot: UnsafeMutableRawPointer? {
        unsafe msw_config_get(pointer.pointee.request_config, moduleIndex)
    }

    /// Ties a ``Request`` to the record: it lives until the request's pool is destroyed.
    func attach(_ request: Request) {
        let reference = unsafe Unmanaged.passRetained(request).toOpaque()
        unsafe msw_config_set(pointer.pointee.request_config, moduleIndex, reference)
        unsafe apr_pool_cleanup_register(
            pointer.pointee.pool, reference,
            { reference in
                guard let reference = unsafe reference else { return APR_SUCCESS }
                // SAFETY: the one release for the retain above.
                unsafe Unmanaged<Request>.fromOpaque(reference).takeRetainedValue().end()
                return APR_SUCCESS
            }, apr_pool_cleanup_null)
    }
}
