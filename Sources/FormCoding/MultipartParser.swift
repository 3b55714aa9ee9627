// SPDX-License-Identifier: Apache-2.0
//
// RFC 2046 5.1, RFC 7578.

/// What is wrong with a multipart body.
package enum MultipartError: Error, Equatable {
    /// It ends before its closing delimiter.
    case truncated
    /// There is no delimiter in it.
    case noDelimiter
    /// Something follows the boundary in a delimiter's line.
    case malformedDelimiter
    /// A part's header cannot be read.
    case malformedHeader
    /// A part's header block is larger than the limit.
    case headerTooLarge
}

/// Parses a multipart body: bytes in, events out.
///
/// The bytes come in pieces; where they are cut changes nothing. The parser keeps a part's header
/// block and how much of a delimiter has come, nothing else: content is told as ranges of the piece.
///
/// Lines end with CRLF. Where the first delimiter's line ends with LF alone, the lines of the whole
/// body do; in other bodies an LF in content is content.
package struct MultipartParser {
    /// What has come.
    package enum Event {
        /// A part's header is complete; its content follows.
        case part(PartHeader)
        /// Bytes of the piece belong to the part's content.
        case content(Range<Int>)
        /// The beginning of what could have been a delimiter, in earlier pieces perhaps, is content.
        case held(ArraySlice<UInt8>)
        /// The part is complete.
        case endOfPart
    }

    private enum State {
        /// Before the first delimiter, and in content.
        case content
        /// Behind a boundary.
        case boundaryEnd(BoundaryEnd)
        case header
        case epilogue
    }

    /// What has come in a line behind a boundary.
    private enum BoundaryEnd {
        case nothing
        case dash
        case carriageReturn
        case padding
        case paddingAndCarriageReturn
    }

    private let maximumHeaderSize: Int
    private var search: DelimiterSearch
    /// In the preamble and in bodies of lines that end with LF, the delimiter begins with LF.
    private let shortSearch: DelimiterSearch
    private let longSearch: DelimiterSearch
    private var state = State.content
    private var isInPreamble = true
    /// How many bytes of the delimiter have matched at the end of what has come.
    private var matched = 1
    /// How many of them are not content, whatever follows: the line break before the content.
    private var unreal = 1
    private var header: [UInt8] = []
    private var lineStart = 0

    /// Makes a parser.
    ///
    /// - Parameters:
    ///   - boundary: 1 to 70 bytes, without control characters.
    ///   - maximumHeaderSize: The most bytes of a part's header block.
    package init(boundary: [UInt8], maximumHeaderSize: Int) {
        self.maximumHeaderSize = maximumHeaderSize
        shortSearch = DelimiterSearch(Array("\n--".utf8) + boundary)
        longSearch = DelimiterSearch(Array("\r\n--".utf8) + boundary)
        search = shortSearch
    }

    /// The next event; nil where more bytes are needed for one.
    ///
    /// - Parameters:
    ///   - bytes: The piece; the same one until nil is returned.
    ///   - position: How far it was read; 0 for a new piece.
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

    /// Whether the closing delimiter has come; what follows it has no meaning.
    package var isAtEnd: Bool {
        if case .epilogue = state { true } else { false }
    }

    /// Says that no more bytes come.
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

    /// What has matched so far, and perhaps a byte behind it, is no delimiter.
    private mutating func release(and byte: UInt8? = nil) -> Event? {
        var held = search.delimiter[unreal..<matched]
        if let byte { held.append(byte) }
        matched = 0
        unreal = 0
        state = .content
        return isInPreamble || held.isEmpty ? nil : .held(held)
    }

    // MARK: Behind a boundary

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

    /// The line of a delimiter has ended; the first one says how lines end.
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
        // The empty line's break may be that of a delimiter: of a part without content.
        matched = search.delimiter.count - shortSearch.delimiter.count + 1
        unreal = matched
        return part
    }
}
