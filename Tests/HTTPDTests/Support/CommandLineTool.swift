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
            try command.run(scratch: $0, within: .seconds(30))
        }
        return ("\(result.status)", String(decoding: result.output, as: UTF8.self))
    }
}
