// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemCalls

/// The configuration that `modswift serve` would use for a site, for the duration of one command.
enum SiteConfiguration {
    /// Lists the modules of a site.
    ///
    /// - Throws: ``Trouble``.
    static func list(
        of directory: String, serverName: String, httpd: String?
    ) throws -> BuildList {
        let site = try Site(directory)
        let program = try ServerProgram(named: httpd)
        return try with(site, serverName: serverName) { path in
            try BuildList(HTTPDCall(program: program, configuration: path))
        }
    }

    /// Calls a body with the path of the configuration.
    static func with<Result>(
        _ site: Site, serverName: String, _ body: (String) throws -> Result
    ) throws -> Result {
        let temporary = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        let root = try FileSystem.makeUniqueDirectory("\(temporary)/mod_swift-build")
        defer { FileSystem.removeTree(root) }
        try FileSystem.makeDirectory("\(root)/logs", mode: 0o755)
        let configuration = ServerConfiguration(
            site: site, installation: try .find(), port: 80, root: root,
            account: try ServerAccount(), serverName: serverName)
        try FileSystem.write(Array(configuration.text.utf8), to: "\(root)/httpd.conf", mode: 0o644)
        return try body("\(root)/httpd.conf")
    }
}
