// SPDX-License-Identifier: Apache-2.0

internal import CApache

extension RequestRecord {
    /// Whether mod_request has kept the body (`KeptBodySize`): it is read again from the beginning.
    var hasKeptBody: Bool { unsafe pointer.pointee.kept_body != nil }

    /// Passes the query string to body without copying it; no bytes if there is none.
    func withQuery<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let query = unsafe pointer.pointee.args else { return try body(Span()) }
        let bytes = unsafe UnsafeRawBufferPointer(start: query, count: strlen(query))
        // SAFETY: httpd's string is not changed during the call.
        return try body(unsafe Span(_unsafeElements: bytes.bindMemory(to: UInt8.self)))
    }

    /// Whether Content-Type is the urlencoded type in the form that browsers send; false if it must
    /// be parsed. Nil if there is none.
    var isURLEncoded: Bool? {
        let value = unsafe headersIn.firstBytes("Content-Type")
        guard let start = value.baseAddress else { return nil }
        let type: StaticString = "application/x-www-form-urlencoded"
        // SAFETY: a C string of httpd and a literal; the byte after the compared ones exists.
        return unsafe value.count >= type.utf8CodeUnitCount
            && strncasecmp(
                UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self),
                UnsafeRawPointer(type.utf8Start).assumingMemoryBound(to: CChar.self),
                type.utf8CodeUnitCount) == 0
            && (start[type.utf8CodeUnitCount] == 0
                || start[type.utf8CodeUnitCount] == UInt8(ascii: ";"))
    }

    /// The value of Content-Length; 0 if there is none.
    var announcedLength: Int {
        guard let start = unsafe headersIn.firstBytes("Content-Length").baseAddress else {
            return 0
        }
        // SAFETY: a C string; httpd has rejected values that are not numbers.
        let text = unsafe UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self)
        return unsafe max(0, strtol(text, nil, 10))
    }
}
