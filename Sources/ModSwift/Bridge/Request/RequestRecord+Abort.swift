// SPDX-License-Identifier: Apache-2.0

internal import CApache

extension RequestRecord {
    /// Forgets what was written and has not left httpd's write buffer, so that an error can still be
    /// answered with a document of its own.
    func discardBuffered() {
        var filter = unsafe pointer.pointee.output_filters
        while let current = unsafe filter {
            // SAFETY: the chain is the request's own; a filter stays valid after its removal.
            unsafe filter = current.pointee.next
            let name = text(unsafe current.pointee.frec.pointee.name)
            if name == "old_write" || name == DeferredFileFilter.filterName {
                unsafe ap_remove_output_filter(current)
            }
        }
    }

    /// Ends an answer that has begun so that the client can tell it from a complete one: without
    /// its last chunk, or short of its Content-Length, and with the connection closed.
    func breakOff() {
        guard let connection = unsafe pointer.pointee.connection,
            let brigade = unsafe apr_brigade_create(
                pointer.pointee.pool, connection.pointee.bucket_alloc)
        else { return }
        unsafe connection.pointee.keepalive = AP_CONN_CLOSE
        // httpd's HTTP filters take this bucket for "the source of this answer broke".
        unsafe msw_brigade_append(
            brigade,
            ap_bucket_error_create(
                HTTP_BAD_GATEWAY, nil, pointer.pointee.pool, connection.pointee.bucket_alloc))
        unsafe msw_brigade_append(
            brigade, apr_bucket_eos_create(connection.pointee.bucket_alloc))
        unsafe ap_pass_brigade(pointer.pointee.output_filters, brigade)
    }
}
