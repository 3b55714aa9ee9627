// SPDX-License-Identifier: Apache-2.0

internal import CookieCoding

extension Cookie {
    /// The value of Set-Cookie.
    func serialized() throws(CookieError) -> String {
        var cookie = SetCookie(name: name, value: value)
        cookie.path = attributes.path
        cookie.domain = attributes.domain
        cookie.expires = attributes.expires
        cookie.maxAge = attributes.maxAge
        cookie.isHTTPOnly = attributes.isHTTPOnly
        cookie.isSecure = attributes.isSecure
        cookie.sameSite = attributes.sameSite.text.flatMap(SetCookie.SameSite.init)
        cookie.isPartitioned = attributes.isPartitioned
        do {
            return try cookie.serialized()
        } catch {
            throw CookieError(name: name, reason: error.description)
        }
    }
}
