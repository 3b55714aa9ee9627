// SPDX-License-Identifier: Apache-2.0

/// A page, or an included file; it is read only once.
package struct PageFile: Sendable {
    package let path: String
    package let bytes: [UInt8]
    private let lineStarts: [Int]

    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
        lineStarts = Self.lineStarts(in: bytes)
    }

    /// The start of the content: after a byte order mark.
    var start: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

    /// Returns the line and column of an offset, both from 1; columns are bytes of UTF-8, as the
    /// compiler counts them.
    func location(of offset: Int) -> PageLocation {
        var low = 0
        var high = lineStarts.count
        while low < high {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle + 1 } else { high = middle }
        }
        // Editors do not count a byte order mark as part of the first line.
        let lineStart = low == 1 ? start : lineStarts[low - 1]
        return PageLocation(line: low, column: max(0, offset - lineStart) + 1)
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// Returns a line, counted from 1, without its line end; nil if there is none.
    func text(line: Int) -> String? {
        guard lineStarts.indices.contains(line - 1) else { return nil }
        let end = line < lineStarts.count ? lineStarts[line] : bytes.count
        let first = line == 1 ? start : lineStarts[line - 1]
        return String(decoding: bytes[first..<end].prefix { !$0.isNewline }, as: UTF8.self)
    }

    /// Returns the text without white space at its ends.
    func trimmed(_ range: Range<Int>) -> String {
        let rest = bytes[range].drop(while: \.isSpace)
        let count = rest.reversed().drop(while: \.isSpace).count
        return String(decoding: rest.prefix(count), as: UTF8.self)
    }

    func error(_ message: String, at offset: Int) -> PageSyntaxError {
        PageSyntaxError(file: path, location: location(of: offset), message: message)
    }

    /// Offsets after each line feed, carriage return, or pair of them: the line ends that the
    /// compiler counts.
    private static func lineStarts(in bytes: [UInt8]) -> [Int] {
        var starts = [0]
        var previous: UInt8 = 0
        for (offset, byte) in bytes.enumerated() {
            if byte == .lineFeed, previous == .carriageReturn {
                starts[starts.count - 1] = offset + 1
            } else if byte == .lineFeed || byte == .carriageReturn {
                starts.append(offset + 1)
            }
            previous = byte
        }
        return starts
    }
}

/// A location in a page: line and column count from 1, the column in bytes of UTF-8.
package struct PageLocation: Equatable, Sendable {
    package let line: Int
    package let column: Int
}

/// The reason why a page cannot be translated.
package struct PageSyntaxError: Error, Equatable, Sendable, CustomStringConvertible {
    package let file: String
    package let location: PageLocation
    package let message: String

    /// The error in the compiler's form: `/srv/page.psp:3:5: error: …`.
    package var description: String {
        "\(file):\(location.line):\(location.column): error: \(message)"
    }
}
