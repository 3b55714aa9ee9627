// SPDX-License-Identifier: Apache-2.0

internal import CookieCoding

extension Request {
    /// The cookies that the client has sent. They are parsed at each access.
    ///
    /// Several Cookie fields count as one. httpd joins the fields of HTTP/1 with commas; a value
    /// that contains a comma, a space and text that looks like another cookie is then parsed as two
    /// cookies.
    ///
    /// Corresponds to `Cookie.get_cookies()` in mod_python.
    public var cookies: Cookies {
        let field = live.withCookieField { $0.bytes($0.indices) }
        return Cookies(field: field, splitsAtCommas: joinsFieldsByCommas)
    }

    /// Whether httpd joins several fields with commas; over HTTP/2 it joins Cookie fields with
    /// semicolons.
    var joinsFieldsByCommas: Bool { live.protocolNumber < 2000 }

    /// Adds a cookie to the response, including redirects and errors.
    ///
    /// The first cookie also adds `Cache-Control: no-cache="set-cookie"`, so that caches do not
    /// send the cookies to other clients. In a subrequest, the cookie is added to the response of
    /// the client's own request.
    ///
    /// ```swift
    /// try req.addCookie(Cookie("seen", "1", path: "/", maxAge: 86_400, httpOnly: true, sameSite: .lax))
    /// throw Status.movedTemporarily
    /// ```
    ///
    /// - Throws: ``CookieError`` if browsers would drop the cookie or parse it differently, and if
    ///   the head of the response has already been sent.
    ///
    /// Corresponds to `Cookie.add_cookie()` in mod_python, whose cookies were missing from errors
    /// (N4-26).
    public func addCookie(_ cookie: Cookie) throws {
        let text: [UInt8]
        do {
            text = try SetCookie(cookie.name, cookie.value, cookie.attributes).bytes()
        } catch {
            throw CookieError(name: cookie.name, reason: error.description)
        }
        try addSetCookie(text, named: cookie.name)
    }

    /// Adds a Set-Cookie field.
    func addSetCookie(_ text: [UInt8], named name: String) throws(CookieError) {
        var client = live
        while let main = client.main { client = main }
        guard client.sentBodyCount == 0 else {
            throw CookieError(name: name, reason: "the head of the response was sent already")
        }
        guard client.addSetCookie(text) else {
            throw CookieError(name: name, reason: "it holds a line break")
        }
    }
}
