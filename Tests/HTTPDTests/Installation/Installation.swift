// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

/// The files that `make install` puts below a DESTDIR.
struct Installation {
    let destination: String

    /// Runs a body with a separate, empty DESTDIR, whose name contains a blank.
    static func with<Result>(_ body: (Installation) throws -> Result) throws -> Result {
        try withTemporaryDirectory { try body(Installation(destination: "\($0)/dest dir")) }
    }

    /// LIBEXECDIR, relative to the DESTDIR.
    static var modules: String {
        get throws { try String(SourceTree.configured("LIBEXECDIR").dropFirst()) }
    }

    /// SYSCONFDIR/mods-available, relative to the DESTDIR.
    static var available: String {
        get throws { try SourceTree.configured("SYSCONFDIR").dropFirst() + "/mods-available" }
    }

    /// The link to the command line, relative to the DESTDIR.
    static var commandLine: String {
        get throws { try SourceTree.configured("BINDIR").dropFirst() + "/modswift" }
    }

    /// Returns the path of a shell's completion file for the command line, relative to the DESTDIR.
    static func completion(_ shell: String) throws -> String {
        let lines = try Shell.run(["\(SourceTree.root)/scripts/completions"])
        let line = try #require(
            lines.split(separator: "\n").first { $0.hasPrefix("\(shell) /") })
        return String(line.dropFirst(shell.count + 2))
    }

    /// The directory of headers, relative to the DESTDIR.
    static var headers: String {
        get throws { try String(SourceTree.configured("INCLUDEDIR").dropFirst()) }
    }

    /// The directory of the documents, relative to the DESTDIR.
    static var documents: String {
        get throws { try String(SourceTree.configured("DOCDIR").dropFirst()) }
    }

    /// mod_swift.so
    var module: String { get throws { try "\(destination)/\(Self.modules)/mod_swift.so" } }

    /// The directory of all builds.
    var builds: String { get throws { try "\(destination)/\(Self.modules)/mod_swift" } }

    func directory(of build: BuiltTree) throws -> String { try "\(builds)/\(build.buildID)" }

    /// swift.conf
    var configuration: String {
        get throws { try "\(destination)/\(Self.available)/swift.conf" }
    }

    /// Returns the configuration of a server with the installed module and the installed
    /// configuration, and /app, whose requests for `.do` are handled by app.swift.
    func server(mpm: MPM = .event) throws -> HTTPDConfiguration {
        var server = HTTPDConfiguration(
            mpm: mpm,
            text: """
                Include "\(try configuration)"
                <Directory "${HTDOCS}/app">
                    AddHandler mod_swift .do
                    SwiftHandler app
                    # An edit is in the very next answer.
                    SwiftDebug On
                </Directory>
                """)
        server.modSwift = try module
        return server
    }
}
