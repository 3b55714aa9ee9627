// SPDX-License-Identifier: Apache-2.0

/// A multi-processing module, which distributes connections among processes and threads.
///
/// ```swift
/// @Test(arguments: MPM.allCases)
/// func greets(_ mpm: MPM) throws { … }
/// ```
public enum MPM: String, CaseIterable, Sendable {
    /// Processes with threads; a listener thread parks idle connections. httpd's default.
    case event
    /// Processes with threads; each thread serves its connection until it ends.
    case worker
    /// One process for each connection, no threads.
    case prefork
}
