// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: the filter is freed with the tap, which the subrequest's Request keeps until its end.
/// The last filter in a subrequest's chain of output filters.
///
/// httpd would pass the output of a subrequest to the filter that was first in the main request
/// when the subrequest was looked up. This filter, the tap, is inserted instead: it passes the
/// output to the filter that is first when the output arrives, after the earlier output, or keeps
/// it. No directive or other module uses the filter, so it is not registered by name.
@safe final class SubrequestOutputFilter {
    enum Mode {
        /// Output is discarded: the subrequest is not running.
        case closed
        /// Output is passed to the main request.
        case passing
        /// Output is kept in `bytes`, up to a limit.
        case keeping(limit: Int)
    }

    var mode = Mode.closed
    private(set) var bytes: [UInt8] = []
    /// Whether the output exceeded the limit.
    private(set) var isOver = false
    private let main: RequestRecord
    @safe private let filter: UnsafeMutablePointer<ap_filter_t>

    init(main: RequestRecord) {
        self.main = main
        filter = .allocate(capacity: 1)
        // Code that walks along the chain must reach the filters of the connection, without those
        // of the main request's content.
        unsafe filter.initialize(
            to: ap_filter_t(
                frec: Self.kind, ctx: nil, next: main.pointer.pointee.proto_output_filters,
                r: main.pointer, c: main.pointer.pointee.connection))
        unsafe filter.pointee.ctx = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit { unsafe filter.deallocate() }

    // SAFETY: created once, never freed.
    nonisolated(unsafe) private static let kind = unsafe makeFilterKind("mod_swift_subrequest") {
        filter, brigade in
        guard let context = unsafe filter?.pointee.ctx, let brigade = unsafe brigade else {
            return APR_EGENERAL
        }
        // SAFETY: the tap outlives its filter.
        return unsafe Unmanaged<SubrequestOutputFilter>.fromOpaque(context).takeUnretainedValue()
            .take(brigade)
    }

    private func take(_ brigade: UnsafeMutablePointer<apr_bucket_brigade>) -> apr_status_t {
        switch mode {
        case .closed:
            unsafe apr_brigade_cleanup(brigade)
            return APR_SUCCESS
        case .passing:
            return unsafe ap_pass_brigade(main.pointer.pointee.output_filters, brigade)
        case .keeping(let limit):
            defer { unsafe apr_brigade_cleanup(brigade) }
            return unsafe keep(brigade, limit: limit)
        }
    }

    private func keep(
        _ brigade: UnsafeMutablePointer<apr_bucket_brigade>, limit: Int
    ) -> apr_status_t {
        while let bucket = unsafe msw_brigade_first(brigade) {
            if unsafe msw_bucket_is_metadata(bucket) == 0 {
                var data: UnsafePointer<CChar>?
                var length = 0
                let status = unsafe msw_bucket_read(bucket, &data, &length, APR_BLOCK_READ)
                guard status == APR_SUCCESS else { return status }
                isOver = isOver || length > limit - bytes.count
                if isOver { return APR_EGENERAL }
                // SAFETY: the bucket's data lives until the bucket is deleted below.
                unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: data, count: length))
            }
            unsafe msw_bucket_delete(bucket)
        }
        return APR_SUCCESS
    }

    /// Returns the kept output, and releases it.
    func takeBytes() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    // MARK: Lookup

    /// Returns the subrequest for a URI; nil if URI or method contains NUL, CR or LF.
    func lookUp(uri: String, method: String) -> RequestRecord? {
        // SAFETY: httpd keeps a pointer to the method, which therefore lives as long as the main
        // request.
        guard let pool = main.pool, let uri = unsafe pool.copy(uri, refusing: .lineBreaks),
            let method = unsafe pool.copy(method, refusing: .lineBreaks)
        else { return nil }
        return unsafe RequestRecord(ap_sub_req_method_uri(method, uri, main.pointer, filter))
    }

    /// Returns the subrequest for a file, relative to the directory of the main request's; nil if
    /// the path contains NUL, CR or LF.
    func lookUp(file: String) -> RequestRecord? {
        guard let path = unsafe main.pool?.copy(file, refusing: .lineBreaks) else { return nil }
        return unsafe RequestRecord(ap_sub_req_lookup_file(path, main.pointer, filter))
    }
}
