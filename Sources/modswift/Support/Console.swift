// SPDX-License-Identifier: Apache-2.0

import CompilerDiagnostics
import Foundation
import SystemCalls

/// The common output of all commands: with colours in a terminal that supports them, and without
/// colours in a pipe, with NO_COLOR, or if TERM is "dumb".
enum Console {
    enum Colour: String {
        case red = "31"
        case green = "32"
        case yellow = "33"
        case blue = "34"
        case bold = "1"
        case faint = "2"
    }

    static let hasColours: Bool = {
        let environment = ProcessInfo.processInfo.environment
        return isatty(STDOUT_FILENO) == 1 && environment["NO_COLOR"] == nil
            && environment["TERM"] != "dumb"
    }()

    static func painted(_ text: String, _ colour: Colour) -> String {
        hasColours ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Prints immediately, also into a pipe.
    static func say(_ text: String) {
        print(text)
        fflush(nil)
    }

    /// Prints a value as JSON, for programs.
    static func say(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        say(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Returns "0.21 s".
    static func seconds(_ milliseconds: Int) -> String {
        "\(milliseconds / 1000).\(String(milliseconds % 1000 / 10 + 100).dropFirst()) s"
    }
}

/// The compiler's messages about a source, in the form of the error page.
struct DiagnosticListing {
    /// The builder's output.
    let output: String

    var diagnostics: [Diagnostic] { Diagnostic.all(in: output) }

    /// The messages with the lines around each location.
    var text: String {
        let all = diagnostics
        guard !all.isEmpty else { return output }
        var sources: [String: String] = [:]
        return all.map { diagnostic in
            guard let file = diagnostic.file, let line = diagnostic.line,
                let column = diagnostic.column
            else { return headline(diagnostic) }
            if sources[file] == nil {
                sources[file] =
                    (try? FileSystem.read(file, limit: 4 << 20)).map {
                        String(decoding: $0.bytes, as: UTF8.self)
                    } ?? ""
            }
            let excerpt = sources[file].flatMap { Excerpt(of: $0, line: line, column: column) }
            return "\(file):\(line):\(column): \(headline(diagnostic))"
                + (excerpt.map { "\n\(Self.lines(of: $0))" } ?? "")
        }.joined(separator: "\n")
    }

    private func headline(_ diagnostic: Diagnostic) -> String {
        let colour: Console.Colour =
            switch diagnostic.severity {
            case .error: .red
            case .warning: .yellow
            case .note, .remark: .blue
            }
        return "\(Console.painted(diagnostic.severity.rawValue, colour)): \(diagnostic.message)"
    }

    private static func lines(of excerpt: Excerpt) -> String {
        let width = "\(excerpt.lines.last?.number ?? 0)".count
        return excerpt.lines.map { line in
            let number = "\(line.number)"
            let margin = String(repeating: " ", count: width - number.count)
            let text = "  \(margin)\(Console.painted(number, .faint))  \(line.text)"
            guard line.number == excerpt.line else { return text }
            let blank = String(repeating: " ", count: width)
            return "\(text)\n  \(blank)  \(Console.painted(excerpt.caret, .bold))"
        }.joined(separator: "\n")
    }
}
