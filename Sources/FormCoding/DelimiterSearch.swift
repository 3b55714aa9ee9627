// SPDX-License-Identifier: Apache-2.0

/// Searches for a delimiter by the Boyer-Moore-Horspool algorithm.
///
/// The first byte of the delimiter, which is a part of a line break, occurs in it once. So a
/// comparison never reads a byte that an earlier one has matched, and the time is linear for every
/// input, although a client chooses both the text and the delimiter.
struct DelimiterSearch: Sendable {
    /// What is searched for: a line break, two dashes, the boundary.
    let delimiter: [UInt8]
    /// How far to go on when a byte is seen at the end of a place that does not match.
    private let steps: [UInt8]

    /// Prepares the search.
    ///
    /// - Parameter delimiter: Two to 255 bytes, of which the first occurs once.
    init(_ delimiter: [UInt8]) {
        self.delimiter = delimiter
        var steps = [UInt8](repeating: UInt8(delimiter.count), count: 256)
        for (index, byte) in delimiter.dropLast().enumerated() {
            steps[Int(byte)] = UInt8(delimiter.count - 1 - index)
        }
        self.steps = steps
    }

    /// Where the delimiter begins, or the end of the text that may be its beginning; and how much of it
    /// is there.
    func first(in text: Span<UInt8>, from start: Int) -> (index: Int, matched: Int) {
        let length = delimiter.count
        let first = delimiter[0]
        var index = start
        while index + length <= text.count {
            if text[index] == first, matchedCount(in: text, at: index) == length {
                return (index, length)
            }
            index += Int(steps[Int(text[index + length - 1])])
        }
        while index < text.count {
            if text[index] == first {
                let matched = matchedCount(in: text, at: index)
                if index + matched == text.count { return (index, matched) }
            }
            index += 1
        }
        return (text.count, 0)
    }

    /// How many bytes of the delimiter stand in the text.
    private func matchedCount(in text: Span<UInt8>, at index: Int) -> Int {
        let length = min(delimiter.count, text.count - index)
        var matched = 0
        while matched < length, text[index + matched] == delimiter[matched] { matched += 1 }
        return matched
    }
}
