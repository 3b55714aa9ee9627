// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SystemCalls

/// The options that select an httpd and its configuration.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: [.customShort("f"), .long],
        help: ArgumentHelp("httpd's configuration.", valueName: "file"), completion: .file())
    var config: String?

    @OptionGroup var program: ProgramOptions

    /// Returns the call of httpd; nil if no configuration is named.
    ///
    /// - Throws: ``Trouble``.
    func call() throws -> HTTPDCall? {
        guard let config else { return nil }
        return try program.call(config)
    }
}

/// The options that select an httpd, and the definitions with which its configuration is read.
struct ProgramOptions: ParsableArguments {
    @Option(
        name: [.customShort("D"), .customLong("define")],
        help: ArgumentHelp("Define a name, as httpd's -D does.", valueName: "name"))
    var definitions: [String] = []

    @Option(
        help: ArgumentHelp(
            "The program to run; by default the first apache2 or httpd on PATH.",
            valueName: "path"), completion: .file())
    var httpd: String?

    /// Returns the call of httpd with a configuration.
    ///
    /// - Throws: ``Trouble``.
    func call(_ config: String) throws -> HTTPDCall {
        HTTPDCall(
            program: try ServerProgram(named: httpd),
            configuration: try ConfigurationFile(config).path, definitions: definitions)
    }
}
