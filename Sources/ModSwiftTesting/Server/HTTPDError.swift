// SPDX-License-Identifier: Apache-2.0

/// The reason why a private httpd did not do what a test requested, with httpd's own messages if
/// there are any.
public struct HTTPDError: Error, Sendable, CustomStringConvertible {
    /// The kind of an error.
    public enum Kind: String, Sendable {
        /// The harness could not create or find a directory, a port or a program.
        case setup
        /// The server did not start.
        case start
        /// The server did not serve again after a restart.
        case restart
        /// The server had to be killed, ended with an error, or left processes behind.
        case stop
        /// The error log contains lines of level warn and up that the test did not expect.
        case unexpectedLog
        /// The error log does not contain a line that the test expects.
        case missingLog
    }

    /// The kind of error.
    public let kind: Kind
    /// The error as a sentence.
    public let message: String
    /// The server's output to its error log meanwhile, and before that was opened.
    public let log: String

    /// The message, followed by the server's output.
    public var description: String { log.isEmpty ? message : "\(message)\n\(log)" }

    init(_ kind: Kind, _ message: String, log: String = "") {
        self.kind = kind
        self.message = message
        self.log = log
    }
}
