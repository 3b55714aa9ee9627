// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The contents of a directory and its subdirectories.
enum FileTree {
    struct Entry {
        /// Relative to the directory.
        let path: String
        let type: FileAttributeType
        /// The permission bits.
        let permissions: Int
    }

    /// Returns every file, directory and link, sorted by path; links are not followed.
    static func entries(below directory: String) throws -> [Entry] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: directory)
        return try paths.sorted().map { path in
            let attributes = try FileManager.default.attributesOfItem(
                atPath: "\(directory)/\(path)")
            return Entry(
                path: path, type: attributes[.type] as? FileAttributeType ?? .typeUnknown,
                permissions: attributes[.posixPermissions] as? Int ?? 0)
        }
    }

    /// Returns the paths of everything that is not a directory.
    static func files(below directory: String) throws -> [String] {
        try entries(below: directory).filter { $0.type != .typeDirectory }.map(\.path)
    }

    static func names(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    }
}
