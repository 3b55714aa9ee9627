// SPDX-License-Identifier: Apache-2.0
//
// A page of mod_include is already passing through the request's filters when it calls a handler:
// the handler's output belongs at that point of the page, and must not enter the filter chain
// again.

internal import CApache

/// Redirects the output of a request into a brigade for the duration of a call.
enum IncludeOutput {
    /// - Parameter body: Code that writes the output.
    static func collect<Result>(
        of record: RequestRecord, into page: Brigade, _ body: () -> Result
    ) -> Result {
        let request = unsafe record.pointer
        // Code that walks along the chain must still reach the filters of the connection.
        var filter = unsafe ap_filter_t(
            frec: kind, ctx: page.pointer, next: request.pointee.proto_output_filters, r: request,
            c: request.pointee.connection)
        let before = unsafe request.pointee.output_filters
        // SAFETY: the filter is in the chain only while the closure runs.
        return unsafe withUnsafeMutablePointer(to: &filter) { filter in
            unsafe request.pointee.output_filters = filter
            defer { unsafe request.pointee.output_filters = before }
            let result = body()
            // httpd buffers output before it passes it on.
            unsafe ap_rflush(request)
            return result
        }
    }

    // SAFETY: created once, never freed.
    nonisolated(unsafe) private static let kind = unsafe makeFilterKind("mod_swift_page") {
        filter, brigade in
        guard let filter = unsafe filter, let written = unsafe Brigade(brigade),
            let page = unsafe Brigade(
                filter.pointee.ctx?.assumingMemoryBound(to: apr_bucket_brigade.self))
        else { return APR_EGENERAL }
        return unsafe move(written, to: page, filter.pointee.r.pointee.pool)
    }

    /// Moves data buckets; metadata buckets are dropped, because the page sends its own.
    private static func move(
        _ written: Brigade, to page: Brigade, _ pool: OpaquePointer?
    ) -> Int32 {
        while let bucket = written.first {
            if bucket.isMetadata {
                bucket.delete()
                continue
            }
            let status = unsafe msw_bucket_setaside(bucket.pointer, pool)
            guard status == APR_SUCCESS else { return status }
            page.append(bucket)
        }
        return APR_SUCCESS
    }
}
