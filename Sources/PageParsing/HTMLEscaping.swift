// SPDX-License-Identifier: Apache-2.0

/// Escapes data for a context; the data may arrive in pieces.
package struct HTMLEscaping {
    /// The maximum number of bytes that one byte becomes.
    package static let longestForm = 6

    private let context: HTMLContext
    /// In a URL: whether a ":" could still end its scheme.
    private var isSchemeOpen = true

    package init(_ context: HTMLContext) { self.context = context }

    /// Whether a text stays the same when it is escaped, in the most common contexts.
    package static func isPlain(_ text: Span<UInt8>) -> Bool {
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "&"), .less, .greater, .quote, .apostrophe: return false
            default: continue
            }
        }
        return true
    }

    /// Writes a piece of data, which is cut between characters.
    ///
    /// - Parameter output: Has space for ``longestForm`` bytes for each byte of the text.
    package mutating func write(_ text: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
        switch context {
        case .text, .attribute, .url:
            for index in text.indices { Self.writeText(text[index], to: &output) }
        case .urlName:
            for index in text.indices { writeName(text[index], to: &output) }
        case .urlQuery:
            for index in text.indices { Self.writeQuery(text[index], to: &output) }
        case .urlList:
            for index in text.indices { Self.writeListed(text[index], to: &output) }
        case .scriptString: Self.writeScript(text, to: &output)
        case .styleString:
            for index in text.indices { Self.writeStyle(text[index], to: &output) }
        case .comment:
            for index in text.indices { Self.writeComment(text[index], to: &output) }
        case .raw:
            for index in text.indices { output.append(text[index]) }
        }
    }

    /// Writes markup in an attribute or a title: its character references are not escaped.
    package static func writeMarkup(_ text: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
        for index in text.indices {
            let byte = text[index]
            if byte == UInt8(ascii: "&") {
                output.append(byte)
            } else {
                writeText(byte, to: &output)
            }
        }
    }

    // MARK: HTML

    @inline(__always)
    private static func writeText(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        switch byte {
        case UInt8(ascii: "&"): write("&amp;", to: &output)
        case .less: write("&lt;", to: &output)
        case .greater: write("&gt;", to: &output)
        case .quote: write("&quot;", to: &output)
        case .apostrophe: write("&#39;", to: &output)
        default: output.append(byte)
        }
    }

    /// Comments are not decoded; the references only prevent the end of the comment.
    private static func writeComment(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        switch byte {
        case .hyphen: write("&#45;", to: &output)
        case UInt8(ascii: "!"): write("&#33;", to: &output)
        default: writeText(byte, to: &output)
        }
    }

    // MARK: URLs

    private mutating func writeName(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        switch byte {
        case UInt8(ascii: ":") where isSchemeOpen: return Self.write("%3A", to: &output)
        case .slash, .backslash, UInt8(ascii: "?"), .hash: isSchemeOpen = false
        default: break
        }
        Self.writeText(byte, to: &output)
    }

    private static func writeQuery(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        let isUnreserved =
            byte < 128 && (byte.isLetter || byte.isDigit)
            || [.hyphen, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~")].contains(byte)
        if isUnreserved { output.append(byte) } else { writePercent(byte, to: &output) }
    }

    private static func writeListed(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        if byte.isSpace || byte == UInt8(ascii: ",") {
            writePercent(byte, to: &output)
        } else {
            writeText(byte, to: &output)
        }
    }

    private static func writePercent(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        output.append(.percent)
        output.append(digit(byte >> 4, upper: true))
        output.append(digit(byte & 15, upper: true))
    }

    /// Whether a URL that consists of data is safe: it has no scheme, or a scheme that is not code.
    package static func mayBeURL(_ text: Span<UInt8>) -> Bool {
        var scheme: [UInt8] = []
        for index in text.indices {
            let byte = text[index]
            // Browsers remove these characters, the others only at the beginning.
            if byte.isNewline || byte == 9 || (scheme.isEmpty && byte <= 32) { continue }
            switch byte {
            case .slash, .backslash, UInt8(ascii: "?"), .hash: return true
            case UInt8(ascii: ":"):
                return schemes.contains { $0.utf8.elementsEqual(scheme) }
            default: scheme.append(byte.lowercased)
            }
        }
        return true
    }

    private static let schemes = ["http", "https", "mailto", "tel"]

    /// The replacement for a URL that is not safe: it leads nowhere.
    package static let refusedURL = "about:invalid"

    // MARK: Scripts and style sheets

    /// Escapes everything except letters, digits, spaces and underscores, in a form that is also
    /// valid in JSON. In code, where an error of the page's parser could place it, that form is a
    /// syntax error.
    private static func writeScript(_ text: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == 0xE2, index + 2 < text.count, text[index + 1] == 0x80,
                text[index + 2] & 0xFE == 0xA8
            {
                // Line and paragraph separators end a line in older scripts.
                write(text[index + 2] == 0xA8 ? "\\u2028" : "\\u2029", to: &output)
                index += 3
                continue
            }
            index += 1
            if byte >= 128 || byte.isLetter || byte.isDigit || byte == 32 || byte == 95 {
                output.append(byte)
            } else {
                write("\\u00", to: &output)
                output.append(digit(byte >> 4, upper: false))
                output.append(digit(byte & 15, upper: false))
            }
        }
    }

    private static func writeStyle(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        if byte >= 128 || byte.isLetter || byte.isDigit || byte == 95 {
            output.append(byte)
        } else {
            // The space ends the escape sequence.
            output.append(.backslash)
            output.append(digit(byte >> 4, upper: false))
            output.append(digit(byte & 15, upper: false))
            output.append(32)
        }
    }

    // MARK: Bytes

    private static func digit(_ value: UInt8, upper: Bool) -> UInt8 {
        value < 10 ? 48 + value : value - 10 + (upper ? 65 : 97)
    }

    @inline(__always)
    private static func write(_ text: String, to output: inout OutputSpan<UInt8>) {
        for byte in text.utf8 { output.append(byte) }
    }
}
