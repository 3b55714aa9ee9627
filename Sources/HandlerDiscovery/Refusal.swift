// SPDX-License-Identifier: Apache-2.0

/// A function that a directive may name but that cannot be a handler, with the reason.
public struct Refusal: Sendable, Equatable {
    /// The name in a directive: `secret`, `Type.method`.
    public var name: String

    /// A phrase for its author that can follow "`name` cannot be a handler: ".
    public var reason: String

    /// The line of the name in its file.
    public var line: Int

    /// Creates a refusal.
    public init(name: String, reason: String, line: Int) {
        self.name = name
        self.reason = reason
        self.line = line
    }
}
