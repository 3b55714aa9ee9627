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

    /// Returns the first position, from a start on, of a byte that is followed by another one or is
    /// the last one; nil if there is none.
    package func firstIndex(of byte: UInt8, before next: UInt8, from start: Int) -> Int? {
        let text = extracting(start..<count)
        // SAFETY: memchr(3) reads the bytes of the text, borrowed for the call; the byte that it
        // finds is before the end, and the next one is read only if it is before the end, too.
        return unsafe text.withUnsafeBufferPointer { text in
            guard let first = text.baseAddress else { return nil }
            let end = unsafe first + text.count
            var position = unsafe first
            while let found = unsafe memchr(position, Int32(byte), end - position) {
                unsafe position = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) + 1
                if unsafe position == end || position.pointee == next {
                    return unsafe start + (position - first) - 1
                }
            }
            return nil
        }
    }
}
