// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: httpd calls the filter with live structures; its context is a text in the request's pool.
/// Makes httpd's own documents for 405 and 501 list exactly the methods that the author has
/// allowed: httpd adds TRACE if `TraceEnable` is on.
@safe enum AllowFilter {
    /// The filter's name in httpd.
    private static let filterName = "mod_swift_allow"

    /// Called at each start: httpd's list of filters is cleared with its configuration.
    static func registerFilter() {
        _ = unsafe ap_register_output_filter(
            filterName, { filter, brigade in unsafe AllowFilter.filter(filter, brigade) }, nil,
            AP_FTYPE_CONTENT_SET)
    }

    /// The hook insert_error_filter: httpd is about to send an error document.
    static func begin(for record: RequestRecord) {
        let status = record.status
        guard status == HTTP_METHOD_NOT_ALLOWED || status == HTTP_NOT_IMPLEMENTED,
            let request = record.object, request.stateIfAny?.hasAllowedMethods == true,
            let list = unsafe record.pool?.copy(request.allowList, refusing: .lineBreaks)
        else { return }
        _ = unsafe ap_add_output_filter(
            filterName, list, record.pointer, record.pointer.pointee.connection)
    }

    private static func filter(
        _ filter: UnsafeMutablePointer<ap_filter_t>?,
        _ brigade: UnsafeMutablePointer<apr_bucket_brigade>?
    ) -> apr_status_t {
        guard let filter = unsafe filter else { return APR_EGENERAL }
        if let list = unsafe filter.pointee.ctx, let request = unsafe filter.pointee.r {
            unsafe apr_table_set(
                request.pointee.headers_out, "Allow", list.assumingMemoryBound(to: CChar.self))
        }
        unsafe ap_remove_output_filter(filter)
        return unsafe ap_pass_brigade(filter.pointee.next, brigade)
    }
}
