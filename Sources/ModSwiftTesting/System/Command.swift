// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A program that is run to its end, or to a time limit.
///
/// It gets a separate session and the given environment; processes that it leaves running are
/// killed. Also for the package's own tests.
package struct Command {
    /// The result of a run.
    package struct Result {
        /// The exit status.
        package let status: ExitStatus
        /// The data from standard output.
        package let output: [UInt8]
        /// The data from standard error, unless that is part of the output.
        package let errors: [UInt8]
    }

    private let program: String
    private let arguments: [String]
    private let environment: [String: String]
    private let mergesErrors: Bool

    /// Creates a command; it does not run before ``run(scratch:within:)``.
    ///
    /// - Parameters:
    ///   - program: The absolute path.
    ///   - arguments: The arguments after the program's name.
    ///   - environment: The complete environment.
    ///   - mergesErrors: Whether standard error is part of the output.
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
    ///   - scratch: A directory for its output; a pipe would have to be read meanwhile.
    ///   - limit: The maximum time before it is killed.
    /// - Returns: The result, whether it succeeded or not.
    /// - Throws: ``HTTPDError`` if it cannot be started or did not end in time.
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
