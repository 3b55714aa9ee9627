// SPDX-License-Identifier: Apache-2.0

internal import Glibc

extension Span<UInt8> {
    /// Returns the first position of a byte in a range; nil if it does not occur.
    package func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        let part = extracting(range)
        // SAFETY: memchr(3) reads the bytes of the part, borrowed for the call.
        return unsafe part.withUnsafeBufferPointer { part in
            guard let start = part.baseAddress,
                let found = unsafe memchr(start, Int32(byte), part.count)
            else { return nil }
            return unsafe range.lowerBound + (UnsafeRawPointer(found) - UnsafeRawPointer(start))
        }
    }
}
