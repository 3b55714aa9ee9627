// SPDX-License-Identifier: Apache-2.0
//
// httpd's request_rec. Fields are read directly from the record; nothing is cached. The files
// beside this one contain the fields, by topic.

internal import CApache

// SAFETY: httpd passes it in, or the Request that keeps it releases it before its pool ends.
/// A live `request_rec`.
///
/// Code that keeps one beyond a call from httpd must drop it in the request pool's cleanup; only
/// ``Request`` does so.
@safe struct RequestRecord {
    let pointer: UnsafeMutablePointer<request_rec>

    @inline(__always)
    init?(_ pointer: UnsafeMutablePointer<request_rec>?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    // MARK: Related objects

    /// The address of the request line, for code that can only read memory: signal handlers.
    var requestLineField: UnsafeMutableRawPointer {
        // SAFETY: MemoryLayout.offset of a stored C field is known.
        let offset = unsafe MemoryLayout<request_rec>.offset(of: \.the_request) ?? 0
        return unsafe UnsafeMutableRawPointer(pointer) + offset
    }
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
    var trailersIn: TableSlot { unsafe slot(\.trailers_in) }
    var trailersOut: TableSlot { unsafe slot(\.trailers_out) }

    private func slot(_ field: WritableKeyPath<request_rec, OpaquePointer?>) -> TableSlot {
        // SAFETY: MemoryLayout.offset of a stored C field is known; the record does not move.
        let offset = unsafe MemoryLayout<request_rec>.offset(of: field) ?? 0
        let address = unsafe UnsafeMutableRawPointer(pointer) + offset
        return unsafe TableSlot(address.assumingMemoryBound(to: OpaquePointer?.self))
    }

    /// Sets a field to a copy of a text; returns false, without a change, if the text contains
    /// forbidden bytes.
    @inline(__always)
    func set(
        _ field: WritableKeyPath<request_rec, UnsafeMutablePointer<CChar>?>, _ text: String?,
        refusing forbidden: ForbiddenBytes = .null
    ) -> Bool {
        guard let text else {
            unsafe pointer.pointee[keyPath: field] = nil
            return true
        }
        guard let copy = unsafe pool?.copy(text, refusing: forbidden) else { return false }
        unsafe pointer.pointee[keyPath: field] = copy
        return true
    }

    /// Sets a `const` field to a copy of a text; returns false, without a change, if it contains
    /// forbidden bytes.
    @inline(__always)
    func set(
        _ field: WritableKeyPath<request_rec, UnsafePointer<CChar>?>, _ text: String?,
        refusing forbidden: ForbiddenBytes = .null
    ) -> Bool {
        guard let text else {
            unsafe pointer.pointee[keyPath: field] = nil
            return true
        }
        guard let copy = unsafe pool?.copy(text, refusing: forbidden) else { return false }
        unsafe pointer.pointee[keyPath: field] = UnsafePointer(copy)
        return true
    }

    /// A description that identifies the request in a log line that httpd does not attribute to it.
    var logDescription: String {
        let request = "\(method) \(printable(unparsedURI ?? ""))"
        let client = text(unsafe pointer.pointee.useragent_ip) ?? "-"
        // httpd assigns an id if its log formats require it; mod_unique_id assigns one to each
        // request.
        let id = logID ?? subprocessEnv.first("UNIQUE_ID")
        return "\(request), client \(client)" + (id.map { ", request \($0)" } ?? "")
    }

    // MARK: Calls of httpd

    /// Passes bytes to httpd's output, which buffers them; returns false if the client has
    /// disconnected.
    @inline(__always)
    func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= Int(Int32.max) else { return unsafe writeParts(of: bytes) }
        // SAFETY: ap_rwrite copies, or sends, before it returns.
        return unsafe ap_rwrite(
            bytes.baseAddress, Int32(truncatingIfNeeded: bytes.count), pointer) >= 0
    }

    /// Writes in parts, because ap_rwrite counts in Int32.
    private func writeParts(of bytes: UnsafeRawBufferPointer) -> Bool {
        stride(from: 0, to: bytes.count, by: 1 << 30).allSatisfy { start in
            let end = min(start + (1 << 30), bytes.count)
            return unsafe write(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        }
    }

    /// Sends the buffered output; returns false if the client has disconnected.
    func flush() -> Bool { unsafe ap_rflush(pointer) >= 0 }

    func internalRedirect(to uri: String) -> Bool {
        guard let copy = unsafe pool?.copy(uri, refusing: .lineBreaks) else { return false }
        unsafe ap_internal_redirect(copy, pointer)
        return true
    }

    // MARK: Our data

    /// The merged configuration of the directory this request is for.
    var configuration: DirectoryConfiguration? {
        // SAFETY: httpd sized the vector for every module; the slot is ours.
        unsafe DirectoryConfiguration(msw_config_get(pointer.pointee.per_dir_config, moduleIndex))
    }

    /// The ``Request`` of this record, if one was created.
    var object: Request? {
        // SAFETY: the slot holds what `attach` put there, until the pool's cleanup.
        guard let object = unsafe msw_slot_object(slot) else { return nil }
        return unsafe Unmanaged<Request>.fromOpaque(object).takeUnretainedValue()
    }

    /// Calls body with the ``Request`` of this record, which is created if necessary. Does not
    /// count references: the record's slot holds one until its pool is destroyed.
    @inline(__always)
    func withObject<Result>(_ body: (Request) throws -> Result) rethrows -> Result {
        // SAFETY: see `object`; a new one is in the slot before body is called.
        let present = unsafe msw_slot_object(slot)
        let object =
            unsafe present.map { unsafe Unmanaged<Request>.fromOpaque($0) }
            ?? attach(Request(self))
        return try unsafe object._withUnsafeGuaranteedRef { request in
            if unsafe present != nil {
                request.followLookedUp()
            } else if !isPlain {
                request.takePlace(self)
            }
            return try body(request)
        }
    }

    /// Whether code has added handlers to the request.
    var hasAddedHandlers: Bool { unsafe msw_slot_has_added(slot) != 0 }

    /// Makes our hooks for later phases run even where no directive configures them.
    func noteAddedHandlers() {
        unsafe msw_config_set(
            pointer.pointee.request_config, moduleIndex, msw_slot_with_added(slot))
    }

    /// Drops the ``Request``, which is ending: cleanups of other modules may still look for it.
    func detach() {
        unsafe msw_config_set(pointer.pointee.request_config, moduleIndex, nil)
    }

    /// Runs the cleanup phase of its ``Request`` after httpd has logged it, and before any of its
    /// memory is freed: a subrequest's pool may hold the request that it was redirected to.
    func cleanUpLater(_ request: Request) {
        // SAFETY: `attach` keeps the object until the pool's later cleanups.
        unsafe apr_pool_pre_cleanup_register(
            pointer.pointee.pool, Unmanaged.passUnretained(request).toOpaque()
        ) { request in
            guard !ChildEnd.interruptsWork, let request = unsafe request else {
                return APR_SUCCESS
            }
            unsafe Unmanaged<Request>.fromOpaque(request).takeUnretainedValue().cleanUp()
            return APR_SUCCESS
        }
    }

    private var slot: UnsafeMutableRawPointer? {
        unsafe msw_config_get(pointer.pointee.request_config, moduleIndex)
    }

    /// Attaches a ``Request`` to the record: it lives until the request's pool is destroyed.
    @inline(__always)
    private func attach(_ request: Request) -> Unmanaged<Request> {
        let reference = unsafe Unmanaged.passUnretained(request).toOpaque()
        unsafe msw_config_set(pointer.pointee.request_config, moduleIndex, reference)
        unsafe apr_pool_cleanup_register(
            pointer.pointee.pool, reference,
            { reference in
                guard !ChildEnd.interruptsWork, let reference = unsafe reference else {
                    return APR_SUCCESS
                }
                // SAFETY: the only release for the retain below.
                unsafe Unmanaged<Request>.fromOpaque(reference).takeRetainedValue().end()
                return APR_SUCCESS
            }, apr_pool_cleanup_null)
        // At the end, so that the compiler sees that this takes over the reference of the caller,
        // who created the object.
        return unsafe Unmanaged.passRetained(request)
    }
}
