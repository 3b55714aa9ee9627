// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The directory in which the build has placed mod_swift for tests; the server's user can read it.
///
/// `make` sets both variables; only live tests of mod_swift need them.
public struct ModSwiftStage: Sendable {
    /// The stage directory, with the layout of an installation (`MOD_SWIFT_STAGE`).
    public let directory: String
    /// The absolute path of mod_swift.so (`MOD_SWIFT_MODULE`).
    public let module: String

    /// Returns the stage that the environment names.
    ///
    /// - Returns: The stage.
    /// - Throws: ``HTTPDError`` if a variable is not set or does not name a readable file.
    public static func fromEnvironment() throws -> ModSwiftStage {
        ModSwiftStage(
            directory: try existing("MOD_SWIFT_STAGE"), module: try existing("MOD_SWIFT_MODULE"))
    }

    private static func existing(_ variable: String) throws -> String {
        guard let path = ProcessInfo.processInfo.environment[variable] else {
            throw HTTPDError(
                .setup, "\(variable) is not set: run the live tests with 'make test-httpd'")
        }
        guard access(path, R_OK) == 0 else {
            throw HTTPDError(.setup, "\(variable) names \(path): \(SystemError.lastText)")
        }
        return path
    }
}
