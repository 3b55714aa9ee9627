// SPDX-License-Identifier: Apache-2.0

/// A cookie that clients can read but not change: its value includes a signature of name and value
/// (HMAC-SHA-256).
///
/// ```swift
/// if let color = req.signedCookie("color")?.value { … }
/// try req.addSignedCookie(SignedCookie("color", "blue", path: "/", maxAge: 86_400, httpOnly: true))
/// ```
///
/// The signature covers the expiry: a cookie that is sent after its expiry is invalid. Until then,
/// anyone who has a copy of the cookie can send it.
///
/// Corresponds to `Cookie.SignedCookie` in mod_python, which signed with MD5 (N4-28).
public struct SignedCookie: CookieProtocol, Hashable, Sendable {
    /// A token; see ``Cookie/name``.
    public var name: String
    /// Any text. Characters that are not allowed in a cookie are percent-encoded for transport.
    public var value: String
    /// Instructions to the browser. Clients do not send them back.
    public var attributes: Cookie.Attributes
    /// Whether the current key has signed it, and not a previous one of ``SecretKeys``: set it
    /// again if it is to remain valid when the previous key is removed.
    public internal(set) var hasCurrentKey = true

    /// Creates a cookie to be signed.
    public init(_ name: String, _ value: String, attributes: Cookie.Attributes) {
        self.name = name
        self.value = value
        self.attributes = attributes
    }
}
