// SPDX-License-Identifier: Apache-2.0

/// Where a script, or an event handler attribute, has come to: only what matters for data in it.
///
/// Whether a slash divides or begins a regular expression is guessed from what is before it, as
/// other template engines do. A wrong guess can take code for a string; the form that data has in
/// strings is a syntax error elsewhere, so that no data runs even then.
struct ScriptTracker: Equatable {
    private enum State: Equatable {
        case code
        /// After a slash, before it is known what it begins.
        case slash(canBeRegex: Bool)
        case string(UInt8)
        case template
        case lineComment
        case blockComment
        case regex(inClass: Bool)
        /// A character reference that is not known here: nothing can be said any more.
        case unknown
    }

    private var state = State.code
    private var isEscaped = false
    private var word: [UInt8] = []
    private var significant: UInt8 = 0
    private var recent = RecentBytes()
    /// Braces open in each `${` of a template literal.
    private var templates: [Int] = []

    /// Whether data may stand here, in the form for strings.
    var isInString: Bool {
        if isEscaped { return false }
        switch state {
        case .string, .template: return true
        default: return false
        }
    }

    /// Gives up: data is refused from here on.
    mutating func lose() { state = .unknown }

    mutating func take(_ byte: UInt8) {
        defer { recent.append(byte) }
        if isEscaped {
            isEscaped = false
            return
        }
        switch state {
        case .code: takeCode(byte)
        case .slash(let canBeRegex): takeAfterSlash(byte, canBeRegex)
        case .string(let end):
            if byte == .backslash { isEscaped = true }
            if byte == end { endLiteral() }
            if byte.isNewline { state = .code }
        case .template: takeTemplate(byte)
        case .lineComment: if byte.isNewline { state = .code }
        case .blockComment:
            if byte == .slash, recent.last == UInt8(ascii: "*") { state = .code }
        case .regex(let inClass): takeRegex(byte, inClass)
        case .unknown: break
        }
    }

    /// Takes note of data at this place.
    mutating func takeData() { recent.removeAll() }

    /// What follows a value divides.
    private mutating func endLiteral() {
        state = .code
        significant = UInt8(ascii: ")")
        word = []
    }

    private mutating func takeTemplate(_ byte: UInt8) {
        if byte == .backslash { isEscaped = true }
        if byte == UInt8(ascii: "`") { endLiteral() }
        if byte == UInt8(ascii: "{"), recent.last == UInt8(ascii: "$") {
            templates.append(0)
            state = .code
            significant = byte
        }
    }

    private mutating func takeAfterSlash(_ byte: UInt8, _ canBeRegex: Bool) {
        switch byte {
        case .slash: state = .lineComment
        case UInt8(ascii: "*"): state = .blockComment
        case _ where canBeRegex:
            state = .regex(inClass: false)
            takeRegex(byte, false)
        default:
            state = .code
            significant = .slash
            takeCode(byte)
        }
    }

    private mutating func takeRegex(_ byte: UInt8, _ inClass: Bool) {
        switch byte {
        case .backslash: isEscaped = true
        case UInt8(ascii: "["): state = .regex(inClass: true)
        case UInt8(ascii: "]"): state = .regex(inClass: false)
        case .slash where !inClass: endLiteral()
        case _ where byte.isNewline: state = .code
        default: break
        }
    }

    private mutating func takeCode(_ byte: UInt8) {
        switch byte {
        case .quote, .apostrophe: state = .string(byte)
        case UInt8(ascii: "`"): state = .template
        case .slash:
            state = .slash(canBeRegex: isRegexAllowed)
            return
        case .hyphen where recent.end(with: "<!-"): state = .lineComment
        case UInt8(ascii: "{"):
            if !templates.isEmpty { templates[templates.count - 1] += 1 }
        case UInt8(ascii: "}"):
            if let open = templates.last {
                if open == 0 {
                    templates.removeLast()
                    state = .template
                } else {
                    templates[templates.count - 1] -= 1
                }
            }
        default: break
        }
        if byte.isWord {
            if !recent.last.isWord { word = [] }
            if word.count < 12 { word.append(byte) }
        }
        if !byte.isSpace { significant = byte }
    }

    private var isRegexAllowed: Bool {
        if significant.isWord {
            return Self.beforeRegex.contains(String(decoding: word, as: UTF8.self))
        }
        if [41, 93, 125].contains(significant) { return false }
        return !recent.end(with: "++") && !recent.end(with: "--")
    }

    private static let beforeRegex: Set = [
        "return", "typeof", "case", "in", "of", "delete", "void", "do", "else", "instanceof", "new",
        "throw", "yield", "await", "break", "continue", "finally", "try",
    ]
}
