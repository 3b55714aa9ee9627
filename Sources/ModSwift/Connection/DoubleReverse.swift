// SPDX-License-Identifier: Apache-2.0

/// Whether the name that the DNS gives for a client's address leads back to that address.
///
/// Corresponds to the numbers of `conn.double_reverse` in mod_python.
@frozen
public enum DoubleReverse: Sendable {
    /// It was not looked up; 0.
    case notDone
    /// It does; 1.
    case confirmed
    /// It does not; -1.
    case failed
}
