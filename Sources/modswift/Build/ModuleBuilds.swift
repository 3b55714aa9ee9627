// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModuleArtifact
import SystemCalls

/// The result for one module.
struct BuildResult: Encodable {
    enum Status: String, Encodable {
        case compiled
        /// It was already in the cache.
        case current
        case failed
    }

    let source: String
    let file: String
    let status: Status
    let milliseconds: Int
    /// The builder's output.
    var output = ""
}

/// Compiles modules into a cache, several at once.
struct ModuleBuilds {
    let list: BuildList
    let cache: BuildCache
    let jobs: Int

    /// Compiles all of them.
    ///
    /// - Parameter report: Called when each is finished, one call at a time.
    /// - Returns: The results, in the order of the list.
    func run(_ report: @escaping @Sendable (Int, BuildResult) -> Void) -> [BuildResult] {
        let work = Work(list.modules, report)
        let builds = self
        DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, list.modules.count))) { _ in
            while let index = work.next() {
                let module = builds.list.modules[index]
                work.finish(
                    index,
                    work.hasBrokenImport(index)
                        ? BuildResult(
                            source: module.source, file: module.file, status: .failed,
                            milliseconds: 0, output: "What it imports does not compile.")
                        : builds.result(of: module))
            }
        }
        return work.results
    }

    private func result(of module: BuildList.Module) -> BuildResult {
        let start = MonotonicTime.now
        do {
            let (status, output) = try build(module)
            let time = (MonotonicTime.now.nanoseconds - start.nanoseconds) / 1_000_000
            return BuildResult(
                source: module.source, file: module.file, status: status, milliseconds: time,
                output: output)
        } catch {
            return BuildResult(
                source: module.source, file: module.file, status: .failed, milliseconds: 0,
                output: "\(error)")
        }
    }

    private func build(_ module: BuildList.Module) throws -> (BuildResult.Status, String) {
        if cache.holds(module, of: list) { return (.current, "") }
        let deadline = MonotonicTime.now.advanced(bySeconds: list.timeout)
        let lock = try lock(of: module, until: deadline)
        // A server may have compiled it in the meantime.
        if cache.holds(module, of: list) { return (.current, "") }
        let (end, output) = try process(module).run(
            until: deadline, outputLimit: 256 << 10, grace: 1)
        _ = consume lock
        let text = String(decoding: output, as: UTF8.self)
        if end == .exited(BuilderExit.built.rawValue) { return (.compiled, "") }
        return (.failed, text.isEmpty ? "The builder ended with \(end)." : text)
    }

    /// Takes the lock that allows only one build of a module on the machine.
    private func lock(
        of module: BuildList.Module, until deadline: MonotonicTime
    ) throws -> FileLock {
        let path = cache.directory.lockPath(module.key.short)
        while true {
            if let lock = try FileLock(path) { return lock }
            guard MonotonicTime.now < deadline else {
                throw Trouble("Another process has been compiling it for \(list.timeout) s.")
            }
            pause(milliseconds: 10)
        }
    }

    private func process(_ module: BuildList.Module) -> ChildProcess {
        let arguments = module.arguments.map {
            $0.hasPrefix("cache=") ? "cache=\(cache.directory.path)" : $0
        }
        let bin = FilePath.parent(of: FilePath.real(list.compiler) ?? list.compiler)
        let work = cache.directory.work
        return ChildProcess(
            path: list.builder, arguments: arguments,
            environment: [
                "PATH=\(bin):/usr/bin:/bin", "LANG=C.UTF-8", "HOME=\(work)", "TMPDIR=\(work)",
                "LD_LIBRARY_PATH=\(FilePath.parent(of: bin))/lib/swift/host",
            ], directory: work, group: .own, reportsExit: true)
    }
}

/// The state that the threads share.
private final class Work: @unchecked Sendable {  // because the condition guards what changes
    private let condition = NSCondition()
    private let modules: [BuildList.Module]
    private let report: @Sendable (Int, BuildResult) -> Void
    /// Modules that no thread has taken yet, in the order of the list.
    private var waiting: [Int]
    private var finished: [String: BuildResult.Status] = [:]
    private var all: [Int: BuildResult] = [:]

    init(
        _ modules: [BuildList.Module], _ report: @escaping @Sendable (Int, BuildResult) -> Void
    ) {
        self.modules = modules
        self.report = report
        waiting = Array(modules.indices)
    }

    /// Returns the next module whose imports are available; nil if none is left.
    func next() -> Int? {
        condition.lock()
        defer { condition.unlock() }
        while !waiting.isEmpty {
            if let place = waiting.firstIndex(where: { isReady(modules[$0]) }) {
                return waiting.remove(at: place)
            }
            condition.wait()
        }
        return nil
    }

    private func isReady(_ module: BuildList.Module) -> Bool {
        module.imports.allSatisfy { finished[$0] != nil }
    }

    /// Whether an import of a module could not be compiled.
    func hasBrokenImport(_ index: Int) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        return modules[index].imports.contains { finished[$0] == .failed }
    }

    func finish(_ index: Int, _ result: BuildResult) {
        condition.lock()
        defer { condition.unlock() }
        all[index] = result
        finished[modules[index].key.hexadecimal] = result.status
        report(all.count, result)
        condition.broadcast()
    }

    var results: [BuildResult] { modules.indices.compactMap { all[$0] } }
}
