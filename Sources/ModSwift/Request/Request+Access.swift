// SPDX-License-Identifier: Apache-2.0
//
// The client and its user.

extension Request {
    /// The authenticated user; nil if there is none. A text with NUL is rejected and ends the
    /// request as 500. `req.user`.
    public var user: String? {
        get { live.user }
        set { note(live.setUser(newValue), "user") }
    }

    /// The password of Basic authentication; nil if the client sent none, or if `AuthType Basic`
    /// and `AuthName` are not in effect. Reading it sets ``user`` and ``apAuthType`` to the
    /// client's unverified values: the password has not been checked yet.
    ///
    /// Corresponds to `req.get_basic_auth_pw()` in mod_python.
    public var basicAuthPassword: String? { live.basicAuthPassword() }

    /// How the user was authenticated, as in "Basic"; nil if there is no authenticated user. A text
    /// with NUL, CR or LF is rejected and ends the request as 500. `req.ap_auth_type`.
    public var apAuthType: String? {
        get { live.authenticatedBy }
        set { note(live.setAuthenticatedBy(newValue), "apAuthType", refused: "NUL, CR or LF") }
    }

    /// The value of `AuthType`, as in "Basic"; nil if it is not in effect. `req.auth_type()`.
    public var authType: String? { live.authType }

    /// The value of `AuthName`, the realm; nil if it is not in effect. `req.auth_name()`.
    public var authName: String? { live.authName }

    /// The client's address as text. It is the connection's address, or the one that a module such
    /// as mod_remoteip has determined behind proxies. `req.useragent_ip`.
    public var useragentIP: String? { live.useragentIP }

    /// The client's address and port, as ``useragentIP``; the port is 0 if the address was
    /// determined behind a proxy. `req.useragent_addr`.
    public var useragentAddr: SocketAddress? { live.useragentAddress }

    /// Returns the name of the client's host, if it is known or may be looked up.
    ///
    /// The name server is queried at most once for each connection, and the handler waits for it.
    ///
    /// - Parameter lookup: What to do if the name is not known yet.
    /// - Returns: A name; or an address, which is equal to ``useragentIP``; or nil.
    ///
    /// Corresponds to `req.get_remote_host()` in mod_python; to `ap_get_useragent_host`.
    public func remoteHost(_ lookup: RemoteHostLookup = .name) -> String? {
        live.remoteHost(lookup)
    }
}

/// The effort that ``Request/remoteHost(_:)`` makes to find a name.
///
/// Corresponds to `apache.REMOTE_NAME` … in mod_python; to `REMOTE_NAME` … in httpd.
public struct RemoteHostLookup: RawRepresentable, Hashable, Sendable {
    /// httpd's number.
    public let rawValue: Int

    /// Creates a value from httpd's number.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The name, looked up if `HostnameLookups` allows it; nil if there is none.
    public static let host = RemoteHostLookup(rawValue: 0)
    /// As ``host``, but the address instead of nil.
    public static let name = RemoteHostLookup(rawValue: 1)
    /// The address, unless the name is already known; causes no DNS lookup.
    public static let noLookup = RemoteHostLookup(rawValue: 2)
    /// The name, looked up regardless of `HostnameLookups` and verified by a lookup of its address;
    /// nil if the two do not match.
    public static let doubleReverse = RemoteHostLookup(rawValue: 3)
}
