// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: only handed out by records that are alive; what it allocates lives as long as they do.
/// An APR pool: memory that is freed all at once, when what it belongs to ends.
///
/// Borrowed from httpd; never kept longer than the record it came from.
@safe struct Pool {
    let pointer: OpaquePointer

    init?(_ pointer: OpaquePointer?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    /// Copies a string into the pool as a C string.
    ///
    /// - Returns: The copy, or nil when the text holds one of `forbidden`, or NUL.
    @inline(__always)
    func copy(_ text: String, refusing forbidden: ForbiddenBytes) -> UnsafeMutablePointer<CChar>? {
        var text = text
        // SAFETY: the bytes are borrowed for the call and copied by apr_pstrmemdup.
        return text.withUTF8 { bytes in
            guard unsafe forbidden.areAbsent(from: bytes), let base = bytes.baseAddress
            else { return unsafe bytes.isEmpty ? apr_pstrmemdup(pointer, "", 0) : nil }
            return unsafe base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                unsafe apr_pstrmemdup(pointer, $0, bytes.count)
            }
        }
    }
}

/// Bytes that a text must not hold where it is going.
enum ForbiddenBytes {
    /// NUL alone: anything that becomes a C string.
    case null
    /// NUL, CR and LF: what becomes part of a header.
    case lineBreaks

    @inline(__always)
    func areAbsent(from bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        // Eight bytes at a time: the sum is set where one of them is below 14.
        var start = 0
        while start + 8 <= bytes.count {
            // SAFETY: eight bytes are there.
            let word = unsafe UnsafeRawBufferPointer(bytes)
                .loadUnaligned(fromByteOffset: start, as: UInt64.self)
            if (word &- 0x0e0e_0e0e_0e0e_0e0e) & ~word & 0x8080_8080_8080_8080 != 0 { break }
            start += 8
        }
        return unsafe areAbsentOneByOne(from: UnsafeBufferPointer(rebasing: bytes[start...]))
    }

    @inline(__always)
    private func areAbsentOneByOne(from bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in bytes.indices {
            let byte = unsafe bytes[index]
            if byte <= 13 {
                if byte == 0 { return false }
                if self == .lineBreaks, byte == 13 || byte == 10 { return false }
            }
        }
        return true
    }
}

// SAFETY: httpd's strings end in NUL and live as long as the record they were read from.
/// A String from bytes httpd owns: a copy, invalid UTF-8 repaired.
@inline(__always)
@safe func text(_ pointer: UnsafePointer<CChar>?) -> String? {
    guard let pointer = unsafe pointer else { return nil }
    return unsafe String(cString: pointer)
}
