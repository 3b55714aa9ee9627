// SPDX-License-Identifier: Apache-2.0

import SwiftParser
import SwiftSyntax

/// A source file as a syntax tree, with the author's line numbers.
struct ParsedSource {
    let path: String
    let tree: SourceFileSyntax
    private let lineStarts: [Int]

    init(_ source: HandlerSource) {
        path = source.path
        // SwiftParser stops at 256 levels of brackets and keeps the rest as one unexpected piece.
        // For some chains (thousands of nested `#if`, of `[` in a type, of `try`) it has no limit
        // and crashes; nearly all such files also crash the compiler.
        tree = Parser.parse(source: source.text)
        lineStarts = Self.lineStarts(in: source.text)
    }

    func place(of token: TokenSyntax) -> Place {
        Place(path: path, line: line(at: token.positionAfterSkippingLeadingTrivia.utf8Offset))
    }

    /// Returns the number of lines that start at or before an offset.
    private func line(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while low < high {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Offsets after each line feed, carriage return, or pair of them: the line ends that the
    /// compiler's messages count.
    private static func lineStarts(in text: String) -> [Int] {
        var starts = [0]
        var previous: UInt8 = 0
        for (offset, byte) in text.utf8.enumerated() {
            if byte == UInt8(ascii: "\n"), previous == UInt8(ascii: "\r") {
                starts[starts.count - 1] = offset + 1
            } else if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                starts.append(offset + 1)
            }
            previous = byte
        }
        return starts
    }
}
