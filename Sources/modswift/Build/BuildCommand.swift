// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SystemCalls

/// `modswift build`.
struct BuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Compiles all handlers and pages that a configuration names into the cache.",
        discussion: """
            A server with the same configuration finds them there, and needs no compiler: what depends \
            on the configuration (server names, SwiftPath, SwiftOptimize) is asked of httpd itself, \
            whose "httpd -t" lists the modules. Without --config, a directory is built as \
            "modswift serve" would serve it, under the name of --server-name.

            As root, a new cache belongs to the server's user. With --read-only it belongs to root: \
            the server only reads it, and compiles nothing. Copied to another machine with the same \
            build of mod_swift, and the sources at the same paths, it serves there.

            EXAMPLES:
              modswift build guestbook
              sudo modswift build --config /etc/apache2/apache2.conf
              sudo modswift build --config /etc/apache2/apache2.conf /srv/www/shop
              sudo modswift build --read-only --cache /srv/cache/swift --config /srv/httpd.conf
            """)

    @Argument(
        help: ArgumentHelp(
            "The site; with --config, the directory to keep to.", valueName: "directory"),
        completion: .directory)
    var directory: String?

    @OptionGroup var server: ConfigurationOptions

    @Option(
        help: ArgumentHelp(
            "The ServerName that a directory is built for.", valueName: "name"))
    var serverName = "localhost"

    @Option(
        help: ArgumentHelp(
            "The cache; by default the configuration's SwiftCacheDir.", valueName: "directory"),
        completion: .directory)
    var cache: String?

    @Flag(help: "Make a cache that belongs to root and that servers only read.")
    var readOnly = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "How many modules to compile at once; by default one for each core.",
            valueName: "number"))
    var jobs: Int?

    @Flag(help: "Print what was done as JSON.")
    var json = false

    func validate() throws {
        guard jobs.map({ (1...256).contains($0) }) ?? true else {
            throw ValidationError("--jobs takes a number from 1 to 256.")
        }
    }

    func run() throws {
        guard !readOnly || ProcessUser.current == 0 else {
            throw Trouble("A cache that servers only read belongs to root: sudo modswift build …")
        }
        var list = try list()
        if server.config != nil, let directory {
            list.keep(below: FilePath.normalized(absolute(directory)))
        }
        guard !list.modules.isEmpty || !list.problems.isEmpty else {
            throw Trouble(
                "The configuration names no module\(directory.map { " below \($0)" } ?? "").")
        }
        guard list.modules.isEmpty || FileSystem.isRegularFile(list.compiler) else {
            throw Trouble(
                "There is no Swift compiler at \(list.compiler). Install Swift "
                    + "\(list.compilerVersion), or name one in SwiftCompiler.")
        }
        let cache = try BuildCache(
            cache.map(absolute) ?? list.cache, owner: readOnly ? nil : newOwner(of: list))
        let start = MonotonicTime.now
        let count = list.modules.count
        let quiet = json
        let builds = ModuleBuilds(
            list: list, cache: cache,
            jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount)
        let results = builds.run { done, result in
            if !quiet { Self.tell(result, done, of: count) }
        }
        try cache.publish()
        let time = (MonotonicTime.now.nanoseconds - start.nanoseconds) / 1_000_000
        let report = BuildReport(
            cache: cache.directory.path, build: list.buildID, milliseconds: time,
            modules: results, problems: list.problems)
        if json { try Console.say(json: report) } else { Console.say(report.text) }
        if report.hasFailed { throw ExitCode(1) }
    }

    private func list() throws -> BuildList {
        guard let call = try server.call() else {
            return try SiteConfiguration.list(
                of: directory ?? ".", serverName: serverName, httpd: server.program.httpd)
        }
        return try BuildList(call)
    }

    /// Returns the owner of a new cache.
    private func newOwner(of list: BuildList) -> (user: UInt32, group: UInt32)? {
        list.owner ?? (ProcessUser.current, ProcessUser.current)
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/")
            ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }

    private static func tell(_ result: BuildResult, _ done: Int, of count: Int) {
        let number = String(repeating: " ", count: "\(count)".count - "\(done)".count) + "\(done)"
        let word: String =
            switch result.status {
            case .compiled: Console.painted(Console.seconds(result.milliseconds), .green)
            case .current: Console.painted("up to date", .faint)
            case .failed: Console.painted("failed", .red)
            }
        Console.say("[\(number)/\(count)] \(result.source)  \(word)")
        guard result.status == .failed else { return }
        Console.say(DiagnosticListing(output: result.output).text)
    }
}

/// The results of a build.
struct BuildReport: Encodable {
    let cache: String
    let build: String
    let milliseconds: Int
    let modules: [BuildResult]
    let problems: [String]

    var hasFailed: Bool {
        !problems.isEmpty || modules.contains { $0.status == .failed }
    }

    var text: String {
        func count(_ status: BuildResult.Status) -> Int { modules.count { $0.status == status } }
        var lines = problems.map { "\(Console.painted("Not compiled", .red)): \($0)" }
        var parts = ["Compiled \(plural(count(.compiled), "module"))"]
        if count(.current) > 0 { parts.append("\(count(.current)) up to date") }
        if count(.failed) > 0 { parts.append("\(count(.failed)) failed") }
        lines.append(
            "\(parts.joined(separator: ", ")), in \(Console.seconds(milliseconds)). "
                + "They are in \(cache), for build \(build.prefix(12)) of mod_swift.")
        return lines.joined(separator: "\n")
    }
}
