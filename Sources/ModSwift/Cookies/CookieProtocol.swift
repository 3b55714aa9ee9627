// SPDX-License-Identifier: Apache-2.0

/// The common interface of all kinds of cookies: a name, a value, attributes.
///
/// ``Cookie``, ``SignedCookie``, ``MarshalCookie`` and ``EncryptedCookie`` conform to it.
public protocol CookieProtocol<Value> {
    /// The type of the value.
    associatedtype Value

    /// A token; see ``Cookie/name``.
    var name: String { get set }
    /// The value.
    var value: Value { get set }
    /// Instructions to the browser. Clients do not send them back.
    var attributes: Cookie.Attributes { get set }

    /// Creates a cookie with attributes.
    init(_ name: String, _ value: Value, attributes: Cookie.Attributes)
}

extension CookieProtocol {
    /// Creates a cookie. The other arguments are the attributes of ``Cookie/Attributes``.
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
