// SPDX-License-Identifier: Apache-2.0

/// A cookie that clients can read and not change: its value comes with a signature of name and value
/// (HMAC-SHA-256).
///
/// ```swift
/// if let color = req.signedCookie("color")?.value { … }
/// try req.addSignedCookie(SignedCookie("color", "blue", path: "/", maxAge: 86_400, httpOnly: true))
/// ```
///
/// The time at which a browser is to forget it is part of what is signed: a cookie that is sent after that is
/// none. Within it, who has a copy of the cookie can send it, too.
///
/// Corresponds to `Cookie.SignedCookie` in mod_python, which signed with MD5 (N4-28).
public struct SignedCookie: CookieProtocol, Hashable, Sendable {
    /// A token; see ``Cookie/name``.
    public var name: String
    /// Any text. What a cookie may not hold is percent-encoded on the way.
    public var value: String
    /// What a browser is to do with it. Clients send none of it.
    public var attributes: Cookie.Attributes
    /// Whether the current key has signed it, and not a previous one of ``SecretKeys``: set it again in time
    /// where it is to outlive that.
    public internal(set) var hasCurrentKey = true

    /// A cookie to be signed.
    public init(_ name: String, _ value: String, attributes: Cookie.Attributes) {
        self.name = name
        self.value = value
        self.attributes = attributes
    }
}
