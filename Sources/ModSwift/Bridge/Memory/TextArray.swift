// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: httpd's arrays of texts hold `const char *`, and live as long as the record that contains
// them.
/// Returns the texts of an array; empty if there is no array.
@safe func texts(_ array: UnsafePointer<apr_array_header_t>?) -> [String] {
    guard let array = unsafe array, let elements = unsafe array.pointee.elts else { return [] }
    let pointers = unsafe UnsafeRawPointer(elements)
        .assumingMemoryBound(to: UnsafePointer<CChar>?.self)
    return unsafe (0..<Int(array.pointee.nelts)).compactMap { unsafe text(pointers[$0]) }
}

extension Pool {
    // SAFETY: array and elements are in the pool.
    /// Returns an array with copies of texts; nil if one of them contains a forbidden byte.
    @safe func copy(
        _ texts: [String], refusing forbidden: ForbiddenBytes
    ) -> UnsafeMutablePointer<apr_array_header_t>? {
        let size = unsafe Int32(MemoryLayout<UnsafePointer<CChar>?>.size)
        let count = Int32(truncatingIfNeeded: texts.count)
        guard let array = unsafe apr_array_make(pointer, count, size) else { return nil }
        for text in texts {
            guard let copy = unsafe copy(text, refusing: forbidden),
                let place = unsafe apr_array_push(array)
            else { return nil }
            unsafe place.storeBytes(of: UnsafePointer(copy), as: UnsafePointer<CChar>?.self)
        }
        return unsafe array
    }
}
