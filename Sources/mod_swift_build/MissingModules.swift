// SPDX-License-Identifier: Apache-2.0

/// Adds the searched directories to messages about modules that the compiler did not find.
enum MissingModules {
    /// Adds a note after each of the compiler's errors about a missing module.
    static func noted(in text: String, searched: [String]) -> String {
        let mark = ": error: no such module '"
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard let error = line.firstRange(of: mark), line.hasSuffix("'") else {
                return String(line)
            }
            let name = line[error.upperBound...].dropLast()
            return """
                \(line)
                \(line[..<error.lowerBound]): note: there is no \(name).swift and no directory \(name) \
                with Swift files in \(searched.joined(separator: ", "))
                """
        }.joined(separator: "\n")
    }
}
