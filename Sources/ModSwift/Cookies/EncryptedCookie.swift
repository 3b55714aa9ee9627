// SPDX-License-Identifier: Apache-2.0

/// A cookie that clients can neither read nor change (AES-256-GCM). Name and expiry are bound to it
/// as they are to a ``SignedCookie``; the length of the value is visible.
///
/// ```swift
/// let account = req.encryptedCookie("account")?.value
/// try req.addEncryptedCookie(
///     EncryptedCookie("account", "DE89 3704", path: "/", httpOnly: true, secure: true))
/// ```
public struct EncryptedCookie: CookieProtocol, Hashable, Sendable {
    /// A token; see ``Cookie/name``.
    public var name: String
    /// Any text; up to about 3,000 bytes.
    public var value: String
    /// Instructions to the browser. Clients do not send them back.
    public var attributes: Cookie.Attributes
    /// Whether the current key has encrypted it; see ``SignedCookie/hasCurrentKey``.
    public internal(set) var hasCurrentKey = true

    /// Creates a cookie to be encrypted.
    public init(_ name: String, _ value: String, attributes: Cookie.Attributes) {
        self.name = name
        self.value = value
        self.attributes = attributes
    }
}
