// SPDX-License-Identifier: Apache-2.0

/// Where the module of a request may be, from the file that httpd has found for its URL.
package struct ModulePath: Equatable, Sendable {
    /// The source that the file's name stands for.
    package let source: String
    /// The directory's `index` module, for a file that is no module.
    package let index: String
    /// The file's directory, without a slash at its end: a module where its files are one.
    package let directory: String
    /// What the URL names in `index` or in the directory, in front of what follows the file; nil for the
    /// directory itself.
    package let name: String?

    /// Reads the path of a file.
    ///
    /// - Parameters:
    ///   - file: The path, with a slash at its end for a directory.
    ///   - suffixes: What may be left out of the name, once: ".swift", and those that lead to the
    ///     handler.
    /// - Returns: Nil where there is no file, or its name is one that is for nobody.
    package init?(file: String, suffixes: [String]) {
        guard file.hasPrefix("/"), let slash = file.utf8.lastIndex(of: UInt8(ascii: "/")) else {
            return nil
        }
        let directory = file[..<slash]
        let name = file[file.utf8.index(after: slash)...]
        self.directory = String(directory)
        index = "\(directory)/index.swift"
        guard !name.isEmpty else {
            self.name = nil
            source = index
            return
        }
        let suffix = suffixes.filter { name.hasSuffix($0) }.max { $0.count < $1.count }
        let module = name.dropLast(suffix?.count ?? 0)
        // Hidden files, and what Swift's own rule for names keeps for its author.
        guard let first = module.first, first != ".", first != "_" else { return nil }
        self.name = String(module)
        source = "\(directory)/\(module).swift"
    }
}
