// SPDX-License-Identifier: Apache-2.0
//
// RFC 2046 5.1, RFC 7578.

/// An error in a multipart body.
package enum MultipartError: Error, Equatable {
    /// It ends before its closing delimiter.
    case truncated
    /// It contains no delimiter.
    case noDelimiter
    /// There is text after the boundary in a delimiter's line.
    case malformedDelimiter
    /// A part's header is malformed.
    case malformedHeader
    /// A part's header block exceeds the limit.
    case headerTooLarge
}

/// Parses a multipart body: bytes in, events out.
///
/// The bytes arrive in pieces; the cuts do not affect the result. The parser stores only a part's
/// header block and the number of matched bytes of a delimiter: content is reported as ranges of
/// the piece.
///
/// Lines end with CRLF. If the first delimiter's line ends with a bare LF, the lines of the whole
/// body do; in other bodies an LF in content is content.
package struct MultipartParser {
    /// An event of parsing.
    package enum Event {
        /// A part's header is complete; its content follows.
        case part(PartHeader)
        /// A range of the piece is content of the part.
        case content(Range<Int>)
        /// The beginning of a possible delimiter, perhaps from earlier pieces, is content.
        case held(ArraySlice<UInt8>)
        /// The part is complete.
        case endOfPart
    }

    private enum State {
        /// Before the first delimiter, or in content.
        case content
        /// After a boundary.
        case boundaryEnd(BoundaryEnd)
        case header
        case epilogue
    }

    /// The bytes after a boundary in its line.
    private enum BoundaryEnd {
        case nothing
        case dash
        case carriageReturn
        case padding
        case paddingAndCarriageReturn
    }

    private let maximumHeaderSize: Int
    private var search: DelimiterSearch
    /// In the preamble and in bodies whose lines end with LF, the delimiter begins with LF.
    private let shortSearch: DelimiterSearch
    private let longSearch: DelimiterSearch
    private var state = State.content
    private var isInPreamble = true
    /// The number of matched bytes of the delimiter at the end of the input so far.
    private var matched = 1
    /// The number of these bytes that are never content: those of the line break before the
    /// content.
    private var unreal = 1
    private var header: [UInt8] = []
    private var lineStart = 0

    /// Creates a parser.
    ///
    /// - Parameters:
    ///   - boundary: 1 to 70 bytes, without control characters.
    ///   - maximumHeaderSize: The maximum size of a part's header block in bytes.
    package init(boundary: [UInt8], maximumHeaderSize: Int) {
        self.maximumHeaderSize = maximumHeaderSize
        shortSearch = DelimiterSearch(Array("\n--".utf8) + boundary)
        longSearch = DelimiterSearch(Array("\r\n--".utf8) + boundary)
        search = shortSearch
    }

    /// Returns the next event; nil if that requires more bytes.
    ///
    /// - Parameters:
    ///   - bytes: The piece; the same one until nil is returned.
    ///   - position: The position up to which it has been read; 0 for a new piece.
    package mutating func next(
        in bytes: Span<UInt8>, from position: inout Int
    ) throws(MultipartError) -> Event? {
        while position < bytes.count {
            let event: Event?
            switch state {
            case .content: event = readContent(bytes, &position)
            case .boundaryEnd(let end):
                event = try readBoundaryEnd(end, bytes[position], &position)
            case .header: event = try readHeader(bytes, &position)
            case .epilogue:
                position = bytes.count
                event = nil
            }
            if let event { return event }
        }
        return nil
    }

    /// Whether the closing delimiter has been read; the bytes after it have no meaning.
    package var isAtEnd: Bool {
        if case .epilogue = state { true } else { false }
    }

    /// Ends the input.
    package func finish() throws(MultipartError) {
        guard isAtEnd else { throw isInPreamble ? .noDelimiter : .truncated }
    }

    // MARK: Content

    private mutating func readContent(_ bytes: Span<UInt8>, _ position: inout Int) -> Event? {
        let length = search.delimiter.count
        if matched > 0 {
            while matched < length, position < bytes.count,
                bytes[position] == search.delimiter[matched]
            {
                matched += 1
                position += 1
            }
            if matched == length {
                state = .boundaryEnd(.nothing)
                return nil
            }
            return position < bytes.count ? release() : nil
        }
        let start = position
        let found = search.first(in: bytes, from: start)
        matched = found.matched
        position = found.index + found.matched
        if matched == length { state = .boundaryEnd(.nothing) }
        return isInPreamble || found.index == start ? nil : .content(start..<found.index)
    }

    /// Treats the bytes matched so far, and optionally a byte after them, as content, because they
    /// are not a delimiter.
    private mutating func release(and byte: UInt8? = nil) -> Event? {
        var held = search.delimiter[unreal..<matched]
        if let byte { held.append(byte) }
        matched = 0
        unreal = 0
        state = .content
        return isInPreamble || held.isEmpty ? nil : .held(held)
    }

    // MARK: After a boundary

    private mutating func readBoundaryEnd(
        _ end: BoundaryEnd, _ byte: UInt8, _ position: inout Int
    ) throws(MultipartError) -> Event? {
        switch (end, byte) {
        case (.nothing, ASCII.dash): state = .boundaryEnd(.dash)
        case (.nothing, ASCII.carriageReturn): state = .boundaryEnd(.carriageReturn)
        case (.padding, ASCII.carriageReturn): state = .boundaryEnd(.paddingAndCarriageReturn)
        case (.nothing, ASCII.space), (.nothing, ASCII.tab), (.padding, ASCII.space),
            (.padding, ASCII.tab):
            state = .boundaryEnd(.padding)
        case (.dash, ASCII.dash):
            position += 1
            return endPart(next: .epilogue)
        case (.nothing, ASCII.lineFeed), (.padding, ASCII.lineFeed):
            position += 1
            return endDelimiter(withCarriageReturn: false)
        case (.carriageReturn, ASCII.lineFeed), (.paddingAndCarriageReturn, ASCII.lineFeed):
            position += 1
            return endDelimiter(withCarriageReturn: true)
        case (.nothing, _): return release()
        case (.dash, _): return release(and: ASCII.dash)
        case (.carriageReturn, _): return release(and: ASCII.carriageReturn)
        case (.padding, _), (.paddingAndCarriageReturn, _): throw .malformedDelimiter
        }
        position += 1
        return nil
    }

    /// Ends the line of a delimiter; the first such line determines the line ends.
    private mutating func endDelimiter(withCarriageReturn: Bool) -> Event? {
        if isInPreamble, withCarriageReturn { search = longSearch }
        return endPart(next: .header)
    }

    private mutating func endPart(next state: State) -> Event? {
        self.state = state
        defer { isInPreamble = false }
        return isInPreamble ? nil : .endOfPart
    }

    // MARK: Header

    private mutating func readHeader(
        _ bytes: Span<UInt8>, _ position: inout Int
    ) throws(MultipartError) -> Event? {
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard header.count < maximumHeaderSize else { throw .headerTooLarge }
            header.append(byte)
            guard byte == ASCII.lineFeed else { continue }
            let length = header.count - lineStart
            if length == 1 || length == 2 && header[lineStart] == ASCII.carriageReturn {
                return .part(try endHeader())
            }
            lineStart = header.count
        }
        return nil
    }

    private mutating func endHeader() throws(MultipartError) -> PartHeader {
        let part = try PartHeader(Array(header[..<lineStart]))
        header.removeAll(keepingCapacity: true)
        lineStart = 0
        state = .content
        // The break of the empty line may belong to a delimiter: if the part has no content.
        matched = search.delimiter.count - shortSearch.delimiter.count + 1
        unreal = matched
        return part
    }
}
