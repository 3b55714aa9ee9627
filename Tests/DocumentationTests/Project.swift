// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The files of this source tree.
enum Project {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func files(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)
            .filter { !$0.hasPrefix(".") }.sorted()
    }

    static func folders(in folder: String) throws -> [String] {
        try files(in: folder).filter { name in
            var isFolder: ObjCBool = false
            let path = root.appending(path: "\(folder)/\(name)").path
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
                && isFolder.boolValue
        }
    }

    /// Returns the Swift files in a folder and its subfolders.
    static func sources(below folder: String) throws -> [String] {
        let paths = try FileManager.default.subpathsOfDirectory(
            atPath: root.appending(path: folder).path)
        return paths.filter { $0.hasSuffix(".swift") }.sorted().map { "\(folder)/\($0)" }
    }
}
