// SPDX-License-Identifier: Apache-2.0
//
// The cookie of a session. It is set in errHeadersOut, which redirects and error documents keep.

internal import CookieCoding
internal import SessionCoding

extension Request {
    /// Calls body with the session ids in the client's cookies of that name, in order, until it
    /// returns true. Only the first four are used: a client cannot make the server look up many.
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

    /// Sets the cookie, replacing one that was set by this request.
    ///
    /// - Parameters:
    ///   - maxAge: The lifetime in seconds; nil: until the browser is closed.
    ///   - isReplacing: Whether this request may already have set one.
    /// - Throws: ``SessionError`` if an option makes it a cookie that browsers drop.
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

    /// Refuses to create a session whose cookie can no longer be sent.
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

    /// Prevents shared caches from storing the response and sending the session to other clients.
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
