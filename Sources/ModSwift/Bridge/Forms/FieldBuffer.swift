// SPDX-License-Identifier: Apache-2.0

internal import CApache
internal import FormCoding

/// The bytes of names and values, which the fields of a form share.
final class FieldBuffer {
    private(set) var bytes: [UInt8]

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    /// Appends bytes.
    func append(_ span: Span<UInt8>) {
        // SAFETY: the bytes are borrowed for the call and copied.
        unsafe span.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Appends bytes.
    func append(_ more: some Collection<UInt8>) { bytes.append(contentsOf: more) }

    /// Returns a copy as text; invalid UTF-8 is repaired.
    func text(_ range: Range<Int>) -> String {
        // SAFETY: the bytes are borrowed for the call; the range was made with them.
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe String(
                decoding: UnsafeBufferPointer(rebasing: buffer[range]), as: UTF8.self)
        }
    }

    /// Passes the bytes to body without copying them.
    func withBytes<Result>(
        _ range: Range<Int>, _ body: (Span<UInt8>) throws -> Result
    ) rethrows -> Result {
        let bytes = bytes
        return try body(bytes.span.extracting(range))
    }

    /// Sets the first bytes.
    func begin(with bytes: [UInt8]) { self.bytes = bytes }

    /// Returns an entry for a name and a value at the end of the buffer.
    func entry(from start: Int, nameEnd: Int) -> FieldEntry {
        let bytes = bytes
        return FieldEntry(bytes.span, start: start, nameEnd: nameEnd, end: bytes.count)
    }

    /// Appends a name and a value.
    func append(_ name: String, _ value: String) -> FieldEntry {
        let start = bytes.count
        append(name.utf8)
        let nameEnd = bytes.count
        append(value.utf8)
        return entry(from: start, nameEnd: nameEnd)
    }

    /// Returns the first entry, from a number on, that has a name; nil if there is none.
    func index(of name: String, in entries: [FieldEntry], from start: Int) -> Int? {
        // SAFETY: everything is borrowed for the call; the entries' ranges were created with the
        // bytes.
        unsafe name.withBorrowedUTF8 { name in
            unsafe entries.withUnsafeBufferPointer { entries in
                unsafe bytes.withUnsafeBufferPointer { bytes in
                    unsafe Self.index(of: name, in: entries, of: bytes, from: start)
                }
            }
        }
    }

    @inline(__always)
    private static func index(
        of name: UnsafeBufferPointer<UInt8>, in entries: UnsafeBufferPointer<FieldEntry>,
        of bytes: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Int? {
        let mark = unsafe FieldEntry.mark(of: Span(_unsafeElements: name))
        var index = start
        while index < entries.count {
            if unsafe entries[index].mark == mark {
                let range = unsafe entries[index].name
                let isNamed =
                    unsafe range.count == name.count
                    && (name.isEmpty
                        || memcmp(
                            bytes.baseAddress.unsafelyUnwrapped + range.lowerBound,
                            name.baseAddress.unsafelyUnwrapped, name.count) == 0)
                if isNamed { return index }
            }
            index += 1
        }
        return nil
    }
}

extension [UInt8] {
    /// Appends borrowed bytes.
    mutating func append(borrowed span: Span<UInt8>) {
        // SAFETY: the bytes are borrowed for the call and copied.
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// Creates a copy of borrowed bytes.
    init(borrowed span: Span<UInt8>) {
        self = []
        append(borrowed: span)
    }
}
