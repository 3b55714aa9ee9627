// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// Searches for a module's name: a file `name.swift` or a directory `name` with Swift files, in one
/// directory after the other.
package enum ModuleLookup {
    /// The object at a path.
    package enum Found: Equatable, Sendable {
        case file
        /// A directory, with the names of its Swift files in order.
        case directory([String])
    }

    /// Returns the possible paths of a module.
    package static func candidates(for name: String, in directories: [String]) -> [String] {
        // A module has one identity, however its path is written.
        directories.flatMap { directory in
            ["\(directory)/\(name).swift", "\(directory)/\(name)"].map(FilePath.normalized)
        }
    }

    /// Returns the object at the path of a module; nil if there is none.
    package static func module(at path: String) -> Found? {
        if path.hasSuffix(".swift") { return FileSystem.isRegularFile(path) ? .file : nil }
        guard FileSystem.isDirectory(path) else { return nil }
        let names = sourceNames(in: path)
        return names.isEmpty ? nil : .directory(names)
    }

    /// Returns the Swift files of a directory. Names that begin with a dot are ignored, because
    /// they are not the author's.
    static func sourceNames(in directory: String) -> [String] {
        ((try? FileSystem.names(in: directory)) ?? [])
            .filter { $0.hasSuffix(".swift") && !$0.hasPrefix(".") }
            .filter { FileSystem.isRegularFile("\(directory)/\($0)") }.sorted()
    }

    /// Modules that come with mod_swift or with the toolchain: `import` never refers to a file of
    /// these names.
    package static let reserved = [
        "ModSwift", "ModSwiftHTTPTypes", "ModSwiftJSON", "ModSwiftLogging", "HTTPTypes", "Logging",
        "Swift", "_Concurrency", "_StringProcessing", "_Differentiation", "Builtin", "Cxx",
        "CxxStdlib", "Distributed", "Observation", "RegexBuilder", "Runtime", "SwiftShims",
        "Synchronization", "Dispatch", "Foundation", "FoundationEssentials",
        "FoundationInternationalization", "FoundationNetworking", "FoundationXML", "Glibc", "Musl",
        "Testing", "XCTest",
    ]
}
