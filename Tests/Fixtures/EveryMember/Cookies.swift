// SPDX-License-Identifier: Apache-2.0

import ModSwift

extension Tally {
    /// Reads the client's cookies, and uses its texts as names and values of cookies.
    mutating func readCookies(of req: Request) {
        let cookies = req.cookies
        for cookie in cookies.prefix(16) {
            read(cookie.name, cookie.value, cookies[cookie.name]?.value)
            read(cookies.values(for: cookie.name))
            attempt { try req.addCookie(cookie) }
        }
        var iterator = cookies.makeIterator()
        while let cookie = iterator.next() { read(cookie.attributes) }
        readAttributes(path: req.uri, value: req.args ?? "")
        attempt { try req.addCookie(Cookie(req.args ?? "", req.uri)) }
        readSealedCookies(of: req, name: cookies.first { _ in true }?.name ?? "every")
        attempt { try req.addCookie(Cookie("every", "1", path: "/", maxAge: 60, httpOnly: true)) }
    }

    private mutating func readAttributes(path: String, value: String) {
        var cookie = Cookie("every", value, attributes: .init(path: path, sameSite: .lax))
        cookie.name = value
        cookie.value = path
        let attributes = cookie.attributes
        read(attributes.path, attributes.domain, attributes.expires, attributes.maxAge)
        read(attributes.isHTTPOnly, attributes.isSecure, attributes.sameSite)
        read(attributes.isPartitioned, cookie.hashValue)
    }
}

private let ownKeys = SecretKeys("a key that is new", "a key that was")

extension Tally {
    /// Reads the client's cookies as signed ones, and uses its texts as values to be signed.
    private mutating func readSealedCookies(of req: Request, name: String) {
        let text = req.args ?? ""
        for keys in [nil, ownKeys] {
            if let cookie = req.signedCookie(name, keys: keys) {
                read(cookie.name, cookie.value, cookie.attributes, cookie.hasCurrentKey)
            }
            if let cookie = req.marshalCookie(name, as: [String].self, keys: keys) {
                read(cookie.name, cookie.value, cookie.attributes, cookie.hasCurrentKey)
            }
            if let cookie = req.encryptedCookie(name, keys: keys) {
                read(cookie.name, cookie.value, cookie.attributes, cookie.hasCurrentKey)
            }
        }
        var signed = SignedCookie("signed", text, attributes: .init(path: "/"))
        signed.name = name
        read(
            SignedCookie("signed", text), signed.name, signed.value, signed.attributes,
            signed.hasCurrentKey)
        var marshal = MarshalCookie("marshal", [text, req.uri], attributes: .init(path: "/"))
        marshal.name = name
        read(MarshalCookie("marshal", text), marshal.name, marshal.value, marshal.attributes)
        read(marshal.hasCurrentKey)
        var encrypted = EncryptedCookie("encrypted", text, attributes: .init(path: "/"))
        encrypted.name = name
        read(EncryptedCookie("encrypted", text), encrypted.name, encrypted.value)
        read(encrypted.attributes, encrypted.hasCurrentKey)
        readAny(signed)
        readAny(marshal)
        attempt { try req.addSignedCookie(signed, keys: ownKeys) }
        attempt { try req.addMarshalCookie(marshal, keys: ownKeys) }
        attempt { try req.addEncryptedCookie(encrypted, keys: ownKeys) }
    }

    /// Reads the properties that all cookies have in common.
    private mutating func readAny<C: CookieProtocol>(_ cookie: C) {
        let copy = C(cookie.name, cookie.value, attributes: cookie.attributes)
        read(copy.name, C(copy.name, copy.value, path: "/").attributes)
    }
}
