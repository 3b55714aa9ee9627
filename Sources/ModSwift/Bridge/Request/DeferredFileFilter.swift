// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: httpd calls the filter with live structures; its context is the brigade that begin()
// created.
/// Holds back the first file of a response until it is known whether more output follows.
///
/// httpd sets a Content-Length, and serves byte ranges to clients that request them, if it sees the
/// end together with the content. A file that is passed on at once would be sent in chunks. Waiting
/// costs nothing: the filter holds a descriptor, not bytes.
@safe enum DeferredFileFilter {
    /// The filter's name in httpd.
    static let filterName = "mod_swift_file"

    /// Called at each start: httpd's list of filters is cleared with its configuration.
    static func registerFilter() {
        _ = unsafe ap_register_output_filter(
            filterName, { filter, brigade in unsafe DeferredFileFilter.filter(filter, brigade) },
            nil,
            AP_FTYPE_RESOURCE)
    }

    /// Whether nothing of the response has been passed on yet, and no other file is being held.
    static func isPossible(for record: RequestRecord) -> Bool {
        guard record.response == .notBegun, record.bytesSent == 0 else { return false }
        return unsafe record.outputFilter(filterName) == nil
    }

    /// Holds the next brigade, which is created in a pool that belongs to the filter from now on.
    static func begin(for record: RequestRecord, in pool: OpaquePointer) -> Bool {
        let request = unsafe record.pointer
        guard
            let held = unsafe apr_brigade_create(
                pool, request.pointee.connection.pointee.bucket_alloc)
        else { return false }
        return unsafe ap_add_output_filter(filterName, held, request, request.pointee.connection)
            != nil
    }

    private static func filter(
        _ filter: UnsafeMutablePointer<ap_filter_t>?,
        _ brigade: UnsafeMutablePointer<apr_bucket_brigade>?
    ) -> apr_status_t {
        guard let filter = unsafe filter, let brigade = unsafe brigade else { return APR_EGENERAL }
        guard let context = unsafe filter.pointee.ctx else {
            // Named in a directive (SetOutputFilter): not added by us.
            unsafe ap_remove_output_filter(filter)
            return unsafe ap_pass_brigade(filter.pointee.next, brigade)
        }
        let held = unsafe context.assumingMemoryBound(to: apr_bucket_brigade.self)
        if unsafe msw_brigade_first(held) == nil, unsafe msw_brigade_flushes(brigade) == 0 {
            var target: UnsafeMutablePointer<apr_bucket_brigade>? = unsafe held
            var source: UnsafeMutablePointer<apr_bucket_brigade>? = unsafe brigade
            return unsafe ap_save_brigade(filter, &target, &source, held.pointee.p)
        }
        unsafe msw_brigade_prepend(brigade, held)
        unsafe ap_remove_output_filter(filter)
        let status = unsafe ap_pass_brigade(filter.pointee.next, brigade)
        // Its rest may still refer to the file, which is closed with the pool.
        unsafe apr_brigade_cleanup(brigade)
        unsafe apr_pool_destroy(held.pointee.p)
        return status
    }
}

extension RequestRecord {
    /// Returns one of the response's output filters; nil if it is not, or no longer, in the chain.
    ///
    /// - Parameter name: In lower case.
    func outputFilter(_ name: String) -> UnsafeMutablePointer<ap_filter_t>? {
        unsafe name.withCString { name in unsafe outputFilter(named: name) }
    }

    /// Returns one of httpd's own filters: each read and each response looks up some.
    func outputFilter(ofHTTPD name: StaticString) -> UnsafeMutablePointer<ap_filter_t>? {
        // SAFETY: a literal, which ends with NUL and is never freed.
        unsafe outputFilter(
            named: UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self))
    }

    private func outputFilter(
        named name: UnsafePointer<CChar>
    ) -> UnsafeMutablePointer<ap_filter_t>? {
        var next = unsafe pointer.pointee.output_filters
        while let filter = unsafe next {
            if unsafe strcmp(filter.pointee.frec.pointee.name, name) == 0 { return unsafe filter }
            unsafe next = filter.pointee.next
        }
        return nil
    }
}
