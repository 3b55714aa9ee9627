// SPDX-License-Identifier: Apache-2.0

/// Waits for something that becomes true by itself, such as the end of a child process.
///
/// ```swift
/// #expect(eventually { server.childPIDs.count == 2 })
/// ```
///
/// - Parameters:
///   - limit: How long to wait.
///   - condition: What is asked, at least once, every few milliseconds.
/// - Returns: Whether it became true in time.
/// - Throws: What the condition throws.
public func eventually(
    within limit: Duration = .seconds(5), _ condition: () throws -> Bool
) rethrows -> Bool {
    try Deadline(after: limit).wait(until: condition)
}
