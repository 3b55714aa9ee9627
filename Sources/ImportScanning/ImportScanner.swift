// SPDX-License-Identifier: Apache-2.0

/// One pass over a source. It handles Swift's lexical forms that may contain the word `import`
/// without being an import: comments, strings with their interpolations, regular expressions,
/// names.
struct ImportScanner {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var lineStart = 0
    /// The number of open brackets: an import is at the file's top level.
    private var depth = 0
    /// The last byte of the previous token.
    private var tokenBefore: UInt8 = 0
    private(set) var found: [ImportDeclaration] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // A byte order mark.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { (position, lineStart) = (3, 3) }
        // The line with the interpreter, as in a script.
        if at(.hash, UInt8(ascii: "!")) { skipLine() }
    }

    mutating func run() {
        while position < bytes.count { scanToken() }
    }

    // MARK: Tokens

    private func byte(_ distance: Int = 0) -> UInt8 {
        let index = position + distance
        return index < bytes.count ? bytes[index] : 0
    }

    private func at(_ first: UInt8, _ second: UInt8) -> Bool {
        byte() == first && byte(1) == second
    }

    private var isAtThreeQuotes: Bool { at(.quote, .quote) && byte(2) == .quote }

    private mutating func advance() {
        let byte = byte()
        position += 1
        // A line feed, a carriage return, or both together end a line.
        if byte == .lineFeed || byte == .carriageReturn && self.byte() != .lineFeed {
            line += 1
            lineStart = position
        }
    }

    private mutating func scanToken() {
        let first = byte()
        if first.isSpace { return advance() }
        if at(.slash, .slash) { return skipLine() }
        if at(.slash, .star) { return skipComment() }
        switch first {
        case .quote: skipString(hashes: 0)
        case .hash: scanHash()
        case .backtick: skipRawIdentifier()
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
            depth += 1
            take()
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
            depth = max(0, depth - 1)
            take()
        case .slash where skipBareRegex(): tokenBefore = .slash
        case _ where first.isWord: scanWord()
        default: take()
        }
    }

    private mutating func take() {
        tokenBefore = byte()
        advance()
    }

    private mutating func scanHash() {
        var hashes = 0
        while byte(hashes) == .hash { hashes += 1 }
        switch byte(hashes) {
        case .quote: skipString(hashes: hashes)
        case .slash: skipRegex(hashes: hashes)
        default: take()
        }
    }

    private mutating func scanWord() {
        let start = position
        while byte().isWord { position += 1 }
        let isImport =
            depth == 0 && tokenBefore != UInt8(ascii: ".")
            && bytes[start..<position].elementsEqual("import".utf8)
        tokenBefore = bytes[start]
        if isImport { scanImport() }
    }

    /// Scans the text after `import`: optionally a kind, then the path.
    private mutating func scanImport() {
        guard skipBlanks(), var name = wordHere() else { return }
        if Self.kinds.contains(where: { bytes[name].elementsEqual($0.utf8) }) {
            let start = (position, line, lineStart)
            position = name.upperBound
            if skipBlanks(), let next = wordHere() {
                name = next
            } else {
                (position, line, lineStart) = start
            }
        }
        found.append(
            ImportDeclaration(
                module: text(name), line: line, column: name.lowerBound - lineStart + 1))
        tokenBefore = bytes[name.lowerBound]
        position = name.upperBound
    }

    private static let kinds = [
        "typealias", "struct", "class", "enum", "protocol", "let", "var", "func",
    ]

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    /// Returns the word that begins here; nil if there is none.
    private func wordHere() -> Range<Int>? {
        var end = position
        while end < bytes.count, bytes[end].isWord { end += 1 }
        return end > position ? position..<end : nil
    }

    /// Skips white space and comments.
    ///
    /// - Returns: Whether there is more text.
    private mutating func skipBlanks() -> Bool {
        while position < bytes.count {
            if byte().isSpace {
                advance()
            } else if at(.slash, .slash) {
                skipLine()
            } else if at(.slash, .star) {
                skipComment()
            } else {
                return true
            }
        }
        return false
    }

    // MARK: Comments and literals

    private mutating func skipLine() {
        while position < bytes.count, !byte().isNewline { position += 1 }
    }

    private mutating func skipComment() {
        var level = 0
        repeat {
            if at(.slash, .star) {
                level += 1
                position += 2
            } else if at(.star, .slash) {
                level -= 1
                position += 2
            } else {
                advance()
            }
        } while level > 0 && position < bytes.count
    }

    private mutating func skipRawIdentifier() {
        tokenBefore = .backtick
        position += 1
        while position < bytes.count, !byte().isNewline {
            position += 1
            if bytes[position - 1] == .backtick { return }
        }
    }

    private func hasHashes(_ count: Int, after distance: Int) -> Bool {
        (0..<count).allSatisfy { byte(distance + $0) == .hash }
    }

    private mutating func skipString(hashes: Int) {
        tokenBefore = .quote
        position += hashes
        let isMultiline = isAtThreeQuotes && !endsOnItsLine(hashes)
        position += isMultiline ? 3 : 1
        while position < bytes.count {
            if !isMultiline, byte().isNewline { return }
            if byte() == .backslash, hasHashes(hashes, after: 1) {
                position += 1 + hashes
                if byte() == UInt8(ascii: "(") { skipInterpolation() } else { advance() }
            } else if isMultiline ? isAtThreeQuotes : byte() == .quote,
                hasHashes(hashes, after: isMultiline ? 3 : 1)
            {
                position += (isMultiline ? 3 : 1) + hashes
                return
            } else {
                advance()
            }
        }
    }

    /// Whether a raw string that begins like a multi-line one ends on the same line, such as
    /// `#"""#`.
    private func endsOnItsLine(_ hashes: Int) -> Bool {
        guard hashes > 0 else { return false }
        var distance = 1
        while position + distance < bytes.count, !byte(distance).isNewline {
            distance += 1
            if bytes[position + distance - 1] == .quote, hasHashes(hashes, after: distance) {
                return true
            }
        }
        return false
    }

    /// The maximum depth of strings in interpolations; the compiler gives up earlier.
    private static let deepest = 64
    private var interpolations = 0

    private mutating func skipInterpolation() {
        guard interpolations < Self.deepest else { return advance() }
        interpolations += 1
        let outer = depth
        // Text in an interpolation is not at the file's top level.
        depth += 1
        advance()
        while position < bytes.count, depth > outer { scanToken() }
        depth = outer
        interpolations -= 1
        tokenBefore = .quote
    }

    private mutating func skipRegex(hashes: Int) {
        tokenBefore = .slash
        position += hashes + 1
        let isMultiline = byte().isNewline
        while position < bytes.count, isMultiline || !byte().isNewline {
            if byte() == .slash, hasHashes(hashes, after: 1) {
                position += 1 + hashes
                return
            }
            if byte() == .backslash, !byte(1).isNewline { position += 1 }
            advance()
        }
    }

    /// Skips `/…/` where Swift would parse it as a regular expression: on one line, without white
    /// space at its ends.
    private mutating func skipBareRegex() -> Bool {
        let before = position > 0 ? bytes[position - 1] : 32
        let isBound =
            before.isWord || before.isOperator
            || [UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"), .quote, .backtick]
                .contains(before)
        guard !isBound, !byte(1).isSpace, byte(1) != .slash, byte(1) != 0 else { return false }
        var end = position + 1
        var parentheses = 0
        while end < bytes.count, !bytes[end].isNewline {
            switch bytes[end] {
            case .slash:
                let next = end + 1 < bytes.count ? bytes[end + 1] : 0
                guard !bytes[end - 1].isSpace, next != .slash, next != UInt8(ascii: "*") else {
                    return false
                }
                position = end + 1
                return true
            case .backslash where end + 1 < bytes.count && !bytes[end + 1].isNewline: end += 1
            case UInt8(ascii: "("): parentheses += 1
            case UInt8(ascii: ")"):
                parentheses -= 1
                if parentheses < 0 { return false }
            default: break
            }
            end += 1
        }
        return false
    }
}

extension UInt8 {
    fileprivate static let lineFeed = UInt8(ascii: "\n")
    fileprivate static let carriageReturn = UInt8(ascii: "\r")
    fileprivate static let quote = UInt8(ascii: "\"")
    fileprivate static let hash = UInt8(ascii: "#")
    fileprivate static let slash = UInt8(ascii: "/")
    fileprivate static let star = UInt8(ascii: "*")
    fileprivate static let backslash = UInt8(ascii: "\\")
    fileprivate static let backtick = UInt8(ascii: "`")

    fileprivate var isNewline: Bool { self == .lineFeed || self == .carriageReturn }
    fileprivate var isSpace: Bool { self == 32 || (9...13).contains(self) || self == 0 }
    /// Whether it can be part of a name or of a number.
    fileprivate var isWord: Bool {
        (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self)
            || self == 95 || self == UInt8(ascii: "$") || self >= 128
    }
    fileprivate var isOperator: Bool {
        switch self {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), .star, .slash, UInt8(ascii: "="),
            UInt8(ascii: "%"), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "^"), UInt8(ascii: "~"),
            UInt8(ascii: "?"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
