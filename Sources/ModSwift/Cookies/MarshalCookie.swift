// SPDX-License-Identifier: Apache-2.0

/// A cookie with a value of any `Codable` type, signed like a ``SignedCookie``. The value is
/// decoded only if the signature is valid.
///
/// ```swift
/// struct Cart: Codable { var items: [Int] }
/// var cart = req.marshalCookie("cart", as: Cart.self)?.value ?? Cart(items: [])
/// cart.items.append(7)
/// try req.addMarshalCookie(MarshalCookie("cart", cart, path: "/", httpOnly: true))
/// ```
///
/// Clients can read the value, since it is only encoded. Optional properties may be added to the
/// type later, and properties may be removed. The value's bytes, which grow by a third as text, and
/// 45 bytes of signature must fit into 4,096.
///
/// Corresponds to `Cookie.MarshalCookie` in mod_python.
public struct MarshalCookie<Value>: CookieProtocol {
    /// A token; see ``Cookie/name``.
    public var name: String
    /// The value to be encoded.
    public var value: Value
    /// Instructions to the browser. Clients do not send them back.
    public var attributes: Cookie.Attributes
    /// Whether the current key has signed it; see ``SignedCookie/hasCurrentKey``.
    public internal(set) var hasCurrentKey = true

    /// Creates a cookie to be encoded and signed.
    public init(_ name: String, _ value: Value, attributes: Cookie.Attributes) {
        self.name = name
        self.value = value
        self.attributes = attributes
    }
}

extension MarshalCookie: Sendable where Value: Sendable {}
extension MarshalCookie: Equatable where Value: Equatable {}
