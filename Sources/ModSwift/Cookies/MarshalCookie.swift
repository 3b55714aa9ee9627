// SPDX-License-Identifier: Apache-2.0

/// A cookie with a value of any `Codable` type, signed like a ``SignedCookie``. It is decoded only when the
/// signature holds.
///
/// ```swift
/// struct Cart: Codable { var items: [Int] }
/// var cart = req.marshalCookie("cart", as: Cart.self)?.value ?? Cart(items: [])
/// cart.items.append(7)
/// try req.addMarshalCookie(MarshalCookie("cart", cart, path: "/", httpOnly: true))
/// ```
///
/// Clients can read it, with some pains. Properties may be added to the type where they are optional, and
/// removed. The value's bytes, a third more as text, and 45 bytes of signature must fit into 4,096.
///
/// Corresponds to `Cookie.MarshalCookie` in mod_python.
public struct MarshalCookie<Value>: CookieProtocol {
    /// A token; see ``Cookie/name``.
    public var name: String
    /// What is encoded.
    public var value: Value
    /// What a browser is to do with it. Clients send none of it.
    public var attributes: Cookie.Attributes
    /// Whether the current key has signed it; see ``SignedCookie/hasCurrentKey``.
    public internal(set) var hasCurrentKey = true

    /// A cookie to be encoded and signed.
    public init(_ name: String, _ value: Value, attributes: Cookie.Attributes) {
        self.name = name
        self.value = value
        self.attributes = attributes
    }
}

extension MarshalCookie: Sendable where Value: Sendable {}
extension MarshalCookie: Equatable where Value: Equatable {}
