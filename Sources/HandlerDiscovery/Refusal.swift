// SPDX-License-Identifier: Apache-2.0

/// A function that a directive may name but that cannot be a handler, and why.
public struct Refusal: Sendable, Equatable {
    /// The name a directive would use: `secret`, `Type.method`.
    public var name: String

    /// A phrase for its author that can follow "`name` cannot be a handler: ".
    public var reason: String

    /// The line of the name in its file.
    public var line: Int

    /// Makes a refusal.
    public init(name: String, reason: String, line: Int) {
        self.name = name
        self.reason = reason
        self.line = line
    }
}
