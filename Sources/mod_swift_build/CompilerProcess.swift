// SPDX-License-Identifier: Apache-2.0

import CompilerJobs
import SystemCalls

/// The programs of the toolchain, each run to its end in the directory of the build.
struct CompilerProcess {
    let order: BuildArguments
    let workplace: WorkingDirectory

    /// Runs a program.
    ///
    /// - Returns: How it ended, and what it printed.
    func run(_ command: JobPlan.Command) throws -> (end: ProcessEnd, output: String) {
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
        ]
    }
}
