// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ModuleCache
import SystemCalls

/// `modswift clean`.
struct CleanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "Removes compiled handlers from the cache.",
        discussion: """
            Servers may go on meanwhile: what they have loaded they keep, what is being built stays, \
            and what was removed is compiled again when a process needs it. Without an option all \
            of it goes. What builds that were killed have left behind always goes.

            EXAMPLES:
              sudo modswift clean --dry-run
              sudo modswift clean --older-than 30
              sudo modswift clean --to-size 100M
              sudo modswift clean --cache /srv/cache/swift --all
            """)

    @OptionGroup var options: CacheOptions

    @Flag(name: .long, help: "Remove all modules and the compiler's own cache (the default).")
    var all = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Remove the modules that no process has loaded for so many days.", valueName: "days"))
    var olderThan: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Remove the modules that were not loaded for longest, until the cache is not larger "
                + "than this: bytes, or 512K, 100M, 1G.", valueName: "size"))
    var toSize: CacheSize?

    @Flag(name: .long, help: "Only say what would be removed.")
    var dryRun = false

    func validate() throws {
        let chosen = (all ? 1 : 0) + (olderThan == nil ? 0 : 1) + (toSize == nil ? 0 : 1)
        guard chosen <= 1 else {
            throw ValidationError("Give one of --all, --older-than and --to-size, not several.")
        }
        guard (0...36_500).contains(olderThan ?? 0) else {
            throw ValidationError("--older-than takes a number of days, 0 or more.")
        }
    }

    func run() throws {
        guard let (cache, _) = try options.open() else {
            print("\(options.path) is empty: there is nothing to remove.")
            return
        }
        let cleaning = try clean(cache)
        if dryRun { list(cleaning) }
        print(summary(of: cleaning))
        if !cleaning.busy.isEmpty {
            print(
                "\(plural(cleaning.busy.count, "module")) stayed, being built or loaded just now.")
        }
        guard let toSize, cleaning.remaining > toSize.bytes else { return }
        print("This is more than \(toSize.text): no further module can be removed now.")
        throw ExitCode(1)
    }

    private func clean(_ cache: CacheDirectory) throws -> CacheCleaning {
        if let toSize { return try cache.prune(to: toSize.bytes, dryRun: dryRun) }
        guard let olderThan else { return try cache.removeAll(dryRun: dryRun) }
        let moment = WallTime.now.nanoseconds - olderThan * 86_400 * 1_000_000_000
        return try cache.removeModules(unusedSince: moment, dryRun: dryRun)
    }

    private func list(_ cleaning: CacheCleaning) {
        let now = WallTime.now.nanoseconds
        for module in cleaning.removed {
            let days = max(0, now - module.lastUse) / 86_400 / 1_000_000_000
            let use = days == 0 ? "today" : "\(plural(days, "day")) ago"
            print("Would remove \(module.path) (\(text(module.size)), last loaded \(use))")
        }
        for path in cleaning.leftovers { print("Would remove \(path), left by a killed build") }
    }

    private func summary(of cleaning: CacheCleaning) -> String {
        let remaining = text(cleaning.remaining)
        guard cleaning.freed > 0 || !cleaning.removed.isEmpty || !cleaning.leftovers.isEmpty else {
            return "There is nothing to remove. The cache holds \(remaining)."
        }
        var parts = [plural(cleaning.removed.count, "module")]
        if cleaning.removedCompilerCache { parts.append("the compiler's own cache") }
        if !cleaning.leftovers.isEmpty {
            parts.append("what \(plural(cleaning.leftovers.count, "killed build")) had left")
        }
        let list =
            parts.count < 3
            ? parts.joined(separator: " and ")
            : "\(parts.dropLast().joined(separator: ", ")) and \(parts[parts.count - 1])"
        let (did, left) = dryRun ? ("Would remove", "would be left") : ("Removed", "left")
        return "\(did) \(list): \(text(cleaning.freed)). "
            + "\(remaining) \(dryRun ? left : "are \(left)")."
    }
}

extension CacheSize: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
