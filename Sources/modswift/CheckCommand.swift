// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ModuleCache

/// `modswift check`.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks the cache of compiled handlers, and says what to do where it is wrong.",
        discussion: """
            Owner, mode and links of the directories, and each compiled module: whether it is whole \
            and mod_swift's. Changes nothing. Run it as root, or as the user of the server's children.

            EXAMPLES:
              sudo modswift check
              sudo modswift check --cache /srv/cache/swift
            """)

    @OptionGroup var options: CacheOptions

    @Flag(help: "Print what was found as JSON.")
    var json = false

    private struct Report: Encodable {
        struct Finding: Encodable {
            let problem: String
            let advice: String
        }

        let cache: String
        var modules = 0
        var bytes = 0
        var builds: [String: Int] = [:]
        var findings: [Finding] = []
    }

    func run() throws {
        guard let (cache, owner) = try options.open() else {
            if json { return try Console.say(json: Report(cache: options.path)) }
            print("\(options.path) is empty: no handler was compiled yet.")
            return
        }
        let report = try cache.check(owner: owner)
        if json {
            try Console.say(
                json: Report(
                    cache: cache.path, modules: report.modules, bytes: report.totalBytes,
                    builds: report.builds,
                    findings: report.findings.map { .init(problem: $0.problem, advice: $0.advice) })
            )
            guard report.findings.isEmpty else { throw ExitCode(1) }
            return
        }
        print("\(cache.path) belongs to \(CacheOptions.name(of: owner)).")
        print(
            "\(plural(report.modules, "module")), \(text(report.moduleBytes)); the compiler's own "
                + "cache, \(text(report.compilerBytes)); \(text(report.totalBytes)) in all.")
        for (build, count) in report.builds.sorted(by: { $0.key < $1.key }) {
            print("Build \(build.prefix(12)) of mod_swift has \(plural(count, "module")).")
        }
        if report.builds.count > 1 {
            print("A server uses those of its own build; \"modswift clean\" removes the others.")
        }
        for finding in report.findings {
            print("\n\(Console.painted("Wrong", .red)): \(finding.problem)\n  \(finding.advice)")
        }
        guard report.findings.isEmpty else {
            print("\n\(plural(report.findings.count, "thing")) to mend.")
            throw ExitCode(1)
        }
        print(Console.painted("Nothing is wrong.", .green))
    }
}

/// Returns a size for people.
func text(_ bytes: Int) -> String { CacheSize(bytes).text }

/// Returns "1 module", "2 modules".
func plural(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
