// SPDX-License-Identifier: Apache-2.0

import CompilerJobs
import SystemCalls

/// Runs programs of the toolchain to their end, in the directory of the build.
struct CompilerProcess {
    let order: BuildArguments
    let workplace: WorkingDirectory

    init(order: BuildArguments, workplace: WorkingDirectory) {
        self.order = order
        self.workplace = workplace
    }

    /// Runs a program.
    ///
    /// - Returns: The way in which it ended, and its output.
    /// - Throws: ``BuildError`` if it is swiftc, which cannot run here; ``SystemError``.
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

    /// Whether there is a `/proc`, which the dynamic linker needs to find a program's libraries
    /// (`$ORIGIN`), and swiftc, a Swift program, to find its arguments. swift-frontend and the
    /// linker also work with LD_ORIGIN_PATH.
    let hasProc = FilePath.real("/proc/self/exe") != nil

    /// The directory of all programs of the toolchain.
    private var folder: String {
        FilePath.parent(of: FilePath.real(order.compiler) ?? order.compiler)
    }
}
