// SPDX-License-Identifier: Apache-2.0
//
// https://url.spec.whatwg.org/#urlencoded-parsing

/// Parses `application/x-www-form-urlencoded` as the URL Standard says.
///
/// The input arrives in pieces; the cuts do not affect the result. There is no malformed input: `&`
/// is the only separator, the first `=` ends the name, `+` is a space, and a `%` that is not
/// followed by two hexadecimal digits is literal. Only limits can be exceeded.
package struct URLEncodedParser {
    /// All names and values, decoded, one after the other; unused bytes may follow.
    package private(set) var bytes: [UInt8] = []
    /// The complete pairs, in order.
    package private(set) var pairs: [FieldEntry] = []

    private let maximumPairs: Int
    private let maximumPairSize: Int
    private let keepsBlankValues: Bool
    private let expectedSize: Int
    /// The number of used bytes in ``bytes``.
    private var count = 0
    /// The start of the current pair.
    private var start = 0
    /// The start of its value; -1 before the `=`.
    private var nameEnd = -1
    /// The number of bytes of a possible escape at the end of a piece: `%`, and perhaps a digit.
    private var pending = 0
    private var pendingDigit: UInt8 = 0

    /// Creates a parser.
    ///
    /// - Parameters:
    ///   - maximumPairs: The maximum number of pairs.
    ///   - maximumPairSize: The maximum size of one name and value together, decoded, in bytes.
    ///   - keepsBlankValues: Whether pairs without a value are included.
    ///   - expectedSize: The expected number of bytes; 0 if that is not known.
    package init(
        maximumPairs: Int = .max, maximumPairSize: Int = .max, keepsBlankValues: Bool = true,
        expectedSize: Int = 0
    ) {
        self.expectedSize = expectedSize
        self.maximumPairs = maximumPairs
        self.maximumPairSize = maximumPairSize
        self.keepsBlankValues = keepsBlankValues
    }

    /// Parses the next piece of the input.
    package mutating func feed(_ input: Span<UInt8>) throws(FormLimitError) {
        makeRoom(for: input.count)
        var index = 0
        while pending > 0, index < input.count {
            try finishEscape(input[index], at: &index)
        }
        index = try decode(input, from: index)
        if index < input.count { try holdEscape(input, from: index + 1) }
        try checkSize()
    }

    /// Decodes the piece to its end, or to an escape that is cut at its end.
    ///
    /// - Returns: The position up to which it was decoded.
    private mutating func decode(
        _ input: Span<UInt8>, from position: Int
    ) throws(FormLimitError) -> Int {
        // The array is moved out meanwhile: a span of it would borrow the parser.
        var storage: [UInt8] = []
        swap(&storage, &bytes)
        var output = storage.mutableSpan
        var written = count
        var index = position
        while index < input.count {
            let byte = input[index]
            if Self.standsForItself(byte) {
                output[written] = byte
                written += 1
                index += 1
                continue
            }
            switch byte {
            case ASCII.ampersand:
                try endPair(at: written, of: output.span)
                index += 1
                continue
            case ASCII.equals where nameEnd < 0:
                nameEnd = written
                index += 1
                continue
            case ASCII.plus:
                output[written] = ASCII.space
            case ASCII.percent:
                guard index + 2 < input.count else {
                    count = written
                    swap(&storage, &bytes)
                    return index
                }
                if let high = ASCII.hexadecimalValue(input[index + 1]),
                    let low = ASCII.hexadecimalValue(input[index + 2])
                {
                    output[written] = high << 4 | low
                    index += 2
                } else {
                    output[written] = byte
                }
            default:
                output[written] = byte
            }
            written += 1
            index += 1
        }
        count = written
        swap(&storage, &bytes)
        return index
    }

    /// Whether it is a byte other than `&`, `=`, `+` and `%`; for most bytes one comparison is
    /// enough.
    @inline(__always)
    private static func standsForItself(_ byte: UInt8) -> Bool {
        byte > ASCII.equals || (byte > ASCII.plus && byte < ASCII.equals)
    }

    /// Ends the input.
    package mutating func finish() throws(FormLimitError) {
        makeRoom(for: 0)
        flushEscape()
        var storage: [UInt8] = []
        swap(&storage, &bytes)
        defer { swap(&storage, &bytes) }
        try endPair(at: count, of: storage.span)
    }

    /// Returns the bytes of a name or value as text.
    package func text(_ range: Range<Int>) -> String {
        String(repairing: bytes.span.extracting(range))
    }

    /// Makes space for a piece, and for an escape that an earlier one has begun.
    private mutating func makeRoom(for size: Int) {
        let needed = count + size + 2
        if needed <= bytes.count { return }
        if bytes.isEmpty {
            let room = max(needed, min(expectedSize, Self.mostExpected) + 2)
            bytes = [UInt8](repeating: 0, count: room)
            // Most pairs have at least 16 bytes.
            pairs.reserveCapacity(min(room / 16 + 1, 64))
        } else {
            bytes += [UInt8](repeating: 0, count: max(needed - bytes.count, bytes.count))
        }
    }

    /// The limit for memory reserved in advance: the client announces the size, which costs it
    /// nothing.
    private static let mostExpected = 8192

    /// Ends the current pair; there is none between two separators.
    private mutating func endPair(
        at end: Int, of output: Span<UInt8>
    ) throws(FormLimitError) {
        let start = start
        let nameEnd = nameEnd
        self.start = end
        self.nameEnd = -1
        if nameEnd < 0, end == start { return }
        try add(
            FieldEntry(output, start: start, nameEnd: nameEnd < 0 ? end : nameEnd, end: end))
    }

    private mutating func add(_ pair: FieldEntry) throws(FormLimitError) {
        if !keepsBlankValues, pair.isBlank { return }
        if pair.count > maximumPairSize { throw FormLimitError(.field) }
        if pairs.count == maximumPairs { throw FormLimitError(.fields) }
        pairs.append(pair)
    }

    /// Checks the current pair, which may exceed the limit long before it ends.
    private func checkSize() throws(FormLimitError) {
        if count - start > maximumPairSize { throw FormLimitError(.field) }
    }

    /// Takes the byte after the beginning of an escape, if it belongs to it.
    private mutating func finishEscape(_ byte: UInt8, at index: inout Int) throws(FormLimitError) {
        guard let digit = ASCII.hexadecimalValue(byte) else { return flushEscape() }
        index += 1
        if pending == 1 {
            pending = 2
            pendingDigit = byte
            return
        }
        pending = 0
        put((ASCII.hexadecimalValue(pendingDigit) ?? 0) << 4 | digit)
    }

    /// Keeps the beginning of an escape at the end of a piece: at most one byte follows its `%`.
    private mutating func holdEscape(
        _ input: Span<UInt8>, from index: Int
    ) throws(FormLimitError) {
        pending = 1
        guard index < input.count else { return }
        var rest = index
        try finishEscape(input[rest], at: &rest)
        // A byte that cannot belong to an escape is parsed like any other.
        if rest == index { try feed(input.extracting(index..<input.count)) }
    }

    /// Writes the beginning of a text that is not an escape.
    private mutating func flushEscape() {
        if pending > 0 { put(ASCII.percent) }
        if pending > 1 { put(pendingDigit) }
        pending = 0
    }

    private mutating func put(_ byte: UInt8) {
        bytes[count] = byte
        count += 1
    }
}
