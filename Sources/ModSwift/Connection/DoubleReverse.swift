// SPDX-License-Identifier: Apache-2.0

/// Whether the name that the DNS returns for a client's address resolves to that address.
///
/// Corresponds to the numbers of `conn.double_reverse` in mod_python.
@frozen
public enum DoubleReverse: Sendable {
    /// Not looked up; 0.
    case notDone
    /// The name resolves to the address; 1.
    case confirmed
    /// The name does not resolve to the address; -1.
    case failed
}
