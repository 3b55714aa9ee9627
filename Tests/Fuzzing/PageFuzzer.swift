// SPDX-License-Identifier: Apache-2.0
// Sources: PageParsing
//
// Server pages: any bytes can be translated, or cause an error with a line and a column; text
// outside tags is in literals without interpretation. The bytes after the first byte 1 are a file
// that the page may include.

/// A name that occurs only in texts, and sequences that would turn it into Swift if a literal ended
/// too early.
private let marks = ["Qq9", "\"\\(Qq9)", "\"\"\"\nQq9", "\\u{22}Qq9"].map { Array($0.utf8) }

private let path = "/srv/page.psp"
private let includedPath = "/srv/a.inc"

private func files(_ page: [UInt8], _ included: [UInt8]) -> PageFiles {
    PageFiles(path: path, bytes: page) { $0 == includedPath ? included : nil }
}

/// Returns a file with a mark at the beginning of each of its texts.
private func marked(_ bytes: [UInt8], _ mark: [UInt8]) -> [UInt8] {
    let file = PageFile(path: path, bytes: bytes)
    var result: [UInt8] = []
    var end = 0
    for segment in PageLexer.readable(of: file).0 {
        guard case .text(let range) = segment else { continue }
        result += bytes[end..<range.lowerBound] + mark
        end = range.lowerBound
    }
    return result + bytes[end...]
}

/// Whether a line is a statement with a single literal that ends at the end of the line.
private func isText(_ line: Substring) -> Bool {
    let start = "_s(\"", end = "\");"
    guard line.hasPrefix(start), line.hasSuffix(end) else { return false }
    var rest = line.utf8.dropFirst(start.utf8.count).dropLast(end.utf8.count)
    while let byte = rest.popFirst() {
        guard byte != UInt8(ascii: "\"") else { return false }
        guard byte == UInt8(ascii: "\\") else { continue }
        guard let escape = rest.popFirst(), "\\\"nrtu".utf8.contains(escape) else { return false }
    }
    return true
}

private func check(
    _ error: PageSyntaxError, _ sources: PageFiles, _ page: [UInt8], _ included: [UInt8]
) {
    precondition(error.file == path || error.file == includedPath)
    let bytes = error.file == path ? page : included
    let lines = bytes.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } + 1
    precondition((1...lines).contains(error.location.line))
    precondition((1...bytes.count + 1).contains(error.location.column))
    precondition(!error.message.isEmpty)
    precondition(error.quoting(sources).hasPrefix(error.description))
}

/// One input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    let cut = input.firstIndex(of: 1) ?? count
    let page = Array(input[..<cut])
    let included = Array(input[cut...].dropFirst())
    let sources = files(page, included)
    do throws(PageSyntaxError) {
        let translation = try PageTranslation(of: sources)
        _ = sources.quoted(in: "\(path):1:1: error: x\n1\n\(includedPath):9:9: note: y\n2\n")
        precondition(translation.source.hasPrefix("// Translated from a page.\n"))
    } catch {
        check(error, sources, page, included)
        return 0
    }
    for mark in marks {
        let sources = files(marked(page, mark), marked(included, mark))
        // If a mark changes the meaning of a text, the page may be rejected.
        guard let translation = try? PageTranslation(of: sources) else { continue }
        // By bytes: as characters, a carriage return before a line feed would form a single
        // character.
        for line in translation.source.utf8.split(separator: UInt8(ascii: "\n")) {
            let line = Substring(line)
            precondition(!line.contains("Qq9") || isText(line), "\(line)")
        }
    }
    return 0
}
