// SPDX-License-Identifier: Apache-2.0
//
// The command line. It may run while servers are running.

import ArgumentParser

@main
enum Main {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let word = arguments.first, let text = Suggestion.text(for: word) {
            ModSwiftCommand.exit(withError: ValidationError(text))
        }
        ModSwiftCommand.main(arguments)
    }
}

/// Suggests a command for a word that is not one.
enum Suggestion {
    /// Returns a sentence; nil if the word is a command or an option.
    static func text(for word: String) -> String? {
        let names =
            ModSwiftCommand.configuration.subcommands.compactMap {
                $0.configuration.commandName
            } + ["help"]
        guard !word.hasPrefix("-"), !names.contains(word) else { return nil }
        let near = names.map { (name: $0, distance: distance($0, word)) }.min {
            $0.distance < $1.distance
        }
        guard let near, near.distance <= max(1, min(near.name.count, word.count) / 2) else {
            return "There is no command \"\(word)\". See: modswift help"
        }
        return "There is no command \"\(word)\". Did you mean \"\(near.name)\"?"
    }

    /// Returns the number of letters that must be inserted, removed, replaced or swapped with the
    /// next one.
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.lowercased()), Array(right.lowercased()))
        var rows = [Array(0...right.count)]
        for (i, a) in left.enumerated() {
            var row = [i + 1]
            for (j, b) in right.enumerated() {
                var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a == b ? 0 : 1))
                if i > 0, j > 0, a == right[j - 1], left[i - 1] == b {
                    best = min(best, rows[i - 1][j - 1] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}

struct ModSwiftCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "modswift",
        abstract:
            "Creates, serves and maintains sites of mod_swift, which runs Swift handlers in httpd.",
        discussion: """
            EXAMPLES:
              modswift new guestbook          make a first site
              modswift serve guestbook        serve it until Ctrl-C
              modswift editor guestbook       let an editor complete its handlers
              modswift compile hello.swift    does it compile?
              modswift build --config httpd.conf
                                              compile all that a server needs
              modswift explain MSW0103        what does this line of the error log mean?
              modswift check                  is the cache of compiled handlers in order?
              modswift clean --older-than 30  remove modules unused for 30 days
              modswift clean                  remove all of it; handlers are compiled again

            Exit status: 0 for success, 1 for a problem or a failure, 64 for an invalid command \
            line.
            """,
        version: "mod_swift \(Version.own) (Swift \(Version.swift))",
        subcommands: [
            NewCommand.self, ServeCommand.self, EditorCommand.self, CompileCommand.self,
            BuildCommand.self, GenconfigCommand.self, StartCommand.self, StopCommand.self,
            RestartCommand.self, StatusCommand.self, ExplainCommand.self, CheckCommand.self,
            CleanCommand.self, VersionCommand.self,
        ])
}

/// `modswift version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Prints the version of mod_swift, and of the Swift it was built with.",
        discussion: """
            Handlers must be compiled by exactly that version of Swift.

            EXAMPLES:
              modswift version
              modswift version --json
            """)

    @Flag(help: "Print it as JSON.")
    var json = false

    func run() throws {
        guard json else {
            return Console.say("mod_swift \(Version.own) (Swift \(Version.swift))")
        }
        try Console.say(json: [
            "version": Version.own, "swift": Version.swift, "compiler": Version.compiler,
        ])
    }
}
