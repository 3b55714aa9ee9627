// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A program that runs to its end, or to the end of our patience.
///
/// It gets a session of its own and the environment it is given; what it leaves running is killed.
/// For the package's own tests, too.
package struct Command {
    /// What came of it.
    package struct Result {
        /// How it ended.
        package let status: ExitStatus
        /// What it wrote to standard output.
        package let output: [UInt8]
        /// What it wrote to standard error, unless that is part of the output.
        package let errors: [UInt8]
    }

    private let program: String
    private let arguments: [String]
    private let environment: [String: String]
    private let mergesErrors: Bool

    /// Makes a command; it runs when it is told to.
    ///
    /// - Parameters:
    ///   - program: The absolute path.
    ///   - arguments: What follows the program's name.
    ///   - environment: All of its environment.
    ///   - mergesErrors: Whether what it says on standard error is part of its output.
    package init(
        program: String, arguments: [String], environment: [String: String],
        mergesErrors: Bool = false
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.mergesErrors = mergesErrors
    }

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - scratch: A directory for what it writes; a pipe would have to be read meanwhile.
    ///   - limit: How long it may take before it is killed.
    /// - Returns: What came of it, whether it succeeded or not.
    /// - Throws: ``HTTPDError`` when it cannot be started or did not end in time.
    package func run(scratch: String, within limit: Duration) throws -> Result {
        let name = "\(scratch)/\(UUID().uuidString)"
        let (output, errors) = ("\(name).out", "\(name).err")
        defer {
            unlink(output)
            unlink(errors)
        }
        let pid = try Spawn(
            program: program, arguments: arguments, environment: environment, output: output,
            errors: mergesErrors ? nil : errors
        ).start()
        let process = ServerProcess(pid: pid)
        let hasEnded = Deadline(after: limit).wait { process.hasExited }
        process.killSession()
        let status = process.reap()
        guard hasEnded else {
            throw HTTPDError(.setup, "\(program) was killed: it did not end in \(limit)")
        }
        return Result(
            status: status, output: File.read(output) ?? [], errors: File.read(errors) ?? [])
    }
}
