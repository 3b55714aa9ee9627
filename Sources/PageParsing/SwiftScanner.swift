// SPDX-License-Identifier: Apache-2.0
//
// Finds the end of a tag's Swift code in one pass. It handles Swift's lexical forms that may
// contain "%>": strings of all kinds with their interpolations, extended regular expressions,
// comments, raw identifiers. A "%>" inside an operator ends the tag; Swift's own parser would read
// it as part of the operator and therefore cannot find the end (docs/decisions/0040).

/// An event in the code of a tag that matters outside the tag.
enum CodeEvent: Equatable {
    /// An opening brace.
    case open(BlockKind, at: Int)
    /// A closing brace.
    case close(at: Int)
    /// A `case` or `default` of a switch.
    case label(at: Int)
    /// A `break`, `continue`, `fallthrough` or `return`.
    case jump(String, at: Int)
    /// A `try` (without `?` and `!`) or `throw`.
    case error(at: Int)
}

/// The statement that a brace belongs to, as far as it can be determined from the words before it.
enum BlockKind: Equatable {
    /// The body of a loop.
    case loop
    /// The body of a switch.
    case choice
    /// The body of a `do`.
    case attempt
    /// The body of an `if` or `guard`.
    case condition
    /// The body of an `else` or `catch`, after another block; the last `else` leaves no other path.
    case alternative(isLast: Bool)
    /// A closure, a function, a type.
    case other
}

/// An open bracket.
struct OpenBracket {
    let byte: UInt8
    let offset: Int
    var kind = BlockKind.other
}

/// The code of a tag.
struct ScannedCode {
    /// The bytes between the tag's marks.
    var range = 0..<0
    var events: [CodeEvent] = []
    /// Names and keywords in the code, including interpolations.
    var words: Set<String> = []
    /// Commas outside all brackets.
    var commas: [Int] = []
    /// The offset of the first token; nil if there are only comments.
    var firstToken: Int?
    var firstByte: UInt8 = 0
    var firstWord = ""
    var lastWord = ""
    /// The offset of the last token if code cannot end with it, such as an operator.
    var incomplete: Int?
    /// Whether the whole code is a call `raw(…)`.
    var isRawCall = false
}

/// One pass over the Swift code of a file's tags.
struct SwiftScanner {
    private let file: PageFile
    private let bytes: [UInt8]
    private var position = 0
    /// Open brackets, including those from earlier tags.
    private(set) var brackets: [OpenBracket] = []
    private var code = ScannedCode()
    /// The last keyword that begins a statement with a block, until the block's brace.
    private var blockWord = ""
    /// Whether an `else` or `catch` has followed a block.
    private var isAlternative = false
    private var depth = 0
    private var tokenBefore: UInt8 = 0
    private var wordBefore = ""
    /// The depth at which an initial `raw(` was opened.
    private var rawDepth: Int?

    init(_ file: PageFile) {
        self.file = file
        bytes = file.bytes
    }

    /// Scans a tag's code.
    ///
    /// - Parameters:
    ///   - start: The first byte after the tag's opening mark.
    ///   - tag: The offset of the opening mark.
    /// - Returns: The code; its range ends before the closing mark.
    /// - Throws: ``PageSyntaxError`` if the tag, a literal in it or a bracket does not end.
    mutating func scan(from start: Int, tag: Int) throws(PageSyntaxError) -> ScannedCode {
        position = start
        code = ScannedCode()
        (tokenBefore, wordBefore, blockWord, rawDepth) = (0, "", "", nil)
        isAlternative = false
        depth = brackets.count
        while true {
            guard position < bytes.count else {
                throw file.error("this tag is not closed: there is no %> after it", at: tag)
            }
            if at("%>") { break }
            try scanToken(interpolation: nil)
        }
        code.range = start..<position
        code.lastWord = wordBefore
        if let bracket = brackets.last, brackets.count > depth, bracket.byte != UInt8(ascii: "{") {
            throw file.error(
                "this \(Character(UnicodeScalar(bracket.byte))) is not closed in its tag",
                at: bracket.offset)
        }
        return code
    }

    /// Throws if a brace is still open at the end of the file.
    func finish() throws(PageSyntaxError) {
        guard let bracket = brackets.last else { return }
        throw file.error("this { is not closed in this file", at: bracket.offset)
    }

    // MARK: Tokens

    private func at(_ text: StaticString) -> Bool {
        position <= bytes.count && bytes[position...].begins(with: text)
    }

    private func byte(_ distance: Int = 0) -> UInt8 {
        let index = position + distance
        return index >= 0 && index < bytes.count ? bytes[index] : 0
    }

    /// - Parameter interpolation: The bracket level of an interpolation; nil in code. An
    ///   interpolation closes all brackets that it opens, and contains no text of the page.
    private mutating func scanToken(interpolation: Int?) throws(PageSyntaxError) {
        let byte = byte()
        if byte.isSpace || byte == 0 {
            position += 1
            return
        }
        if at("//") { return skipLineComment(endsAtTag: interpolation == nil) }
        if at("/*") { return try skipBlockComment() }
        let isInCode = interpolation == nil
        if isInCode, code.firstToken == nil { (code.firstToken, code.firstByte) = (position, byte) }
        if isInCode { code.incomplete = nil }
        switch byte {
        case .quote, .hash:
            if let hashes = literalHashes() {
                if self.byte(hashes) == .quote {
                    try scanString(hashes: hashes)
                } else {
                    try skipRegex(hashes: hashes)
                }
                took(.quote, isInCode)
            } else {
                position += 1
                took(byte, isInCode)
            }
        case UInt8(ascii: "`"):
            scanRawIdentifier(isInCode)
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
            if isInCode { open(byte) }
            position += 1
            took(byte, isInCode)
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
            took(byte, isInCode)
            if isInCode { try close(byte) }
            position += 1
        case _ where byte.isWord:
            scanWord(isInCode)
        case .slash where skipBareRegex():
            took(.quote, isInCode)
        case _ where byte.isOperator:
            scanOperator(isInCode)
        default:
            if isInCode, byte == UInt8(ascii: ",") {
                code.incomplete = position
                if brackets.count == depth { code.commas.append(position) }
            }
            position += 1
            took(byte, isInCode)
        }
    }

    private mutating func took(_ byte: UInt8, _ isInCode: Bool, word: String = "") {
        guard isInCode else { return }
        // Anything after the bracket that ends `raw(…)` makes the call a part of another
        // expression.
        code.isRawCall = false
        (tokenBefore, wordBefore) = (byte, word)
    }

    // MARK: Words

    private mutating func scanWord(_ isInCode: Bool) {
        let start = position
        while position < bytes.count, byte().isWord { position += 1 }
        let word = file.text(start..<position)
        let isMember = isInCode && tokenBefore == UInt8(ascii: ".")
        code.words.insert(word)
        guard isInCode else { return }
        if start == code.firstToken { code.firstWord = word }
        if !isMember { note(word, at: start) }
        took(bytes[start], true, word: word)
    }

    private mutating func note(_ word: String, at start: Int) {
        switch word {
        case "else", "catch":
            if tokenBefore == UInt8(ascii: "}"), blockWord != "guard" {
                isAlternative = true
                blockWord = word
            }
        case "for", "while", "repeat", "switch", "if", "guard", "do", "func", "init", "class",
            "struct", "enum", "extension", "protocol", "actor", "var":
            blockWord = word
        case "break", "continue", "fallthrough", "return":
            code.events.append(.jump(word, at: start))
        case "case"
        where !Self.beforePattern.contains(wordBefore) && tokenBefore != UInt8(ascii: ","),
            "default":
            if brackets.last?.kind == .choice { code.events.append(.label(at: start)) }
        case "throw":
            code.events.append(.error(at: start))
        case "try" where byte() != UInt8(ascii: "?") && byte() != UInt8(ascii: "!"):
            code.events.append(.error(at: start))
        default: break
        }
    }

    private static let beforePattern: Set = ["if", "guard", "while", "for"]

    private mutating func scanRawIdentifier(_ isInCode: Bool) {
        let start = position
        position += 1
        while position < bytes.count, !byte().isNewline, byte() != UInt8(ascii: "`") {
            position += 1
        }
        if byte() == UInt8(ascii: "`") {
            code.words.insert(file.text(start + 1..<position))
            position += 1
        } else {
            position = start + 1
        }
        took(UInt8(ascii: "`"), isInCode)
    }

    private mutating func scanOperator(_ isInCode: Bool) {
        let start = position
        repeat {
            position += 1
        } while byte().isOperator && !at("%>") && !at("//") && !at("/*")
        let before = start > 0 ? bytes[start - 1] : 0
        // After white space or another operator it is not a postfix operator: an operand must
        // follow.
        let isBound = before.isWord || [41, 93, 125, .quote, 96].contains(before)
        let isSingle = position == start + 1
        let takesMore = isSingle && (bytes[start] == UInt8(ascii: ".") || bytes[start] == .equal)
        if isInCode, !isBound || takesMore { code.incomplete = start }
        took(bytes[start], isInCode)
    }

    // MARK: Brackets

    private mutating func open(_ byte: UInt8) {
        if byte == UInt8(ascii: "("), code.firstWord == "raw", rawDepth == nil, isAfterFirstWord {
            rawDepth = brackets.count
        }
        var bracket = OpenBracket(byte: byte, offset: position)
        if byte == UInt8(ascii: "{") {
            // Inside round or square brackets it is a closure.
            if brackets.last.map({ $0.byte == byte }) ?? true {
                bracket.kind = kindOfBlock
                (blockWord, isAlternative) = ("", false)
            }
            code.events.append(.open(bracket.kind, at: position))
        }
        brackets.append(bracket)
    }

    private var kindOfBlock: BlockKind {
        if isAlternative { return .alternative(isLast: blockWord == "else") }
        switch blockWord {
        case "for", "while", "repeat": return .loop
        case "switch": return .choice
        case "do": return .attempt
        case "if", "guard": return .condition
        default: return .other
        }
    }

    private var isAfterFirstWord: Bool {
        guard let first = code.firstToken else { return false }
        return bytes[min(first + code.firstWord.utf8.count, position)..<position]
            .allSatisfy(\.isSpace)
    }

    private mutating func close(_ byte: UInt8) throws(PageSyntaxError) {
        let opening: UInt8 = byte == UInt8(ascii: ")") ? UInt8(ascii: "(") : byte - 2
        guard let bracket = brackets.last else {
            throw file.error("this \(Character(UnicodeScalar(byte))) closes nothing", at: position)
        }
        guard bracket.byte == opening else {
            throw file.error(
                "this \(Character(UnicodeScalar(byte))) does not fit the "
                    + "\(Character(UnicodeScalar(bracket.byte))) that is open", at: position)
        }
        brackets.removeLast()
        if byte == UInt8(ascii: "}") { code.events.append(.close(at: position)) }
        if byte == UInt8(ascii: ")"), rawDepth == brackets.count {
            code.isRawCall = true
            rawDepth = nil
        }
    }

    // MARK: Comments and literals

    private mutating func skipLineComment(endsAtTag: Bool) {
        while position < bytes.count, !byte().isNewline {
            if endsAtTag, at("%>") { return }
            position += 1
        }
    }

    private mutating func skipBlockComment() throws(PageSyntaxError) {
        let start = position
        var depth = 0
        repeat {
            if at("/*") {
                depth += 1
                position += 2
            } else if at("*/") {
                depth -= 1
                position += 2
            } else {
                position += 1
            }
            guard position < bytes.count || depth == 0 else {
                throw file.error("this comment is not closed", at: start)
            }
        } while depth > 0
    }

    /// The number of `#` before a quote or slash that they belong to; nil if the `#` begins
    /// something else.
    private func literalHashes() -> Int? {
        var count = 0
        while byte(count) == .hash { count += 1 }
        if byte(count) == .quote { return count }
        return count > 0 && byte(count) == .slash ? count : nil
    }

    private mutating func scanString(hashes: Int) throws(PageSyntaxError) {
        let start = position
        position += hashes
        let isMultiline = at("\"\"\"") && !endsOnItsLine(hashes)
        position += isMultiline ? 3 : 1
        while true {
            guard position < bytes.count, isMultiline || !byte().isNewline else {
                throw file.error("this string is not closed", at: start)
            }
            if byte() == .backslash, hasHashes(hashes, after: 1) {
                position += 1 + hashes
                if byte() == UInt8(ascii: "(") {
                    try scanInterpolation(of: start)
                } else if position < bytes.count, isMultiline || !byte().isNewline {
                    position += 1
                }
            } else if isMultiline ? at("\"\"\"") : byte() == .quote,
                hasHashes(hashes, after: isMultiline ? 3 : 1)
            {
                position += (isMultiline ? 3 : 1) + hashes
                return
            } else {
                position += 1
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
            if byte(distance - 1) == .quote, hasHashes(hashes, after: distance) { return true }
        }
        return false
    }

    private func hasHashes(_ count: Int, after distance: Int) -> Bool {
        (0..<count).allSatisfy { byte(distance + $0) == .hash }
    }

    private var interpolationDepth = 0

    private mutating func scanInterpolation(of string: Int) throws(PageSyntaxError) {
        interpolationDepth += 1
        defer { interpolationDepth -= 1 }
        guard interpolationDepth < 64 else {
            throw file.error("strings are nested too deeply here", at: position)
        }
        var level = 0
        repeat {
            guard position < bytes.count else {
                throw file.error("this string is not closed", at: string)
            }
            switch byte() {
            case UInt8(ascii: "("):
                level += 1
                position += 1
            case UInt8(ascii: ")"):
                level -= 1
                position += 1
            default: try scanToken(interpolation: level)
            }
        } while level > 0
    }

    private mutating func skipRegex(hashes: Int) throws(PageSyntaxError) {
        let start = position
        position += hashes + 1
        let isMultiline = byte().isNewline
        while true {
            guard position < bytes.count, isMultiline || !byte().isNewline else {
                throw file.error("this regular expression is not closed", at: start)
            }
            if byte() == .slash, hasHashes(hashes, after: 1) {
                position += 1 + hashes
                return
            }
            position += byte() == .backslash && !byte(1).isNewline ? 2 : 1
        }
    }

    /// Skips `/…/` where Swift would parse it as a regular expression: on one line, without white
    /// space at its ends, and without a "%>", which ends the tag.
    private mutating func skipBareRegex() -> Bool {
        let before = position > 0 ? bytes[position - 1] : 32
        let isBound =
            before.isWord || before.isOperator || [41, 93, 125, .quote, 96].contains(before)
        guard !isBound, !byte(1).isSpace, byte(1) != .slash, byte(1) != 0 else { return false }
        var end = position + 1
        var parentheses = 0
        while end < bytes.count, !bytes[end].isNewline {
            switch bytes[end] {
            case .percent where end + 1 < bytes.count && bytes[end + 1] == .greater: return false
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
