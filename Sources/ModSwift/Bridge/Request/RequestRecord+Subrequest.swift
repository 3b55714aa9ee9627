// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: the record is alive, as everywhere in RequestRecord.
extension RequestRecord {
    /// Whether it came from a client: no subrequest, and not redirected to.
    var isInitial: Bool { unsafe ap_is_initial_req(pointer) != 0 }

    /// Whether it was made within another request.
    @inline(__always)
    var isSubrequest: Bool { unsafe pointer.pointee.main != nil }

    /// Whether it is a stream of HTTP/2.
    var isStream: Bool { unsafe pointer.pointee.connection.pointee.master != nil }

    /// Whether it is a client's request for a response with a body, and neither redirected nor redirected
    /// to: nothing but this record is to be looked at.
    @inline(__always)
    var isPlain: Bool {
        let request = unsafe pointer
        return unsafe request.pointee.main == nil && request.pointee.prev == nil
            && request.pointee.next == nil && request.pointee.header_only == 0
    }

    /// Whether the file that the URI leads to was there when httpd looked.
    var hasFile: Bool { unsafe pointer.pointee.finfo.filetype != APR_NOFILE }

    /// Whether a subrequest of this one has taken its place: httpd has copied where its fields point.
    func hasPlace(of subrequest: RequestRecord) -> Bool {
        unsafe pointer.pointee.filename != nil
            && pointer.pointee.filename == subrequest.pointer.pointee.filename
            && pointer.pointee.per_dir_config == subrequest.pointer.pointee.per_dir_config
    }

    /// Runs a subrequest that was looked up, to its end.
    ///
    /// - Returns: OK, an HTTP status, or a negative number of httpd's.
    func runSubrequest() -> Int32 { unsafe ap_run_sub_req(pointer) }

    /// Ends a subrequest before its main request does.
    func destroySubrequest() { unsafe ap_destroy_sub_req(pointer) }
}
