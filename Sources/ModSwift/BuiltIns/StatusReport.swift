// SPDX-License-Identifier: Apache-2.0

internal import CompilerDiagnostics
internal import ModuleArtifact
internal import ModuleCache
internal import ServerRules
internal import SystemCalls

/// The state of mod_swift in this process, as names and values.
struct StatusReport {
    struct Section {
        /// The title, for people.
        let title: String
        /// The prefix of each name in the output for programs, as in "Module.1.".
        var prefix = ""
        var rows: [(name: String, value: String)]
    }

    let sections: [Section]

    /// - Parameter request: The request whose configuration is reported as the one in effect.
    init(for request: Request) {
        let modules = Loader.modules
        sections =
            [
                Self.versions, Self.server(request), Self.process,
                Self.namespaces(modules, request), Self.summary(modules),
            ]
            + modules.enumerated().map { Self.module($0.element, number: $0.offset + 1) }
            + [Self.imported(modules)]
            + [Self.traps, Self.cache, Self.options(request), Self.directives(request)]
    }

    private static var versions: Section {
        Section(
            title: "Versions",
            rows: [
                ("mod_swift", BuildInfo.version), ("Build", LibraryImage.buildID),
                ("Directory", LibraryImage.directory), ("Swift", BuildInfo.swiftVersion),
                ("httpd", ServerInfo.description), ("httpd built", ServerInfo.built),
                ("APR", ServerInfo.aprVersion),
            ])
    }

    private static func server(_ request: Request) -> Section {
        let record = request.live
        return Section(
            title: "Server",
            rows: [
                ("MPM", ServerInfo.mpm), ("Threaded", yes(ServerInfo.isThreaded)),
                ("Forked", yes(ServerInfo.isForked)),
                ("Threads per child", number(ServerInfo.threads)),
                ("Most children", number(ServerInfo.daemons)),
                ("Server root", ServerInfo.root),
                ("Document root", record.documentRoot ?? none),
                ("Error log", record.server?.errorLog ?? none),
            ])
    }

    private static var process: Section {
        Section(
            title: "This process",
            rows: [
                ("Process", "\(ServerUser.process)"),
                ("Generation", number(ServerInfo.generation)),
                ("Traps", "\(TrapReporter.count)"), ("Frozen", yes(ReloadPolicy.isFrozen)),
            ])
    }

    private static func namespaces(_ modules: [ModuleSlot], _ request: Request) -> Section {
        let names = Set(modules.map(\.identity.namespace)).sorted()
        return Section(
            title: "Namespaces",
            rows: [
                ("Of this request", request.interpreter),
                ("In use", names.isEmpty ? none : names.joined(separator: ", ")),
            ])
    }

    private static func summary(_ modules: [ModuleSlot]) -> Section {
        Section(title: "Modules", rows: ModuleTotals(modules).rows)
    }

    private static func module(_ slot: ModuleSlot, number: Int) -> Section {
        let (version, statistics) = slot.report
        var rows = [
            ("Source", slot.identity.sourcePath), ("Namespace", slot.identity.namespace),
            ("Optimised", yes(slot.identity.optimize)), ("Versions", "\(statistics.versions)"),
            ("Key", version?.key.short ?? none), ("Builds", "\(statistics.builds)"),
            ("Last build", statistics.lastBuildMilliseconds.map { "\($0) ms" } ?? none),
            ("Failures", "\(statistics.failures)"),
        ]
        if let (text, time) = statistics.lastFailure {
            let seconds = (MonotonicTime.now.nanoseconds - time.nanoseconds) / 1_000_000_000
            rows.append(("Last failure", "\(text) (\(seconds) s ago)"))
        }
        if let closure = version?.module.closure, !closure.isEmpty {
            rows.append(("Imports", list(closure.map { "\($0.path) \($0.key.short)" })))
        }
        rows += (version.flatMap { LoadedLibraries.library($0.key) }?.warnings).map(warnings) ?? []
        rows.append(("Handlers", list(version?.handlerNames ?? [])))
        let quarantines = version?.quarantines ?? []
        for quarantine in quarantines { rows.append(("Quarantine", quarantine)) }
        for place in TrapReporter.places(in: slot.identity.sourcePath) {
            rows.append(("Trap", place))
        }
        for (name, reason) in (version?.refusals ?? [:]).sorted(by: { $0.key < $1.key }) {
            rows.append(("No handler", "\(name): \(reason)"))
        }
        if let published = version?.published.object {
            if !published.paths.isEmpty { rows.append(("Published", list(published.paths))) }
            for (path, reason) in published.refusals.sorted(by: { $0.key < $1.key }) {
                rows.append(("Not published", "\(path): \(reason)"))
            }
        }
        return Section(
            title: FilePath.name(of: slot.identity.sourcePath), prefix: "Module.\(number).",
            rows: rows)
    }

    /// The modules that no directive names.
    private static func imported(_ modules: [ModuleSlot]) -> Section {
        let roots = Set(modules.map(\.identity.sourcePath))
        let rows = LoadedLibraries.all.filter { !roots.contains($0.module.path) }.flatMap {
            [("Module", "\($0.module.path) \($0.module.key.short)")] + warnings($0.warnings)
        }
        return Section(title: "Imported modules", prefix: "Imported.", rows: rows)
    }

    /// The warnings of the compiler.
    private static func warnings(_ text: String) -> [(name: String, value: String)] {
        Diagnostic.all(in: text).filter { $0.severity == .warning }.map { warning in
            let place = warning.file.map { "\($0):\(warning.line ?? 0): " } ?? ""
            return ("Warning", "\(place)\(warning.message)")
        }
    }

    private static var traps: Section {
        Section(
            title: "Traps and time limits", prefix: "Traps.",
            rows: TrapTotals.rows + [
                ("Handlers in quarantine", number(SharedTrapStatistics.shared?.closed)),
                ("This process is being replaced", yes(Drain.isUnderWay)),
            ])
    }

    private static var cache: Section {
        let settings = LoaderSettings.current
        let directory = settings.cacheDirectory
        var rows = [("Directory", directory), ("Usable", usability(of: directory))]
        let modules = (try? CacheDirectory(directory).list()) ?? []
        let bound = settings.cacheSize
        rows += [
            ("Compiled modules", "\(modules.count)"),
            ("Size", bytes(modules.reduce(0) { $0 + $1.size })),
            ("Bound", bound > 0 ? bytes(bound) : none),
            ("Compiler", settings.compiler), ("Build timeout", "\(settings.buildTimeout) s"),
        ]
        return Section(title: "Cache and builds", prefix: "Cache.", rows: rows)
    }

    private static func usability(of directory: String) -> String {
        do {
            _ = try ArtifactCache(directory)
            return "yes: the server's user's own, closed to others"
        } catch {
            return "no: \(HandlerFailure(describing: error).summary)"
        }
    }

    private static func options(_ request: Request) -> Section {
        let rows = request.options.map { key, value in
            (name: key, value: SecretRedaction.masked(value, ofOption: key))
        }
        return Section(
            title: "Options in effect (SwiftOption)", prefix: "Option.",
            rows: rows.sorted { $0.name < $1.name })
    }

    private static func directives(_ request: Request) -> Section {
        var rows = request.config.directives
        let path = request.live.configuration?.path ?? []
        if path.isEmpty { rows.append(("SwiftPath", none)) }
        let handlers = request.live.configuration?.handlers(for: .content)
        for index in 0..<(handlers?.count ?? 0) {
            guard let entry = handlers?[index] else { continue }
            let word = HandlerReference.configured(entry).word
            let files = entry.fileExtension.map { " | \($0)" } ?? ""
            rows.append(("SwiftHandler", "\(word)\(files) (\(entry.source))"))
        }
        rows.append(("SwiftOptimize", request.live.server?.optimizes ?? true ? "On" : "Off"))
        return Section(title: "Directives in effect", prefix: "Directive.", rows: rows)
    }

    // MARK: Values

    private static let none = "–"

    private static func yes(_ value: Bool) -> String { value ? "yes" : "no" }
    /// "12345678 bytes (11.8 MiB)".
    private static func bytes(_ count: Int) -> String {
        let tenths = (count * 10 + 524_288) / 1_048_576
        return "\(count) bytes" + (tenths > 0 ? " (\(tenths / 10).\(tenths % 10) MiB)" : "")
    }
    private static func number(_ value: Int?) -> String { value.map(String.init) ?? none }
    private static func list(_ names: [String]) -> String {
        names.isEmpty ? none : names.joined(separator: ", ")
    }
}

/// The number of traps and exceeded time limits in all processes, since the server was started.
enum TrapTotals {
    static var rows: [(name: String, value: String)] {
        guard let table = SharedTrapStatistics.shared else { return [] }
        return [
            ("Traps", "\(table[.traps])"), ("Drains", "\(table[.drains])"),
            ("Cuts", "\(table[.cuts])"), ("Quarantines", "\(table[.quarantines])"),
            ("Timeouts", "\(table[.timeouts])"), ("Stuck", "\(table[.stuck])"),
        ]
    }
}

/// The number of modules in this process.
struct ModuleTotals {
    let rows: [(name: String, value: String)]

    init(_ modules: [ModuleSlot] = Loader.modules) {
        let statistics = modules.map(\.report.statistics)
        func sum(_ field: (ModuleStatistics) -> Int) -> String {
            "\(statistics.reduce(0) { $0 + field($1) })"
        }
        rows = [
            ("Modules", "\(modules.count)"), ("Versions", sum(\.versions)),
            ("Builds", sum(\.builds)), ("Failures", sum(\.failures)),
        ]
    }
}
