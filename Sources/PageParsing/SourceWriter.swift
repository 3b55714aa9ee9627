// SPDX-License-Identifier: Apache-2.0

/// Writes the Swift source of a page. Every piece of the author's code keeps its line and column,
/// so that the compiler's messages refer to the page.
struct SourceWriter {
    private(set) var text = ""
    private var pendingText: [UInt8] = []

    /// Adds a piece of the page's text; adjacent pieces become one statement.
    mutating func write(text bytes: some Sequence<UInt8>) { pendingText += bytes }

    /// Writes the pending text as a literal without escapes or interpolations that come from the
    /// text.
    mutating func flushText() {
        guard !pendingText.isEmpty else { return }
        text += "_s(\(literal(pendingText)));\n"
        pendingText = []
    }

    /// Writes a generated line.
    mutating func write(line: String) {
        flushText()
        text += line + "\n"
    }

    /// Writes a piece of the author's code, which ends its line.
    ///
    /// - Parameters:
    ///   - prefix: Generated code before it, in the columns of the tag's mark.
    ///   - suffix: Generated code on the next line.
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

/// Returns a path as a literal for the compiler.
func pathLiteral(_ path: String) -> String {
    // The literal must not contain control characters.
    literal(path.utf8.map { $0 < 32 || $0 == 127 ? UInt8(ascii: "?") : $0 })
}

/// Returns a Swift string literal without interpolations.
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
