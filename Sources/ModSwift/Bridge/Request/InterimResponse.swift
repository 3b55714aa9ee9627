// SPDX-License-Identifier: Apache-2.0

internal import CApache

extension RequestRecord {
    /// Whether the client's protocol supports interim responses.
    var takesInterimResponses: Bool { unsafe pointer.pointee.proto_num >= 1001 }

    /// Sends a 1xx response.
    ///
    /// httpd sends, and then clears, headers_out; the headers of the final response are kept out of
    /// it.
    ///
    /// - Throws: ``RefusedValue`` if a header is not allowed in a response.
    func sendInterim(_ status: Int32, headers: Table) throws {
        let table = unsafe apr_table_make(pointer.pointee.pool, 4)
        for (name, value) in headers { try unsafe add(name, value, to: table) }
        let before = unsafe (
            pointer.pointee.headers_out, pointer.pointee.status, pointer.pointee.status_line
        )
        unsafe pointer.pointee.headers_out = table
        unsafe pointer.pointee.status = status
        // httpd has no reason phrase for this status.
        unsafe pointer.pointee.status_line =
            status == 103
            ? unsafe UnsafePointer(pool?.copy("103 Early Hints", refusing: .null)) : nil
        unsafe ap_send_interim_response(pointer, 1)
        unsafe pointer.pointee.headers_out = before.0
        unsafe pointer.pointee.status = before.1
        unsafe pointer.pointee.status_line = before.2
    }

    /// Adds a header after checking it: httpd checks the headers of a response, but not those of an
    /// interim response.
    private func add(_ name: String, _ value: String, to table: OpaquePointer?) throws {
        // SAFETY: the copies live in the request's pool, as the table does; the scans end at NUL.
        guard let key = unsafe pool?.copy(name, refusing: .lineBreaks),
            let value = unsafe pool?.copy(value, refusing: .lineBreaks),
            unsafe key.pointee != 0, unsafe ap_scan_http_token(key).pointee == 0,
            unsafe ap_scan_http_field_content(value).pointee == 0
        else { throw RefusedValue(place: "sendInterimResponse", name: name) }
        unsafe apr_table_addn(table, key, value)
    }
}

extension ServerError {
    static func responseHasBegun(_ operation: String) -> ServerError {
        ServerError(APR_EINVAL, operation: operation, detail: "the response is already on its way")
    }

    static func notInterim(_ reason: String) -> ServerError {
        ServerError(APR_EINVAL, operation: "sendInterimResponse", detail: reason)
    }
}
