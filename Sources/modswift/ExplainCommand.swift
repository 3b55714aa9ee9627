// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ErrorReference
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
        guard let name = ErrorReference.id(id) else {
            throw ValidationError("An id is MSW and four digits, such as MSW0103.")
        }
        let reference = try Installation.errorReference()
        guard let entry = reference.entry(name) else {
            let ids = reference.entries.map(\.id)
            throw Trouble(
                "The error reference has no \(name). It has \(ids.first ?? "nothing") to "
                    + "\(ids.last ?? "nothing").")
        }
        print(entry.text)
    }
}

extension Installation {
    /// Loads the error reference from the directory of this program or from the source tree in
    /// which it was built.
    ///
    /// - Throws: ``Trouble``.
    fileprivate static func errorReference() throws -> ErrorReference {
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
        return ErrorReference(String(decoding: file.bytes, as: UTF8.self))
    }
}
