// SPDX-License-Identifier: Apache-2.0

internal import CookieCoding

extension Cookie {
    /// The value of Set-Cookie.
    ///
    /// - Parameter sealed: Takes the place of the value.
    func bytes(sealed: [UInt8]?) throws(CookieError) -> [UInt8] {
        var cookie = SetCookie(name: name, value: value)
        cookie.path = attributes.path
        cookie.domain = attributes.domain
        cookie.expires = attributes.expires
        cookie.maxAge = attributes.maxAge
        cookie.isHTTPOnly = attributes.isHTTPOnly
        cookie.isSecure = attributes.isSecure
        cookie.sameSite = attributes.sameSite.value
        cookie.isPartitioned = attributes.isPartitioned
        do {
            return try cookie.bytes(sealed: sealed)
        } catch {
            throw CookieError(name: name, reason: error.description)
        }
    }
}
