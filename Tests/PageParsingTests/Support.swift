// SPDX-License-Identifier: Apache-2.0

@testable import PageParsing

/// Returns a page with files in its directory, in the form for the translator.
func files(_ page: [UInt8], _ included: [String: String] = [:]) -> PageFiles {
    PageFiles(path: "/srv/page.psp", bytes: page) { path in
        included.first { "/srv/\($0.key)" == path }.map { Array($0.value.utf8) }
    }
}

func translate(_ page: String, _ included: [String: String] = [:]) throws -> PageTranslation {
    try PageTranslation(of: files(Array(page.utf8), included))
}

/// Returns the reason why a page cannot be translated; nil if it can.
func syntaxError(of sources: PageFiles) -> PageSyntaxError? {
    do {
        _ = try PageTranslation(of: sources)
        return nil
    } catch {
        return error
    }
}

/// Returns the translator's message about a page: "line:column: message", or "file:line:column:
/// message" for an included file; nil if it can be translated.
func fault(of page: String, _ included: [String: String] = [:]) -> String? {
    guard let error = syntaxError(of: files(Array(page.utf8), included)) else { return nil }
    let file = error.file == "/srv/page.psp" ? "" : "\(error.file):"
    return "\(file)\(error.location.line):\(error.location.column): \(error.message)"
}

extension PageTranslation {
    /// The lines between the braces of the page's function.
    var body: [Substring] {
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        let start = lines.firstIndex { $0.hasPrefix("    do {") } ?? 0
        let end = lines.lastIndex { $0 == "#sourceLocation()" } ?? lines.count
        return Array(lines[(start + 1)..<end])
    }

    /// The short names of the objects that receive data, in order.
    var sinks: String {
        body.compactMap { line in
            let code = line.drop { $0 == " " }
            guard code.hasPrefix("_"), code.dropFirst(2).first == "(", !code.hasPrefix("_s") else {
                return nil
            }
            return String(code.dropFirst().prefix(1))
        }.joined()
    }

    /// The page's text, decoded from the literals.
    var text: String {
        body.filter { $0.hasPrefix("_s(\"") && $0.hasSuffix("\");") }
            .map { decoded($0.dropFirst(4).dropLast(3)) }.joined()
    }
}

/// Decodes a literal, for the part of Swift's rules that the writer uses.
private func decoded(_ literal: Substring) -> String {
    var text = ""
    var rest = literal.unicodeScalars[...]
    while let scalar = rest.popFirst() {
        guard scalar == "\\" else {
            text.unicodeScalars.append(scalar)
            continue
        }
        switch rest.popFirst() {
        case "n": text += "\n"
        case "r": text += "\r"
        case "t": text += "\t"
        case "u":
            let digits = rest.dropFirst().prefix { $0 != "}" }
            rest = rest.dropFirst(digits.count + 2)
            let value = UInt32(String(digits), radix: 16) ?? 0xFFFD
            text.unicodeScalars.append(UnicodeScalar(value) ?? "?")
        case let escaped?: text.unicodeScalars.append(escaped)
        case nil: text += "!"
        }
    }
    return text
}
