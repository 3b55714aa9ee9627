// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// Searches for a delimiter: the C library finds its first byte, many bytes at a time, and the
/// bytes after it are compared there.
///
/// The first byte of the delimiter, which is part of a line break, occurs in it only once.
/// Therefore no comparison reads a byte that an earlier one has matched, and the time is linear for
/// every input, although a client chooses both the text and the delimiter.
struct DelimiterSearch: Sendable {
    /// The delimiter: a line break, two dashes, the boundary. Its first byte occurs once.
    let delimiter: [UInt8]

    init(_ delimiter: [UInt8]) { self.delimiter = delimiter }

    /// Returns the position at which the delimiter begins, or of an end of the text that may be its
    /// beginning; and the number of its bytes there.
    func first(in text: Span<UInt8>, from start: Int) -> (index: Int, matched: Int) {
        let delimiter = delimiter.span
        var position = start
        while let index = text.firstIndex(of: delimiter[0], before: delimiter[1], from: position) {
            position = index + 1
            var matched = 1
            while matched < delimiter.count, position < text.count,
                text[position] == delimiter[matched]
            {
                matched += 1
                position += 1
            }
            if matched == delimiter.count || position == text.count { return (index, matched) }
        }
        return (text.count, 0)
    }
}
