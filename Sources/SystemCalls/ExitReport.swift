// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The exit code that one of our programs reports itself.
///
/// If SIGCHLD is ignored (by another module of the server, or a script in one), or another module
/// waits for all children, the system does not report the exit code to the process that started the
/// program. That process has therefore created a pipe for it (``ChildProcess``).
package enum ExitReport {
    static let descriptor: Int32 = 3
    private static let variable = "MOD_SWIFT_EXIT_REPORT"
    /// The environment variable that requests the report.
    static var request: String { "\(variable)=\(descriptor)" }

    /// Reports the code and ends this program.
    package static func exit(_ code: Int32) -> Never {
        // SAFETY: getenv returns a pointer or NULL; write(2) reads one byte, of a local variable.
        if unsafe getenv(variable) != nil {
            var byte = UInt8(truncatingIfNeeded: code)
            _ = unsafe write(descriptor, &byte, 1)
        }
        Glibc.exit(code)
    }
}
