// SPDX-License-Identifier: Apache-2.0

import ImportScanning

/// Refuses what needs libdispatch's main queue, which nothing runs in a child of httpd's
/// ([decision 80](../../docs/decisions/0080-the-main-queue-is-refused.md)).
///
/// Members of the same names are compiled with a module that imports Dispatch or Foundation. They come before
/// those of the libraries, and are deprecated: the compiler itself says where they are used, however that is
/// written, and in no branch of `#if` that is not compiled.
enum MainQueue {
    private static let id = "MSW0745"

    private static let message =
        "\(id): in a server nothing runs the main queue or the main run loop, and what is given to them would "
        + "wait for ever; use a DispatchQueue of your own, an actor or MainActor.run"

    /// What is compiled with sources; nil where they import neither library.
    static func declarations(for sources: [[UInt8]]) -> String? {
        let imported = Set(sources.flatMap { ImportDeclaration.all(in: $0).map(\.module) })
        if imported.contains(where: { ["Foundation", "FoundationNetworking"].contains($0) }) {
            return text(importing: "Foundation", ["DispatchQueue", "OperationQueue", "RunLoop"])
        }
        return imported.contains("Dispatch") ? text(importing: "Dispatch", ["DispatchQueue"]) : nil
    }

    private static func text(importing module: String, _ types: [String]) -> String {
        let mark = "@available(*, deprecated, message: \"\(message)\")"
        let members = types.map { type in
            "extension \(type) { \(mark) static var main: \(type) { Swift.fatalError() } }\n"
        }
        return """
            // Compiled with the module's sources.

            import \(module)

            \(members.joined())\(mark) func dispatchMain() -> Never { Swift.fatalError() }

            """
    }

    /// The compiler's warnings as errors, where they are about these members; nil where none is.
    static func refusal(in warnings: String) -> String? {
        guard warnings.contains(id) else { return nil }
        return warnings.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard let start = line.firstRange(of: ": warning: "),
                let end = line.firstRange(of: " is deprecated: \(id): ")
            else { return String(line) }
            let text = line[end.upperBound...].replacing(" [#DeprecatedDeclaration]", with: "")
            return "\(line[..<start.lowerBound]): error: \(id): \(text)"
        }.joined(separator: "\n")
    }
}
