// SPDX-License-Identifier: Apache-2.0

/// A cookie that was not set, since browsers would have dropped it or read it in another way.
///
/// Corresponds to `Cookie.CookieError` in mod_python.
public struct CookieError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the cookie.
    public let name: String
    /// What is wrong with it, and where it helps what to do.
    public let reason: String

    init(name: String, reason: String) {
        self.name = name
        self.reason = reason
    }

    /// Name and reason in one sentence.
    public var description: String { "the cookie \"\(printable(name))\" was not set: \(reason)" }
}
