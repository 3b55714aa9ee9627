// SPDX-License-Identifier: Apache-2.0

/// Tracks the state of a style sheet, or of a style attribute, as far as it matters for data in it.
struct StyleTracker: Equatable {
    private enum State: Equatable {
        case code
        case string(UInt8)
        case comment
        /// `url(` without quotes.
        case url
        /// After an unknown character reference: the state can no longer be determined.
        case unknown
    }

    private var state = State.code
    private var isEscaped = false
    private var recent = RecentBytes()

    /// Whether data is allowed here, in the form for strings.
    var isInString: Bool {
        if case .string = state { return !isEscaped }
        return false
    }

    mutating func take(_ byte: UInt8) {
        defer { recent.append(byte) }
        if isEscaped {
            isEscaped = false
            return
        }
        switch state {
        case .code:
            if byte == .quote || byte == .apostrophe {
                state = .string(byte)
            } else if byte == UInt8(ascii: "*"), recent.last == .slash {
                state = .comment
            } else if byte == UInt8(ascii: "("), recent.end(with: "url") {
                state = .url
            }
        case .string(let end):
            if byte == .backslash { isEscaped = true }
            if byte == end || byte.isNewline { state = .code }
        case .comment:
            if byte == .slash, recent.last == UInt8(ascii: "*") { state = .code }
        case .url:
            // With quotes it is a string like any other.
            if byte == .quote || byte == .apostrophe { state = .string(byte) }
            if byte == UInt8(ascii: ")") { state = .code }
        case .unknown: break
        }
    }

    /// Gives up: later data is rejected.
    mutating func lose() { state = .unknown }

    /// Records that there is data at this position.
    mutating func takeData() { recent.removeAll() }
}
