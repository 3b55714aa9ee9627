// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SystemCalls

/// `modswift new`.
struct NewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Makes a directory with a first handler, ready to be served.",
        discussion: """
            Writes site.conf, hello.swift and index.html; with --pages, site.conf, index.psp and head.inc. \
            Nothing that is there already is changed.

            EXAMPLES:
              modswift new guestbook
              modswift new --pages shop
              modswift serve guestbook
            """)

    @Argument(
        help: ArgumentHelp("The directory to make.", valueName: "directory"),
        completion: .directory)
    var directory: String

    @Flag(help: "Make a site of server pages.")
    var pages = false

    func run() throws {
        let files = pages ? SiteTemplate.pages : SiteTemplate.files
        try FileSystem.makeDirectory(directory, mode: 0o755)
        for (name, _) in files
        where (try? FileSystem.info(of: "\(directory)/\(name)")) != nil {
            throw Trouble("\(directory)/\(name) is there already; nothing was written.")
        }
        for (name, text) in files {
            try FileSystem.write(Array(text.utf8), to: "\(directory)/\(name)", mode: 0o644)
            print("  \(directory)/\(name)")
        }
        print("\nNext: modswift serve \(directory)")
    }
}
