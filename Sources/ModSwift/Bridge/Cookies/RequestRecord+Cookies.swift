// SPDX-License-Identifier: Apache-2.0

internal import CApache

extension RequestRecord {
    /// Calls body with the client's Cookie field, borrowed for the call; several fields are joined.
    func withCookieField<Result>(_ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
        let headers = headersIn
        var index: Int32 = 0
        guard let first = unsafe headers.nextValue("Cookie", from: &index) else {
            let none: [UInt8] = []
            return try body(none.span)
        }
        guard let second = unsafe headers.nextValue("Cookie", from: &index) else {
            // SAFETY: the value stays in the request's pool as long as the request.
            return try body(unsafe Span(_unsafeElements: first))
        }
        // SAFETY: as above; the bytes are copied here.
        var field = unsafe Array(first)
        var next = unsafe Optional(second)
        while let value = unsafe next {
            field += [UInt8(ascii: ";"), UInt8(ascii: " ")]
            unsafe field.append(contentsOf: value)
            unsafe next = headers.nextValue("Cookie", from: &index)
        }
        return try body(field.span)
    }

    /// Adds a cookie to the headers of any response, errors included. The first one also tells
    /// caches not to send the cookies to other clients. False where the value is not valid in a
    /// header.
    func addSetCookie(_ value: [UInt8]) -> Bool {
        let headers = errHeadersOut
        let name: StaticString = "Set-Cookie"
        if !headers.contains(name) {
            _ = headers.add("Cache-Control", "no-cache=\"set-cookie\"")
        }
        // SAFETY: bytes have no alignment; they are copied into the table's pool.
        return unsafe headers.add(name, BorrowedBytes(value.span.bytes))
    }
}

extension Span<UInt8> {
    /// Returns a copy of bytes.
    func bytes(_ range: Range<Int>) -> [UInt8] {
        // SAFETY: the range is checked when the part is taken; the bytes are copied here.
        let part = self.extracting(range)
        return unsafe part.withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// Returns bytes as text; nil if they are not UTF-8.
    func text(_ range: Range<Int>) -> String? {
        guard let text = try? UTF8Span(validating: extracting(range)) else { return nil }
        return String(copying: text)
    }
}
