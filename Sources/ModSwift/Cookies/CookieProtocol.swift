// SPDX-License-Identifier: Apache-2.0

/// What all kinds of cookies have in common: a name, a value, attributes.
///
/// ``Cookie``, ``SignedCookie``, ``MarshalCookie`` and ``EncryptedCookie`` conform to it.
public protocol CookieProtocol<Value> {
    /// The type of the value.
    associatedtype Value

    /// A token; see ``Cookie/name``.
    var name: String { get set }
    /// What the cookie says.
    var value: Value { get set }
    /// What a browser is to do with it. Clients send none of it.
    var attributes: Cookie.Attributes { get set }

    /// A cookie with attributes.
    init(_ name: String, _ value: Value, attributes: Cookie.Attributes)
}

extension CookieProtocol {
    /// A cookie. The attributes are those of ``Cookie/Attributes``.
    @inlinable
    public init(
        _ name: String, _ value: Value, path: String? = nil, domain: String? = nil,
        expires: Double? = nil, maxAge: Int? = nil, httpOnly: Bool = false, secure: Bool = false,
        sameSite: Cookie.SameSite = .unspecified, partitioned: Bool = false
    ) {
        self.init(
            name, value,
            attributes: Cookie.Attributes(
                path: path, domain: domain, expires: expires, maxAge: maxAge, httpOnly: httpOnly,
                secure: secure, sameSite: sameSite, partitioned: partitioned))
    }
}
