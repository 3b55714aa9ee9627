// SPDX-License-Identifier: Apache-2.0

internal import CApache

/// The bytes of names and values, which the fields of a form share.
final class FieldBuffer {
    private(set) var bytes: [UInt8]

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    /// Adds bytes behind the others.
    func append(_ span: Span<UInt8>) {
        // SAFETY: the bytes are borrowed for the call and copied.
        unsafe span.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Adds bytes behind the others.
    func append(_ more: some Collection<UInt8>) { bytes.append(contentsOf: more) }

    /// A copy as text; invalid UTF-8 is repaired.
    func text(_ range: Range<Int>) -> String {
        // SAFETY: the bytes are borrowed for the call; the range was made with them.
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe String(
                decoding: UnsafeBufferPointer(rebasing: buffer[range]), as: UTF8.self)
        }
    }

    /// Lends the bytes.
    func withBytes<Result>(
        _ range: Range<Int>, _ body: (Span<UInt8>) throws -> Result
    ) rethrows -> Result {
        let bytes = bytes
        return try body(bytes.span.extracting(range))
    }

    /// Whether the bytes are those of a text.
    func holds(_ text: UnsafeBufferPointer<UInt8>, at range: Range<Int>) -> Bool {
        guard range.count == text.count else { return false }
        guard let start = text.baseAddress else { return true }
        // SAFETY: both have as many bytes; the range was made with the buffer's.
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe range.isEmpty
                || memcmp(
                    buffer.baseAddress.unsafelyUnwrapped + range.lowerBound, start, text.count) == 0
        }
    }
}

extension FieldStorage {
    /// The first field from an index on that has a name; nil where there is none.
    func index(of name: String, from start: Int = 0) -> Int? {
        var name = name
        // SAFETY: the name is borrowed for the call.
        return name.withUTF8 { text in
            var index = start
            while index < fields.count {
                let isNamed = unsafe fields[index].buffer.holds(text, at: fields[index].nameRange)
                if isNamed { return index }
                index += 1
            }
            return nil
        }
    }
}

extension [UInt8] {
    /// Adds bytes that are borrowed.
    mutating func append(borrowed span: Span<UInt8>) {
        // SAFETY: the bytes are borrowed for the call and copied.
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// A copy of bytes that are borrowed.
    init(borrowed span: Span<UInt8>) {
        self = []
        append(borrowed: span)
    }
}
