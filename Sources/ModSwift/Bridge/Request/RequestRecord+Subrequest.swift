// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: the record is alive, as in RequestRecord.
extension RequestRecord {
    /// Whether a client sent it: neither a subrequest nor the target of a redirect.
    var isInitial: Bool { unsafe ap_is_initial_req(pointer) != 0 }

    /// Whether it was created within another request.
    @inline(__always)
    var isSubrequest: Bool { unsafe pointer.pointee.main != nil }

    /// Whether it is an HTTP/2 stream.
    var isStream: Bool { unsafe pointer.pointee.connection.pointee.master != nil }

    /// Whether it is a client's request for a response with a body, and neither redirected nor the
    /// target of a redirect: then no other record is involved.
    @inline(__always)
    var isPlain: Bool {
        let request = unsafe pointer
        return unsafe request.pointee.main == nil && request.pointee.prev == nil
            && request.pointee.next == nil && request.pointee.header_only == 0
    }

    /// Whether the file of the URI existed when httpd checked.
    var hasFile: Bool { unsafe pointer.pointee.finfo.filetype != APR_NOFILE }

    /// Whether a subrequest has replaced this one: httpd has copied its pointers.
    func hasPlace(of subrequest: RequestRecord) -> Bool {
        unsafe pointer.pointee.filename != nil
            && pointer.pointee.filename == subrequest.pointer.pointee.filename
            && pointer.pointee.per_dir_config == subrequest.pointer.pointee.per_dir_config
    }

    /// Runs a subrequest after its lookup, to its end.
    ///
    /// - Returns: OK, an HTTP status, or one of httpd's negative numbers.
    func runSubrequest() -> Int32 { unsafe ap_run_sub_req(pointer) }

    /// Ends a subrequest before its main request does.
    func destroySubrequest() { unsafe ap_destroy_sub_req(pointer) }
}
