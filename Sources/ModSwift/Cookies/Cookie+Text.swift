// SPDX-License-Identifier: Apache-2.0

internal import CookieCoding

extension SetCookie {
    /// Creates a cookie whose value may be encoded differently.
    init(_ name: String, _ value: String, _ attributes: Cookie.Attributes) {
        self.init(
            name: name, value: value, path: attributes.path, domain: attributes.domain,
            expires: attributes.expires, maxAge: attributes.maxAge,
            isSecure: attributes.isSecure, isHTTPOnly: attributes.isHTTPOnly,
            sameSite: attributes.sameSite.value, isPartitioned: attributes.isPartitioned)
    }
}
