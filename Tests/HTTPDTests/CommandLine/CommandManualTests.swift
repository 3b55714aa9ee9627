// SPDX-License-Identifier: Apache-2.0
//
// Compares the output in the manual's page on the command line with the actual output of the
// commands, word for word. docs/manual/README.md explains the info strings.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct CommandManualTests {
    private static let page = "docs/manual/command-line.md"

    @Test func everyCommandPrintsWhatThePageShows() throws {
        let transcripts = try Transcript.all(in: Manual.page(Self.page))
        try withTemporaryDirectory { home throws in
            let port = try PortReservation()
            defer {
                _ = try? Self.run(
                    "modswift stop --now guestbook.conf >/dev/null", in: home, port.port)
                port.release()
            }
            for transcript in transcripts {
                let script = [transcript.before, transcript.commands, transcript.after]
                    .joined(separator: "\n")
                let output = try Self.run(script, in: home, port.port)
                let seen = try output.replacing(home, with: "/home/ann")
                    .replacing("127.0.0.1:\(port.port)", with: "127.0.0.1:8080")
                    .replacing(
                        "\(SourceTree.root)/.build/stage/mod_swift.so",
                        with: "\(SourceTree.configured("LIBEXECDIR"))/mod_swift.so")
                #expect(
                    transcript.matches(seen),
                    "\(transcript.place): the command prints\n\(seen)")
            }
        }
    }

    @Test func everyCommandIsShown() throws {
        let help = try CommandLineTool.run("help").output
        let list = try #require(help.components(separatedBy: "SUBCOMMANDS:\n").last)
        let commands = list.matches(of: /(?m)^  ([a-z]+) {2,}/).map { String($0.1) }
        #expect(commands.count > 10)
        let shown = try Transcript.all(in: Manual.page(Self.page)).flatMap { $0.words }
        #expect(commands.filter { !shown.contains($0) } == [])
    }

    /// Runs a script in which `modswift` is the command line: with the port of this test, and with
    /// a server that is interrupted as soon as it serves requests.
    private static func run(_ script: String, in home: String, _ port: Int) throws -> String {
        try CommandScript.run(
            script + "\ntrue\n",
            functions: """
                exec 2>&1
                sudo() { "$@"; }
                modswift() {
                    local word=$1; shift
                    case $word in
                        genconfig) "$TOOL" genconfig --listen 127.0.0.1:$PORT "$@" ;;
                        status) "$TOOL" status --port $PORT ;;
                        serve)
                            : >.served
                            "$TOOL" serve --port $PORT "$@" >.served & local server=$!
                            for _ in $(seq 300); do
                                ! grep -q Ctrl-C .served && kill -0 $server || break
                                sleep 0.1
                            done
                            kill -INT $server; wait $server; cat .served ;;
                        *) "$TOOL" "$word" "$@" ;;
                    esac
                }
                """, in: home, port: port)
    }
}

/// Commands in the page, and the output that it shows for them.
private struct Transcript {
    let place: String
    let commands: String
    /// Commands that a test runs before and after, and that readers have already run.
    let before: String
    let after: String
    private let shown: String

    /// - Throws: If a block of output has no commands before it.
    static func all(in page: ManualPage) throws -> [Transcript] {
        try page.blocks.indices.filter { page.blocks[$0].info.hasPrefix("text output") }
            .map { index in
                let block = page.blocks[index]
                let words = ManualSnippet.words(of: block.info)
                func value(_ key: String) -> String? { words.first { $0.key == key }?.value }
                let previous = page.blocks[max(index - 1, 0)]
                let commands = try #require(
                    value("of") ?? (previous.info == "sh" ? previous.text : nil),
                    "\(block.place): output of which command?")
                return Transcript(
                    place: block.place, commands: commands, before: value("before") ?? "",
                    after: value("after") ?? "", shown: block.text)
            }
    }

    /// The modswift commands in it.
    var words: [String] { commands.matches(of: /modswift (\w+)/).map { String($0.1) } }

    /// Whether an output matches the one shown: a line of three dots represents any number of
    /// lines.
    func matches(_ output: String) -> Bool {
        let parts = Self.constant(shown).split(
            separator: "\n", omittingEmptySubsequences: false
        ).split(separator: "…", omittingEmptySubsequences: false)
            .map { "\n" + $0.map { "\($0)\n" }.joined() }
        let seen = "\n\(Self.constant(output))\n"
        guard parts.count > 1 else { return parts == [seen] }
        var rest = seen[...]
        for (index, part) in parts.enumerated() {
            guard let place = rest.range(of: part), index > 0 || place.lowerBound == seen.startIndex
            else { return false }
            // The line break at the end is also the beginning of the next part.
            rest = rest[seen.index(before: place.upperBound)...]
        }
        return seen.hasSuffix(parts[parts.count - 1])
    }

    /// Replaces values that differ in each run: times, sizes, processes, builds, versions, users.
    /// Also removes blanks at the ends of lines.
    private static func constant(_ text: String) -> String {
        text.replacing(/\b[0-9]+\.[0-9]{2} s\b/, with: "SECONDS")
            .replacing(/(\d+ (days?|hours?|minutes?|seconds?) ?)+/, with: "ELAPSED")
            .replacing(/[0-9]+(\.[0-9]+)? (KB|MB|bytes)\b/, with: "SIZE")
            .replacing(/process [0-9]+/, with: "process PID")
            // Some children may not have started yet.
            .replacing(/[0-9]+ busy, [0-9]+ idle/, with: "WORKERS")
            .replacing(/\b[0-9a-f]{24}\.so/, with: "KEY.so")
            .replacing(/\b[0-9a-f]{12}\b/, with: "BUILD")
            .replacing(/\b[0-9]+\.[0-9]+\.[0-9]+\b(?!\.)/, with: "VERSION")
            .replacing(/the user [\w-]+/, with: "the user NAME")
            .replacing(/(?m) +$/, with: "")
            .trimmingCharacters(in: .newlines)
    }
}
