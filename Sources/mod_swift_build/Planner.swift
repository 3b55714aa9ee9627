// SPDX-License-Identifier: Apache-2.0

import CompilerJobs
import SystemCalls

/// Provides the commands of a call of swiftc, and asks the driver for them if they are not known
/// yet.
///
/// The driver's output is kept beside the compiler's module cache, together with the state of all
/// files that it names: for another toolchain, or another crtbegin.o, the driver is run again.
struct Planner {
    private let order: BuildArguments
    private let processes: CompilerProcess
    private let workplace: WorkingDirectory

    init(_ processes: CompilerProcess) {
        self.processes = processes
        order = processes.order
        workplace = processes.workplace
    }

    /// Returns the plan for the options of this build; nil if the driver must be used.
    func plan() throws -> JobPlan? {
        let question = try [order.compiler] + DriverCall(order: order).arguments(.places)
        if let record = saved, record.question == question, record.files == record.files.map(state)
        {
            return record.plan
        }
        switch try asked() {
        case .known(let plan):
            save(
                JobRecord(
                    question: question,
                    files: ([order.compiler] + plan.paths)
                        .filter(FileSystem.isRegularFile).map(state), plan: plan))
            return plan
        case .unknown:
            save(unknown(question))
            return nil
        case .failed: return nil
        }
    }

    /// Makes builds use the driver until the toolchain changes.
    func giveUp() throws {
        save(unknown(try [order.compiler] + DriverCall(order: order).arguments(.places)))
    }

    private enum Answer {
        case known(JobPlan)
        /// The output could not be parsed.
        case unknown
        /// A program was ended by a signal or a limit.
        case failed
    }

    private func asked() throws -> Answer {
        let values = JobValues.planning(
            source: workplace.source(0), work: workplace.directory, cache: order.cache)
        let driver = try processes.run(
            [order.compiler, "-driver-print-jobs"] + DriverCall(order: order).arguments(values))
        guard case .exited(let code) = driver.end else { return .failed }
        guard code == 0, let jobs = DriverJobs(driver.output) else { return .unknown }
        // clang checks whether the objects exist.
        let objects = jobs.objects
        defer { objects.forEach(FileSystem.remove) }
        for object in objects {
            try FileSystem.makeDirectory(FilePath.parent(of: object), mode: 0o700)
            try FileSystem.write([], to: object)
        }
        let linker = try processes.run(jobs.linkerQuestion)
        guard case .exited(let code) = linker.end else { return .failed }
        guard code == 0, let plan = JobPlan(jobs, linker: linker.output, values: values) else {
            return .unknown
        }
        return .known(plan)
    }

    // MARK: The record

    private var path: String {
        let kind = order.optimize ? "optimized" : "plain"
        return "\(order.cache)/clang/\(order.buildID.prefix(12))-\(kind).jobs"
    }

    private var saved: JobRecord? {
        (try? FileSystem.read(path, limit: 1 << 20)).flatMap {
            JobRecord(text: String(decoding: $0.bytes, as: UTF8.self))
        }
    }

    /// If it cannot be stored, the next build asks again.
    private func save(_ record: JobRecord) {
        let new = "\(workplace.directory)/jobs"
        guard (try? FileSystem.write(Array(record.text.utf8), to: new)) != nil else { return }
        try? FileSystem.rename(new, to: path)
    }

    private func unknown(_ question: [String]) -> JobRecord {
        JobRecord(question: question, files: [state(order.compiler)], plan: nil)
    }

    private func state(_ file: JobRecord.File) -> JobRecord.File { state(file.path) }

    private func state(_ path: String) -> JobRecord.File {
        JobRecord.File(
            path: path, fingerprint: FileSystem.fingerprint(of: path)?.text ?? "missing")
    }
}
