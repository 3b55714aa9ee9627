// SPDX-License-Identifier: Apache-2.0

internal import CApache

/// Describes an output filter that is inserted into a chain directly and never by its name, so that
/// it is not in httpd's list of filters.
///
/// - Returns: Memory that is never freed, because filters point to it; call this once for each
///   kind.
func makeFilterKind(
    _ name: StaticString,
    _ function:
        @escaping @convention(c) (
            UnsafeMutablePointer<ap_filter_t>?, UnsafeMutablePointer<apr_bucket_brigade>?
        ) -> apr_status_t
) -> UnsafeMutablePointer<ap_filter_rec_t> {
    let kind = UnsafeMutablePointer<ap_filter_rec_t>.allocate(capacity: 1)
    unsafe kind.initialize(to: ap_filter_rec_t())
    // SAFETY: the text of a static string ends with a NUL byte and is never freed.
    unsafe kind.pointee.name = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    unsafe kind.pointee.ftype = AP_FTYPE_CONTENT_SET
    unsafe kind.pointee.filter_func.out_func = function
    return unsafe kind
}
