// SPDX-License-Identifier: Apache-2.0

internal import CookieCoding

/// A cookie that a client has sent, or one to be set.
///
/// ```swift
/// let visits = req.cookies["visits"].flatMap { Int($0.value) } ?? 0
/// try req.addCookie(Cookie("visits", "\(visits + 1)", path: "/", httpOnly: true, sameSite: .lax))
/// ```
///
/// Clients can change their cookies as they like. ``SignedCookie``, ``MarshalCookie`` and ``EncryptedCookie``
/// notice it.
///
/// Corresponds to `Cookie.Cookie` in mod_python.
public struct Cookie: CookieProtocol, Hashable, Sendable {
    /// Compared with its case. To be set, it must be a token: letters, digits and ``!#$%&'*+-.^_`|~``. Empty
    /// where a client has sent a bare word.
    public var name: String
    /// As it is sent: nothing is quoted, escaped or decoded.
    public var value: String
    /// What a browser is to do with it. Clients send none of it.
    public var attributes: Attributes

    /// A cookie with attributes.
    ///
    /// - Parameters:
    ///   - name: A token.
    ///   - value: Visible ASCII characters without `"`, `,`, `;` and `\`, perhaps in double quotes as a whole.
    ///     ``Request/addCookie(_:)`` refuses others.
    ///   - attributes: What a browser is to do with it.
    public init(_ name: String, _ value: String, attributes: Attributes) {
        self.name = name
        self.value = value
        self.attributes = attributes
    }

    /// With which requests of other sites a browser sends a cookie.
    public struct SameSite: Hashable, Sendable {
        let value: SetCookie.SameSite?

        /// With none.
        public static let strict = SameSite(value: .strict)
        /// With those that lead to a page of this site by GET, such as links.
        public static let lax = SameSite(value: .lax)
        /// With all. The cookie must be secure.
        public static let none = SameSite(value: SetCookie.SameSite.none)
        /// Left to the browser; most take ``lax``.
        public static let unspecified = SameSite(value: nil)
    }

    /// What a browser is to do with a cookie: the attributes of Set-Cookie (RFC 6265bis).
    public struct Attributes: Hashable, Sendable {
        /// Where it is sent: with requests of this path and those below. Begins with `/`; nil: the directory of
        /// the request's own URI.
        public var path: String?
        /// Sent to this domain and all below it; nil: to this host alone.
        public var domain: String?
        /// When it is to be forgotten, in seconds since 1970: of the years 1601 to 9999. Browsers prefer
        /// ``maxAge``; with neither they keep it until they end.
        public var expires: Double?
        /// When it is to be forgotten, in seconds from now. Zero or less: at once.
        public var maxAge: Int?
        /// Whether it is hidden from scripts.
        public var isHTTPOnly: Bool
        /// Whether it is sent over TLS only.
        public var isSecure: Bool
        /// With which requests of other sites it is sent.
        public var sameSite: SameSite
        /// Whether it has a jar of its own for each site that this one is embedded in. It must be secure.
        public var isPartitioned: Bool

        /// Attributes; without arguments there are none.
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
