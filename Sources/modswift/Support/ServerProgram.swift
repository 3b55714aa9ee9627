// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemCalls

/// The httpd program.
struct ServerProgram {
    let path: String

    private static let names = ["apache2", "httpd"]
    /// Directories of programs that are not on every user's PATH.
    private static let otherFolders = [
        "/usr/sbin", "/usr/local/sbin", "/usr/local/apache2/bin",
    ]

    /// Finds it.
    ///
    /// - Parameter name: The name from the caller; nil: the first one on PATH.
    /// - Throws: ``Trouble`` that names what was searched, and how to install it.
    init(named name: String?) throws {
        if let name {
            guard FileSystem.isRegularFile(name) else {
                throw Trouble("--httpd names \(name), and no such program is there.")
            }
            path = name
            return
        }
        let listed =
            ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":").map(String.init)
            ?? []
        let folders = listed.isEmpty ? [] : listed + Self.otherFolders
        let found = folders.lazy.flatMap { folder in Self.names.map { "\(folder)/\($0)" } }
            .first(where: FileSystem.isRegularFile)
        guard let found else {
            let looked =
                folders.isEmpty ? "PATH is empty" : "not in \(folders.joined(separator: ", "))"
            throw Trouble(
                "httpd was not found: no program apache2 or httpd (\(looked)). Install it (Debian: "
                    + "apt-get install apache2-bin), or name it with --httpd.")
        }
        path = found
    }
}
