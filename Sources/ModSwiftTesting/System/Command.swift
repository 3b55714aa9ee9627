// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A program that runs to its end, or to the end of our patience.
struct Command {
    struct Result {
        let status: ExitStatus
        let output: [UInt8]
        let errors: [UInt8]
    }

    let program: String
    let arguments: [String]
    let environment: [String: String]
    /// Whether what it says on standard error is part of its output.
    var mergesErrors = false

    /// - Parameters:
    ///   - scratch: A directory for what it writes; a pipe would have to be read meanwhile.
    ///   - limit: How long it may take before it is killed.
    func run(scratch: String, within limit: Duration) throws -> Result {
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
