// SPDX-License-Identifier: Apache-2.0

import ImportScanning

/// Rejects code that needs libdispatch's main queue, which no thread runs in a child of httpd
/// ([decision 80](../../docs/decisions/0080-the-main-queue-is-refused.md)).
///
/// Members with the same names are compiled with a module that imports Dispatch or Foundation. They
/// take precedence over those of the libraries, and are deprecated: the compiler itself reports
/// their uses, however these are written, and only in branches of `#if` that are compiled.
enum MainQueue {
    private static let id = "MSW0745"

    private static let message =
        "\(id): in a server nothing runs the main queue or the main run loop, and what is given to them would "
        + "wait for ever; use a DispatchQueue of your own, an actor or MainActor.run"

    /// Returns the declarations to compile with sources; nil if they import neither library.
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

    /// Returns the compiler's warnings as errors if they are about these members; nil if none is.
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
