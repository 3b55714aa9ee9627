// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: only obtained from live records; its allocations live as long as they do.
/// An APR pool: memory that is freed all at once when the object that it belongs to ends.
///
/// Borrowed from httpd; never kept longer than the record from which it was obtained.
@safe struct Pool {
    let pointer: OpaquePointer

    init?(_ pointer: OpaquePointer?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    /// Copies a string into the pool as a C string.
    ///
    /// - Returns: The copy, or nil if the text contains one of `forbidden`, or NUL.
    @inline(__always)
    func copy(_ text: String, refusing forbidden: ForbiddenBytes) -> UnsafeMutablePointer<CChar>? {
        // SAFETY: the bytes are borrowed for the call and copied by apr_pstrmemdup.
        unsafe text.withBorrowedUTF8 { bytes in
            guard unsafe forbidden.areAbsent(from: bytes), let base = bytes.baseAddress
            else { return unsafe bytes.isEmpty ? apr_pstrmemdup(pointer, "", 0) : nil }
            return unsafe base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                unsafe apr_pstrmemdup(pointer, $0, bytes.count)
            }
        }
    }
}

/// The bytes that a text must not contain, depending on its destination.
enum ForbiddenBytes {
    /// NUL only: for any C string.
    case null
    /// NUL, CR and LF: for a part of a header.
    case lineBreaks

    @inline(__always)
    func areAbsent(from bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        // Nearly every text contains no byte that needs a closer check.
        guard let start = bytes.baseAddress else { return true }
        return unsafe !Self.mayBeIn(start, bytes.count) || areAbsentOneByOne(from: bytes)
    }

    /// Whether any byte is below 14. Most texts are short: those of 4 to 16 bytes are two words,
    /// which may overlap.
    @inline(__always)
    static func mayBeIn(_ start: UnsafeRawPointer, _ count: Int) -> Bool {
        guard count >= 4, count <= 16 else { return unsafe mayBeInOther(start, count) }
        // SAFETY: the second word ends where the text does, and neither begins before it.
        if count < 8 {
            let first = unsafe start.loadUnaligned(as: UInt32.self)
            let last = unsafe start.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
            return hits(in: UInt64(first) << 32 | UInt64(last)) != 0
        }
        let first = unsafe start.loadUnaligned(as: UInt64.self)
        let last = unsafe start.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
        return hits(in: first) | hits(in: last) != 0
    }

    @inline(never)
    private static func mayBeInOther(_ start: UnsafeRawPointer, _ count: Int) -> Bool {
        // SAFETY: no offset exceeds the count minus the size of the load at that offset.
        guard count >= 8 else {
            return (0..<count).contains { index in
                unsafe start.load(fromByteOffset: index, as: UInt8.self) < 14
            }
        }
        var found = unsafe hits(
            in: start.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self))
        for offset in stride(from: 0, to: count - 8, by: 8) {
            unsafe found |= hits(in: start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        return found != 0
    }

    /// Returns a nonzero value if one of eight bytes is below 14.
    @inline(__always)
    private static func hits(in word: UInt64) -> UInt64 {
        (word &- 0x0e0e_0e0e_0e0e_0e0e) & ~word & 0x8080_8080_8080_8080
    }

    @inline(never)
    private func areAbsentOneByOne(from bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        unsafe bytes.allSatisfy { $0 != 0 && (self == .null || $0 != 13 && $0 != 10) }
    }
}

// SAFETY: httpd's strings end with NUL and live as long as the record from which they were read.
/// Returns a name or password as a client sent it: decoded as UTF-8, or otherwise as Latin-1, so
/// that different ones stay different.
@safe func credential(_ pointer: UnsafePointer<CChar>?) -> String? {
    guard let pointer = unsafe pointer else { return nil }
    if let text = unsafe String(validatingCString: pointer) { return text }
    let bytes = unsafe bytes(pointer)
    return String(String.UnicodeScalarView(unsafe bytes.map { Unicode.Scalar($0) }))
}

// SAFETY: httpd's strings end with NUL.
/// Creates a String from bytes that httpd owns: a copy, with invalid UTF-8 repaired.
@inline(__always)
@safe func text(_ pointer: UnsafePointer<CChar>?) -> String? {
    guard let pointer = unsafe pointer else { return nil }
    return unsafe String(cString: pointer)
}
