// SPDX-License-Identifier: Apache-2.0

internal import CApache

extension RequestRecord {
    /// Whether mod_request has kept the body (`KeptBodySize`): it is read again from the beginning.
    var hasKeptBody: Bool { unsafe pointer.pointee.kept_body != nil }

    /// Lends the query string; no bytes where there is none.
    func withQuery<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let query = unsafe pointer.pointee.args else { return try body(Span()) }
        let bytes = unsafe UnsafeRawBufferPointer(start: query, count: strlen(query))
        // SAFETY: httpd's string is not changed during the call.
        return try body(unsafe Span(_unsafeElements: bytes.bindMemory(to: UInt8.self)))
    }
}
