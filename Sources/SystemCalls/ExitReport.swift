// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// How a program of ours says itself with which code it ends.
///
/// Where SIGCHLD is ignored (by another module of the server, or a script in one), or another module
/// waits for all children, the system tells nobody else. The program that started it has left a pipe
/// for it then (``ChildProcess``).
package enum ExitReport {
    static let descriptor: Int32 = 3
    private static let variable = "MOD_SWIFT_EXIT_REPORT"
    /// What asks for it.
    static var request: String { "\(variable)=\(descriptor)" }

    /// Ends this program.
    package static func exit(_ code: Int32) -> Never {
        // SAFETY: getenv gives a pointer or none; write(2) reads one byte of ours.
        if unsafe getenv(variable) != nil {
            var byte = UInt8(truncatingIfNeeded: code)
            _ = unsafe write(descriptor, &byte, 1)
        }
        Glibc.exit(code)
    }
}
