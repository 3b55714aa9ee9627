// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SystemCalls

/// `modswift explain`.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explains a message of the error log by its number.",
        discussion: """
            What it means, what causes it, and what to do: the entry of the error reference that came \
            with this build.

            EXAMPLES:
              modswift explain MSW0103
              modswift explain 103
            """)

    @Argument(help: ArgumentHelp("The number, with or without MSW.", valueName: "id"))
    var id: String

    func run() throws {
        let digits = id.uppercased().hasPrefix("MSW") ? id.dropFirst(3) : id[...]
        guard let number = Int(digits), (0...9999).contains(number) else {
            throw ValidationError("An id is MSW and four digits, such as MSW0103.")
        }
        let name = "MSW" + String(repeating: "0", count: 4 - "\(number)".count) + "\(number)"
        let reference = try ErrorReference()
        guard let entry = reference.entry(name) else {
            throw Trouble("The error reference has no \(name). It has \(reference.range).")
        }
        print(entry)
    }
}

/// docs/error-reference.md, as text for a terminal.
struct ErrorReference {
    private let sections: [(id: String, text: Substring)]

    /// Reads it from beside this program, or from the source tree that this program was built in.
    ///
    /// - Throws: ``Trouble``.
    init() throws {
        let folder = FilePath.parent(of: FilePath.real("/proc/self/exe") ?? "")
        let build = FilePath.parent(of: FilePath.parent(of: folder))
        let places = [
            "\(folder)/error-reference.md", "\(FilePath.parent(of: build))/docs/error-reference.md",
        ]
        guard let file = places.lazy.compactMap({ try? FileSystem.read($0, limit: 1 << 22) }).first
        else {
            throw Trouble(
                "error-reference.md is missing: not \(places.joined(separator: ", nor "))")
        }
        let text = String(decoding: file.bytes, as: UTF8.self)
        let parts = text.split(separator: "\n## ", omittingEmptySubsequences: true).dropFirst()
        sections = parts.compactMap { part in
            part.hasPrefix("MSW") ? (String(part.prefix(7)), part.dropFirst(7)) : nil
        }
    }

    /// "MSW0001 to MSW0576".
    var range: String { "\(sections.first?.id ?? "nothing") to \(sections.last?.id ?? "nothing")" }

    /// An entry without the marks of Markdown; nil where there is none.
    func entry(_ id: String) -> String? {
        guard let text = sections.first(where: { $0.id == id })?.text else { return nil }
        let plain = text.replacing(/\[([^\]]*)\]\([^)]*\)/) { $0.1 }
            .replacing("**", with: "").replacing("`", with: "")
            .replacing(/(^|\s)\*([^*]+)\*/) { "\($0.1)\($0.2)" }
        let lines = plain.split(separator: "\n", omittingEmptySubsequences: false)
        return ([id] + lines.dropFirst().map(String.init)).joined(separator: "\n").trimmed
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
