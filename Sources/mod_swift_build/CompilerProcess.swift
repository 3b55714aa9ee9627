// SPDX-License-Identifier: Apache-2.0

import CompilerJobs
import SystemCalls

/// The programs of the toolchain, each run to its end in the directory of the build.
struct CompilerProcess {
    let order: BuildArguments
    let workplace: WorkingDirectory

    init(order: BuildArguments, workplace: WorkingDirectory) {
        self.order = order
        self.workplace = workplace
    }

    /// Runs a program.
    ///
    /// - Returns: How it ended, and what it printed.
    /// - Throws: ``BuildError`` where it is swiftc, which cannot run here; ``SystemError``.
    func run(_ command: JobPlan.Command) throws -> (end: ProcessEnd, output: String) {
        guard hasProc || command[0] != order.compiler else {
            throw BuildError(
                exit: .failed,
                text:
                    "\(order.compiler) needs /proc, which is not there: mount it, or have a module compiled "
                    + "into this cache where it is; then swiftc is not needed any more")
        }
        let process = ChildProcess(
            path: command[0], arguments: Array(command.dropFirst()), environment: environment,
            directory: workplace.directory, group: .inherited)
        let (end, output) = try process.run(until: nil, outputLimit: 256 << 10)
        return (end, String(decoding: output, as: UTF8.self))
    }

    private var environment: [String] {
        [
            "PATH=\(FilePath.parent(of: order.compiler)):/usr/bin:/bin", "LANG=C.UTF-8",
            "HOME=\(workplace.directory)", "TMPDIR=\(workplace.directory)",
        ] + (hasProc ? [] : ["LD_ORIGIN_PATH=\(folder)"])
    }

    /// Whether there is a `/proc`, by which the dynamic linker finds a program's libraries (`$ORIGIN`), and
    /// swiftc, a Swift program, its arguments. swift-frontend and the linker do with LD_ORIGIN_PATH.
    let hasProc = FilePath.real("/proc/self/exe") != nil

    /// With all programs of the toolchain.
    private var folder: String {
        FilePath.parent(of: FilePath.real(order.compiler) ?? order.compiler)
    }
}
