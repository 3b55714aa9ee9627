// SPDX-License-Identifier: Apache-2.0

internal import CookieCoding

/// A cookie that a client has sent, or one to be sent to a client.
///
/// ```swift
/// let visits = req.cookies["visits"].flatMap { Int($0.value) } ?? 0
/// try req.addCookie(Cookie("visits", "\(visits + 1)", path: "/", httpOnly: true, sameSite: .lax))
/// ```
///
/// Clients can change their cookies. ``SignedCookie``, ``MarshalCookie`` and ``EncryptedCookie``
/// detect that.
///
/// Corresponds to `Cookie.Cookie` in mod_python.
public struct Cookie: CookieProtocol, Hashable, Sendable {
    /// The name, case-sensitive. In a cookie to be sent, it must be a token: letters, digits and
    /// ``!#$%&'*+-.^_`|~``. Empty if a client has sent a value without a name.
    public var name: String
    /// The value as it is sent: not quoted, escaped or decoded.
    public var value: String
    /// Instructions to the browser. Clients do not send them back.
    public var attributes: Attributes

    /// Creates a cookie with attributes.
    ///
    /// - Parameters:
    ///   - name: A token.
    ///   - value: Visible ASCII characters without `"`, `,`, `;` and `\`, perhaps in double quotes as a whole.
    ///     ``Request/addCookie(_:)`` refuses others.
    ///   - attributes: Instructions to the browser.
    public init(_ name: String, _ value: String, attributes: Attributes) {
        self.name = name
        self.value = value
        self.attributes = attributes
    }

    /// The requests from other sites with which a browser sends a cookie.
    public struct SameSite: Hashable, Sendable {
        let value: SetCookie.SameSite?

        /// With no requests from other sites.
        public static let strict = SameSite(value: .strict)
        /// With GET requests from other sites that open a page of this site, such as links.
        public static let lax = SameSite(value: .lax)
        /// With all requests. The cookie must be secure.
        public static let none = SameSite(value: SetCookie.SameSite.none)
        /// Unspecified, so the browser decides; most use ``lax``.
        public static let unspecified = SameSite(value: nil)
    }

    /// Instructions to the browser about a cookie: the attributes of Set-Cookie (RFC 6265bis).
    public struct Attributes: Hashable, Sendable {
        /// The cookie is sent with requests for this path and those below it. Begins with `/`; nil:
        /// the directory of the request's own URI.
        public var path: String?
        /// The cookie is sent to this domain and all its subdomains; nil: to this host only.
        public var domain: String?
        /// The time at which the cookie expires, in seconds since 1970: in the years 1601 to 9999.
        /// Browsers prefer ``maxAge``; if neither is set, they keep the cookie until they are
        /// closed.
        public var expires: Double?
        /// The time until the cookie expires, in seconds from now. Zero or less: at once.
        public var maxAge: Int?
        /// Whether it is hidden from scripts.
        public var isHTTPOnly: Bool
        /// Whether it is sent only over TLS.
        public var isSecure: Bool
        /// The requests from other sites with which it is sent.
        public var sameSite: SameSite
        /// Whether it is stored separately for each site in which this site is embedded. It must be
        /// secure.
        public var isPartitioned: Bool

        /// Creates attributes; without arguments, none is set.
        public init(
            path: String? = nil, domain: String? = nil, expires: Double? = nil, maxAge: Int? = nil,
            httpOnly: Bool = false, secure: Bool = false, sameSite: SameSite = .unspecified,
            partitioned: Bool = false
        ) {
            self.path = path
            self.domain = domain
            self.expires = expires
            self.maxAge = maxAge
            isHTTPOnly = httpOnly
            isSecure = secure
            self.sameSite = sameSite
            isPartitioned = partitioned
        }
    }
}
