// SPDX-License-Identifier: Apache-2.0

/// A cookie that was not set, because browsers would have dropped it or parsed it differently.
///
/// Corresponds to `Cookie.CookieError` in mod_python.
public struct CookieError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the cookie.
    public let name: String
    /// The problem and, where helpful, the remedy.
    public let reason: String

    init(name: String, reason: String) {
        self.name = name
        self.reason = reason
    }

    /// Name and reason in one sentence.
    public var description: String { "the cookie \"\(printable(name))\" was not set: \(reason)" }
}
