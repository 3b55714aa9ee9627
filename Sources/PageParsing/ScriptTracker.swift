// SPDX-License-Identifier: Apache-2.0

/// Tracks the state of a script, or of an event handler attribute, as far as it matters for data in
/// it.
///
/// Whether a slash is a division or begins a regular expression is guessed from the text before it,
/// as in other template engines. A wrong guess can treat code as a string; but the form of data in
/// strings is a syntax error elsewhere, so that even then no data is executed.
struct ScriptTracker: Equatable {
    private enum State: Equatable {
        case code
        /// After a slash whose meaning is not known yet.
        case slash(canBeRegex: Bool)
        case string(UInt8)
        case template
        case lineComment
        case blockComment
        case regex(inClass: Bool)
        /// After an unknown character reference: the state can no longer be determined.
        case unknown
    }

    private var state = State.code
    private var isEscaped = false
    private var word: [UInt8] = []
    private var significant: UInt8 = 0
    private var recent = RecentBytes()
    /// The number of open braces in each `${` of a template literal.
    private var templates: [Int] = []

    /// Whether data is allowed here, in the form for strings.
    var isInString: Bool {
        if isEscaped { return false }
        switch state {
        case .string, .template: return true
        default: return false
        }
    }

    /// Gives up: later data is rejected.
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

    /// Records that there is data at this position.
    mutating func takeData() { recent.removeAll() }

    /// A slash after a value is a division.
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
