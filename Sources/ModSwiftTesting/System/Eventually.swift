// SPDX-License-Identifier: Apache-2.0

/// Waits for a condition that becomes true by itself, such as the end of a child process.
///
/// ```swift
/// #expect(eventually { server.childPIDs.count == 2 })
/// ```
///
/// - Parameters:
///   - limit: The maximum time to wait.
///   - condition: Checked at least once, every few milliseconds.
/// - Returns: Whether it became true in time.
/// - Throws: Errors of the condition.
public func eventually(
    within limit: Duration = .seconds(120), _ condition: () throws -> Bool
) rethrows -> Bool {
    try Deadline(after: limit).wait(until: condition)
}
