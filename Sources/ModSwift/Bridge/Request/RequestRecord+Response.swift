// SPDX-License-Identifier: Apache-2.0
//
// The head of the response.
//
// SAFETY: the record is alive (RequestRecord); what it is given is copied into its pool.

internal import CApache

extension RequestRecord {
    var status: Int32 {
        get { unsafe pointer.pointee.status }
        nonmutating set {
            unsafe pointer.pointee.status = newValue
            nameStatus(newValue)
            if newValue == HTTP_NO_CONTENT || newValue == HTTP_NOT_MODIFIED, isStream {
                ResponseGuard.begin(for: self)
            }
        }
    }
    var statusLine: String? { text(unsafe pointer.pointee.status_line) }
    var contentType: String? { text(unsafe pointer.pointee.content_type) }
    /// Whether the response has a content type; httpd's pseudo type for a directory does not count.
    var hasOwnContentType: Bool { contentType.map { $0 != DIR_MAGIC_TYPE } ?? false }
    var contentEncoding: String? { text(unsafe pointer.pointee.content_encoding) }
    var contentLanguages: [String] { texts(unsafe pointer.pointee.content_languages) }
    var contentLength: Int { Int(unsafe pointer.pointee.clength) }
    var isChunked: Bool {
        get { unsafe pointer.pointee.chunked != 0 }
        nonmutating set { unsafe pointer.pointee.chunked = newValue ? 1 : 0 }
    }
    var noCache: Bool {
        get { unsafe pointer.pointee.no_cache != 0 }
        nonmutating set { unsafe pointer.pointee.no_cache = newValue ? 1 : 0 }
    }
    var noLocalCopy: Bool {
        get { unsafe pointer.pointee.no_local_copy != 0 }
        nonmutating set { unsafe pointer.pointee.no_local_copy = newValue ? 1 : 0 }
    }
    var vlistValidator: String? { text(unsafe pointer.pointee.vlist_validator) }
    var sentBodyCount: Int { Int(unsafe pointer.pointee.sent_bodyct) }
    var bytesSent: Int { Int(unsafe pointer.pointee.bytes_sent) }
    var range: String? { text(unsafe pointer.pointee.range) }
    var logID: String? { text(unsafe pointer.pointee.log_id) }

    /// Sets a status line for a status that httpd does not know (418): httpd would send 500
    /// instead.
    func nameStatus(_ status: Int32) {
        guard status >= 100, status != HTTP_INTERNAL_SERVER_ERROR,
            ap_index_of_response(status) == ap_index_of_response(HTTP_INTERNAL_SERVER_ERROR)
        else { return }
        let line = status == 418 ? "418 I'm a Teapot" : "\(status) Status \(status)"
        _ = setStatusLine(line)
    }

    // MARK: Return false if a text is not allowed in a header; then nothing is set

    func setStatusLine(_ line: String?) -> Bool {
        unsafe set(\.status_line, line, refusing: .lineBreaks)
    }

    func setContentEncoding(_ encoding: String?) -> Bool {
        unsafe set(\.content_encoding, encoding, refusing: .lineBreaks)
    }

    func setContentType(_ type: String?) -> Bool {
        guard let type else {
            unsafe ap_set_content_type(pointer, nil)
            return true
        }
        guard let copy = unsafe pool?.copy(type, refusing: .lineBreaks) else { return false }
        unsafe ap_set_content_type(pointer, copy)
        return true
    }

    func setContentLanguages(_ languages: [String]) -> Bool {
        guard let array = pool?.copy(languages, refusing: .lineBreaks) else { return false }
        unsafe pointer.pointee.content_languages = array
        return true
    }

    /// Sets the length in bytes.
    func setContentLength(_ length: Int) {
        ResponseGuard.begin(for: self, checksLength: true)
        unsafe ap_set_content_length(pointer, apr_off_t(length))
    }

    // MARK: Conditions

    /// The time in seconds since 1970; httpd's value 0 means unknown.
    var mtime: Double? {
        let time = unsafe pointer.pointee.mtime
        return time == 0 ? nil : seconds(time)
    }

    /// Sets a time, which must be representable in a header.
    func updateMtime(_ time: Double) {
        unsafe ap_update_mtime(pointer, apr_time_t(time * 1_000_000))
    }

    func setLastModified() { unsafe ap_set_last_modified(pointer) }
    func setETag() { unsafe ap_set_etag(pointer) }
    func meetsConditions() -> Int32 { unsafe ap_meets_conditions(pointer) }

    /// Creates the tag; httpd's empty text means none.
    func makeETag(weak: Bool) -> String? {
        text(unsafe ap_make_etag(pointer, weak ? 1 : 0)).flatMap { $0.isEmpty ? nil : $0 }
    }
}
