// SPDX-License-Identifier: Apache-2.0
//
// The cookie of a session. It goes into errHeadersOut, which redirects and error documents keep.

internal import CookieCoding
internal import SessionCoding

extension Request {
    /// Calls body with the ids that the client has sent in cookies with a name, in order, until it returns
    /// true. Of the first four: a client cannot make the server look for many.
    func eachSessionKey(named name: String, _ body: (StoreKey) throws -> Bool) rethrows {
        let splitsAtCommas = joinsFieldsByCommas
        try live.withCookieField { field in
            var scanner = CookieScanner(splitsAtCommas: splitsAtCommas)
            var count = 0
            while count < 4, let cookie = scanner.next(named: name, in: field) {
                count += 1
                if let key = StoreKey(in: field, cookie.value), try body(key) { return }
            }
        }
    }

    /// Sets the cookie, in place of one that was set by this request.
    ///
    /// - Parameters:
    ///   - maxAge: Seconds; nil: until the browser is closed.
    ///   - isReplacing: Whether there may be one.
    /// - Throws: ``SessionError`` when an option makes it one that browsers drop.
    func setSessionCookie(
        _ value: String, maxAge: Int?, _ options: SessionOptions, replacing isReplacing: Bool
    ) throws {
        var cookie = SetCookie(name: options.cookieName, value: value)
        cookie.path = options.cookiePath
        cookie.domain = options.cookieDomain
        cookie.maxAge = maxAge
        cookie.isHTTPOnly = true
        cookie.isSecure = try options.cookieIsSecure() ?? isHTTPS
        guard let sameSite = SetCookie.SameSite(rawValue: options.cookieSameSite) else {
            throw SessionError.unsupported(
                "SwiftOption mod_swift.session.cookie_samesite is \"\(options.cookieSameSite)\"; it takes "
                    + "Lax, Strict or None")
        }
        cookie.sameSite = sameSite
        let text: String
        do {
            text = try cookie.serialized()
        } catch {
            throw SessionError.unsupported("the session's cookie cannot be set: \(error)")
        }
        if isReplacing { removeSessionCookie(options.cookieName) }
        errHeadersOut.add("Set-Cookie", text)
        keepFromSharedCaches()
    }

    /// Refuses to make a session that its client would never hear of.
    func requireUnsentHead() throws {
        guard live.sentBodyCount > 0 else { return }
        throw SessionError.unsupported(
            "the session's cookie cannot be set: the head of the response was sent already; call save() or "
                + "renew() before")
    }

    private func removeSessionCookie(_ name: String) {
        let others = errHeadersOut.values(for: "Set-Cookie").filter { !$0.hasPrefix("\(name)=") }
        errHeadersOut["Set-Cookie"] = nil
        for field in others { errHeadersOut.add("Set-Cookie", field) }
    }

    /// A shared cache that stored the response would give the session to others.
    private func keepFromSharedCaches() {
        let name = "Cache-Control"
        let present = headersOut.values(for: name) + errHeadersOut.values(for: name)
        let words = present.flatMap {
            $0.lowercased().split { $0 == "," || $0 == " " || $0 == "=" }
        }
        guard !words.contains(where: { ["private", "no-store", "no-cache"].contains($0) }) else {
            return
        }
        errHeadersOut.add(name, "no-cache=\"set-cookie\"")
    }
}
