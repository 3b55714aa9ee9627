// SPDX-License-Identifier: Apache-2.0

import CompilerJobs
import DebugSymbols
import ModuleArtifact
import SystemCalls

/// Compiles sources to a library.
///
/// The compiler and the linker are called directly, as swiftc would call them (``JobPlan``): swiftc
/// and clang, which only start them, and swift-autolink-extract take longer than both together. If
/// something unexpected happens, swiftc is used instead.
struct Compiler {
    private let order: BuildArguments
    private let processes: CompilerProcess
    private let values: JobValues

    /// - Parameter sources: The paths of all sources of the module.
    init(_ order: BuildArguments, _ workplace: WorkingDirectory, sources: [String]) {
        self.order = order
        processes = CompilerProcess(order: order, workplace: workplace)
        values = JobValues(
            sources: sources, work: workplace.directory, cache: order.cache,
            module: order.names.module, file: order.names.file,
            aliases: order.imports.map { "\($0.name)=\($0.module.names.module)" },
            linked: order.closure.map { "\(order.cache)/modules/\($0.names.file)" })
    }

    /// Compiles and links the module.
    ///
    /// - Returns: The compiler's warnings, as it has printed them.
    /// - Throws: ``BuildError`` with the diagnostics, as the compiler has printed them.
    func compile() throws -> String {
        let planner = Planner(processes)
        guard order.way == .direct, let plan = try planner.plan() else { return try runDriver() }
        let result = try run(plan)
        if case .done(let warnings) = result { return warnings }
        let warnings = try runDriver()
        // It would fail with every module.
        if case .unexpected = result { try planner.giveUp() }
        return warnings
    }

    // MARK: Directly

    private enum Result {
        case done(warnings: String)
        /// A program was ended from outside.
        case interrupted
        case unexpected
    }

    private func run(_ plan: JobPlan) throws -> Result {
        var warnings = ""
        for command in plan.compileCommands(values) {
            guard let (end, output) = try? processes.run(command) else { return .unexpected }
            switch end {
            case .exited(0): warnings += output
            case .exited(1) where output.contains("error: "): throw problem(output)
            case .exited: return .unexpected
            case .signalled, .timedOut, .abandoned, .unknown: return .interrupted
            }
        }
        guard let libraries = libraries(plan.objectPaths(values)) else { return .unexpected }
        let linker = try? processes.run(plan.linkCommand(values, libraries: libraries))
        switch linker?.end {
        case .exited(0): return .done(warnings: warnings)
        case .exited, nil: return .unexpected
        case .signalled, .timedOut, .abandoned, .unknown: return .interrupted
        }
    }

    /// Returns the libraries that the object files require; nil if they cannot be determined.
    private func libraries(_ objects: [String]) -> [String]? {
        var all: [String] = []
        for object in objects {
            guard let bytes = try? FileSystem.read(object, limit: 1 << 30).bytes,
                let image = try? ELFImage(bytes),
                let libraries = AutolinkEntries.libraries(of: image)
            else { return nil }
            all += libraries.filter { !all.contains($0) }
        }
        return all
    }

    // MARK: Through the driver

    private func runDriver() throws -> String {
        let arguments = try DriverCall(order: order).arguments(values)
        let (end, output) = try processes.run([order.compiler] + arguments)
        switch end {
        case .exited(0): return output
        case .exited(1): throw problem(output)
        case .exited(let code): throw trouble("it ended with \(code)", output)
        case .signalled(let signal): throw trouble("it was ended by signal \(signal)", output)
        case .timedOut, .abandoned, .unknown: throw trouble("it was given up", output)
        }
    }

    // MARK: Failures

    private func problem(_ text: String) -> BuildError {
        // A full disk causes many kinds of failures, some of which look like an error in the
        // source.
        if SystemError.tellsOfLackOfSpace(text) { return BuildError(exit: .noSpace, text: text) }
        // A compiler of another version cannot read our module, whatever the source contains.
        if text.contains("compiled with Swift") || text.contains("no such module 'ModSwift'") {
            return trouble(
                "it must be Swift \(order.compilerVersion), which mod_swift was built with", text)
        }
        return BuildError(exit: .diagnostics, text: text)
    }

    private func trouble(_ reason: String, _ text: String) -> BuildError {
        let exit: BuilderExit = SystemError.tellsOfLackOfSpace(text) ? .noSpace : .failed
        return BuildError(exit: exit, text: "\(order.compiler): \(reason)\n\(text)")
    }
}
