// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where the build put mod_swift for tests: a place that the server's user may read.
///
/// `make` sets both variables; they are needed for live tests of mod_swift only.
public struct ModSwiftStage: Sendable {
    /// The stage directory, laid out as an installation (`MOD_SWIFT_STAGE`).
    public let directory: String
    /// The absolute path of mod_swift.so (`MOD_SWIFT_MODULE`).
    public let module: String

    /// The stage that the environment names.
    ///
    /// - Returns: The stage.
    /// - Throws: ``HTTPDError`` when a variable is not set or names nothing readable.
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
