// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: the code that creates one has the bytes for the duration of the call, and does not keep
// it longer.
/// Bytes that are borrowed from their owner for the length of a call.
@safe struct BorrowedBytes {
    /// An arbitrary address if there are no bytes.
    let start: UnsafeRawPointer
    let count: Int

    @inline(__always)
    init(_ span: borrowing RawSpan) {
        let start = unsafe span.withUnsafeBytes { bytes in bytes.baseAddress }
        unsafe self.start = start ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
        count = span.byteCount
    }

    /// Creates a value for the bytes of a literal, which is never freed; nil if it is a scalar and
    /// not a text.
    @inline(__always)
    init?(_ literal: StaticString) {
        guard literal.hasPointerRepresentation else { return nil }
        unsafe start = UnsafeRawPointer(literal.utf8Start)
        count = literal.utf8CodeUnitCount
    }

    /// Whether they must be checked before they are set in a header.
    @inline(__always)
    var mayHoldLineBreaks: Bool { unsafe ForbiddenBytes.mayBeIn(start, count) }

    /// Whether they contain no NUL, CR or LF.
    var mayStandInHeader: Bool {
        unsafe ForbiddenBytes.lineBreaks.areAbsent(
            from: UnsafeBufferPointer(
                start: start.assumingMemoryBound(to: UInt8.self), count: count))
    }

    /// Returns a copy in a table's pool, as a C string.
    @inline(__always)
    func copy(for table: OpaquePointer) -> UnsafeMutablePointer<CChar>? {
        guard let copy = unsafe apr_palloc(msw_table_pool(table), count &+ 1) else { return nil }
        // SAFETY: there is space for the bytes and a NUL.
        unsafe memcpy(copy, start, count)
        unsafe copy.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
        return unsafe copy.assumingMemoryBound(to: CChar.self)
    }
}
