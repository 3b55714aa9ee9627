// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting

/// The command line that was built with the tests.
enum CommandLineTool {
    /// Runs it with an environment of its own.
    ///
    /// - Returns: "exit status 0", and what it printed, on standard error too.
    static func run(_ arguments: String...) throws -> (status: String, output: String) {
        try run(arguments)
    }

    /// The same for arguments in a list.
    static func run(_ arguments: [String]) throws -> (status: String, output: String) {
        let command = Command(
            program: try SourceTree.commandLine, arguments: arguments,
            environment: ["LANG": "C.UTF-8", "COLUMNS": "80"], mergesErrors: true)
        let result = try withTemporaryDirectory {
            try command.run(scratch: $0, within: .seconds(120))
        }
        return ("\(result.status)", String(decoding: result.output, as: UTF8.self))
    }
}

/// Scripts of bash that use the command line as its users do.
enum CommandScript {
    /// What every script has: `ask PATH` prints what the server at the port responds with.
    private static let functions = """
        ask() { curl -s --max-time 120 "http://127.0.0.1:$PORT/$1"; }

        """

    /// Runs a script in a directory of its own.
    ///
    /// - Parameters:
    ///   - script: In it, `$TOOL` is modswift, `$PORT` a port that nobody else has, and `$HOME` the
    ///     directory.
    ///   - functions: What comes before it.
    /// - Returns: What it printed, on standard error too.
    static func run(
        _ script: String, functions: String, within limit: Duration = .seconds(500)
    ) throws -> String {
        try withTemporaryDirectory { directory throws in
            let port = try PortReservation()
            defer { port.release() }
            return try run(
                script, functions: functions, in: directory, port: port.port, within: limit)
        }
    }

    /// The same in a directory that is there.
    static func run(
        _ script: String, functions: String, in directory: String, port: Int,
        within limit: Duration = .seconds(500)
    ) throws -> String {
        try Shell.run(
            ["bash", "-c", "cd \"$HOME\"\n\(Self.functions)\(functions)\n\(script)"],
            environment: [
                "TOOL": try SourceTree.commandLine, "PORT": "\(port)", "HOME": directory,
                "COLUMNS": "100",
            ], within: limit)
    }
}
