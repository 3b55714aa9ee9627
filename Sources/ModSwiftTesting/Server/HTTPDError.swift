// SPDX-License-Identifier: Apache-2.0

/// Why a private httpd did not do what a test asked of it, in httpd's own words where it has some.
public struct HTTPDError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, in one word.
    public enum Kind: String, Sendable {
        /// The harness could not prepare: a directory, a port, a program.
        case setup
        /// The server did not come up.
        case start
        /// The server did not come back after a restart.
        case restart
        /// The server had to be killed, ended badly, or left processes behind.
        case stop
        /// The error log holds lines of level warn and up that the test did not expect.
        case unexpectedLog
        /// The error log does not hold a line that the test expects.
        case missingLog
    }

    /// What went wrong, in one word.
    public let kind: Kind
    /// What went wrong, in a sentence.
    public let message: String
    /// What the server wrote meanwhile, to its error log and before that was open.
    public let log: String

    /// The sentence, and below it what the server wrote.
    public var description: String { log.isEmpty ? message : "\(message)\n\(log)" }

    init(_ kind: Kind, _ message: String, log: String = "") {
        self.kind = kind
        self.message = message
        self.log = log
    }
}
