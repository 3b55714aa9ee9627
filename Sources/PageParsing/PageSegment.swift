// SPDX-License-Identifier: Apache-2.0

/// A segment of a page, in the order of its file.
enum PageSegment {
    /// Text that is sent unchanged.
    case text(Range<Int>)
    /// `<% … %>`.
    case code(ScannedCode, tag: Int)
    /// `<%= … %>`.
    case expression(ScannedCode, tag: Int)
    /// `<%! … %>`.
    case declaration(ScannedCode, tag: Int)
    /// `<%@ … %>`.
    case directive(PageDirective, tag: Int)
}

/// Splits a file into its segments.
struct PageLexer {
    private let file: PageFile
    private var scanner: SwiftScanner
    private var segments: [PageSegment] = []
    private var position: Int

    private init(_ file: PageFile) {
        self.file = file
        scanner = SwiftScanner(file)
        position = file.start
    }

    /// Returns the segments of a file, without comments.
    ///
    /// - Throws: ``PageSyntaxError`` for the first error in the file.
    static func segments(of file: PageFile) throws(PageSyntaxError) -> [PageSegment] {
        let (segments, error) = readable(of: file)
        if let error { throw error }
        return segments
    }

    /// Returns the segments before the first error in a file, and the error.
    static func readable(of file: PageFile) -> ([PageSegment], PageSyntaxError?) {
        var lexer = PageLexer(file)
        do throws(PageSyntaxError) {
            try lexer.checkText()
            try lexer.run()
            return (lexer.segments, nil)
        } catch {
            return (lexer.segments, error)
        }
    }

    private func checkText() throws(PageSyntaxError) {
        if let offset = file.firstInvalidByte {
            throw file.error("this byte is not UTF-8; pages are written in UTF-8", at: offset)
        }
        if let offset = file.bytes.firstIndex(of: 0) {
            throw file.error("a page cannot hold a NUL byte", at: offset)
        }
    }

    private mutating func run() throws(PageSyntaxError) {
        let bytes = file.bytes
        var start = position
        while position < bytes.count {
            guard bytes[position] == .less, position + 1 < bytes.count,
                bytes[position + 1] == .percent
            else {
                position += 1
                continue
            }
            if start < position { segments.append(.text(start..<position)) }
            try takeTag()
            start = position
        }
        if start < position { segments.append(.text(start..<position)) }
        try scanner.finish()
    }

    private mutating func takeTag() throws(PageSyntaxError) {
        let tag = position
        let rest = file.bytes[(tag + 2)...]
        if rest.begins(with: "--") { return try skipComment() }
        if rest.begins(with: "!--") || rest.begins(with: "@--") || rest.begins(with: "=--") {
            throw file.error("a comment begins with <%-- and ends with --%>", at: tag)
        }
        switch rest.first {
        case .equal:
            segments.append(.expression(try scanExpression(tag), tag: tag))
        case UInt8(ascii: "!"):
            segments.append(.declaration(try scanBalanced(tag), tag: tag))
        case UInt8(ascii: "@"):
            let code = try scanBalanced(tag)
            segments.append(.directive(try PageDirective(code, tag, file), tag: tag))
        default:
            let code = try scanner.scan(from: tag + 2, tag: tag)
            position = code.range.upperBound + 2
            if let offset = code.incomplete {
                throw file.error(
                    "the code of this tag ends in the middle of an expression", at: offset)
            }
            segments.append(.code(code, tag: tag))
        }
    }

    private mutating func scanExpression(_ tag: Int) throws(PageSyntaxError) -> ScannedCode {
        let code = try scanBalanced(tag)
        guard code.firstToken != nil else {
            throw file.error("this <%= … %> holds no expression", at: tag)
        }
        if let offset = code.incomplete {
            throw file.error("this expression is not complete", at: offset)
        }
        return code
    }

    /// Scans a tag that closes all brackets that it opens.
    private mutating func scanBalanced(_ tag: Int) throws(PageSyntaxError) -> ScannedCode {
        let outer = scanner.brackets
        let code = try scanner.scan(from: tag + 3, tag: tag)
        position = code.range.upperBound + 2
        if let bracket = scanner.brackets.last, scanner.brackets.count > outer.count {
            throw file.error("this { is not closed in its tag", at: bracket.offset)
        }
        if scanner.brackets.map(\.offset) != outer.map(\.offset) {
            throw file.error("this tag closes a brace that it has not opened", at: tag)
        }
        return code
    }

    private mutating func skipComment() throws(PageSyntaxError) {
        let tag = position
        position += 4
        while position < file.bytes.count {
            if file.bytes[position] == .hyphen, file.bytes[position...].begins(with: "--%>") {
                position += 4
                return
            }
            position += 1
        }
        throw file.error("this comment is not closed: there is no --%> after it", at: tag)
    }
}

extension PageFile {
    /// The offset of the first byte that is not part of valid UTF-8.
    fileprivate var firstInvalidByte: Int? {
        var offset = 0
        while offset < bytes.count {
            // SE-0405's validation does not return the position; most pages are valid or ASCII.
            let lead = bytes[offset]
            if lead < 0x80 {
                offset += 1
                continue
            }
            let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
            let end = offset + length
            guard end <= bytes.count,
                String(validating: bytes[offset..<end], as: UTF8.self)?.unicodeScalars.count == 1
            else { return offset }
            offset = end
        }
        return nil
    }
}
