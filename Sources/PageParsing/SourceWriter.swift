// SPDX-License-Identifier: Apache-2.0

/// Writes the Swift source of a page. Every piece of the author's code stands in its own line and
/// column, so that the compiler speaks of the page.
struct SourceWriter {
    private(set) var text = ""
    private var pendingText: [UInt8] = []

    /// Adds a piece of the page's text; pieces beside each other become one statement.
    mutating func write(text bytes: some Sequence<UInt8>) { pendingText += bytes }

    /// Writes what is pending as a literal that nothing is interpreted in.
    mutating func flushText() {
        guard !pendingText.isEmpty else { return }
        text += "_s(\(literal(pendingText)));\n"
        pendingText = []
    }

    /// A line of ours.
    mutating func write(line: String) {
        flushText()
        text += line + "\n"
    }

    /// A piece of the author's code, which ends its line.
    ///
    /// - Parameters:
    ///   - prefix: What of ours stands in front of it, in the columns that the tag's mark has.
    ///   - suffix: What of ours stands in the line behind it.
    mutating func write(
        code range: Range<Int>, of file: PageFile, prefix: String = "", suffix: String = ""
    ) {
        flushText()
        let location = file.location(of: range.lowerBound)
        text += "#sourceLocation(file: \(pathLiteral(file.path)), line: \(location.line))\n"
        let margin = max(0, location.column - 1 - prefix.utf8.count)
        text += String(repeating: " ", count: margin) + prefix + file.text(range) + "\n"
        if !suffix.isEmpty { text += suffix + "\n" }
    }
}

/// A path as the compiler takes it.
func pathLiteral(_ path: String) -> String {
    // A control character cannot be written there.
    literal(path.utf8.map { $0 < 32 || $0 == 127 ? UInt8(ascii: "?") : $0 })
}

/// A Swift string literal without any interpolation.
func literal(_ bytes: some Sequence<UInt8>) -> String {
    var text = "\""
    for scalar in String(decoding: Array(bytes), as: UTF8.self).unicodeScalars {
        switch scalar {
        case "\\": text += "\\\\"
        case "\"": text += "\\\""
        case "\n": text += "\\n"
        case "\r": text += "\\r"
        case "\t": text += "\\t"
        case _ where scalar.value < 32 || scalar.value == 127 || scalar.value == 0xFEFF:
            text += "\\u{\(String(scalar.value, radix: 16))}"
        default: text.unicodeScalars.append(scalar)
        }
    }
    return text + "\""
}
