// SPDX-License-Identifier: Apache-2.0
//
// The command line. It may run while servers do.

import ArgumentParser

@main
struct ModSwiftCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "modswift",
        abstract: "Looks after mod_swift, which runs Swift handlers in the Apache HTTP server.",
        discussion: """
            EXAMPLES:
              modswift new guestbook          make a first site
              modswift serve guestbook        serve it until Ctrl-C
              modswift editor guestbook       have an editor complete its handlers
              modswift explain MSW0103        what does this line of the error log mean?
              modswift check                  is the cache of compiled handlers in order?
              modswift clean --older-than 30  remove what nobody has used for a month
              modswift clean                  remove all of it; handlers are compiled again

            Exit status: 0 when all is well, 1 when something was found or failed, 64 when the \
            command was not understood.
            """,
        subcommands: [
            NewCommand.self, ServeCommand.self, EditorCommand.self, ExplainCommand.self,
            CleanCommand.self,
            CheckCommand.self, VersionCommand.self,
        ])
}

/// `modswift version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Prints the version of mod_swift, and of the Swift it was built with.",
        discussion: """
            Handlers must be compiled by exactly that version of Swift.

            EXAMPLE:
              modswift version
            """)

    func run() { print("mod_swift \(Version.own) (Swift \(Version.swift))") }
}
