// SPDX-License-Identifier: Apache-2.0

/// The possible locations of a request's module, determined from httpd's file for the URL.
package struct ModulePath: Equatable, Sendable {
    /// The source with the file's name.
    package let source: String
    /// The directory's `index` module, for a file that is not a module.
    package let index: String
    /// The file's directory, without a slash at its end; it is the module if its files form one.
    package let directory: String
    /// The name that the URL refers to in `index` or in the directory, before the path after the
    /// file; nil for the directory itself.
    package let name: String?

    /// Parses the path of a file.
    ///
    /// - Parameters:
    ///   - file: The path, with a slash at its end for a directory.
    ///   - suffixes: The suffixes that may be omitted from the name, once: ".swift", and those that
    ///     are mapped to the handler.
    /// - Returns: Nil if there is no file, or its name is private.
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
        // Hidden files, and names that are private by Swift's naming convention.
        guard let first = module.first, first != ".", first != "_" else { return nil }
        self.name = String(module)
        source = "\(directory)/\(module).swift"
    }
}
