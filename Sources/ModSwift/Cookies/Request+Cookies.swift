// SPDX-License-Identifier: Apache-2.0

internal import CookieCoding

extension Request {
    /// The cookies that the client has sent. They are read anew each time.
    ///
    /// Several Cookie fields count as one. httpd joins those of HTTP/1 by commas; a value that holds a comma, a
    /// space and what looks like another cookie is then taken for two.
    ///
    /// Corresponds to `Cookie.get_cookies()` in mod_python.
    public var cookies: Cookies {
        let field = live.withCookieField { $0.bytes($0.indices) }
        return Cookies(field: field, splitsAtCommas: joinsFieldsByCommas)
    }

    /// Whether httpd joins several fields so; over HTTP/2 it joins those of Cookie by semicolons.
    var joinsFieldsByCommas: Bool { live.protocolNumber < 2000 }

    /// Adds a cookie to the response, whatever becomes of it: redirects and errors carry it, too.
    ///
    /// The first one brings `Cache-Control: no-cache="set-cookie"` along, so that caches do not give it to
    /// others. From a subrequest it goes into the response of the request that was made by the client.
    ///
    /// ```swift
    /// try req.addCookie(Cookie("seen", "1", path: "/", maxAge: 86_400, httpOnly: true, sameSite: .lax))
    /// throw Status.movedTemporarily
    /// ```
    ///
    /// - Throws: ``CookieError`` where browsers would drop the cookie or read it in another way than it was
    ///   meant, and where the head of the response was sent already.
    ///
    /// Corresponds to `Cookie.add_cookie()` in mod_python, whose cookies were lost with errors (N4-26).
    public func addCookie(_ cookie: Cookie) throws {
        let text: [UInt8]
        do {
            text = try SetCookie(cookie.name, cookie.value, cookie.attributes).bytes()
        } catch {
            throw CookieError(name: cookie.name, reason: error.description)
        }
        try addSetCookie(text, named: cookie.name)
    }

    /// Adds a Set-Cookie.
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
