// SPDX-License-Identifier: Apache-2.0
//
// Who is asking: the client and its user.

extension Request {
    /// The authenticated user; nil where there is none. A text with NUL is refused and ends the request
    /// as 500. `req.user`.
    public var user: String? {
        get { live.user }
        set { note(live.setUser(newValue), "user") }
    }

    /// The password of Basic authentication; nil where the client sent none, or where `AuthType
    /// Basic` and `AuthName` are not in effect. Reading it sets ``user`` and ``apAuthType`` to what
    /// the client claims: the password was not checked yet.
    ///
    /// Corresponds to `req.get_basic_auth_pw()` in mod_python.
    public var basicAuthPassword: String? { live.basicAuthPassword() }

    /// How the user was authenticated, as in "Basic"; nil where no user was. A text with NUL, CR or LF
    /// is refused and ends the request as 500. `req.ap_auth_type`.
    public var apAuthType: String? {
        get { live.authenticatedBy }
        set { note(live.setAuthenticatedBy(newValue), "apAuthType", refused: "NUL, CR or LF") }
    }

    /// What `AuthType` says, as in "Basic"; nil where it is not in effect. `req.auth_type()`.
    public var authType: String? { live.authType }

    /// What `AuthName` says: the realm; nil where it is not in effect. `req.auth_name()`.
    public var authName: String? { live.authName }

    /// The client's address as text. It is the connection's, or what a module such as mod_remoteip
    /// has found behind proxies. `req.useragent_ip`.
    public var useragentIP: String? { live.useragentIP }

    /// The client's address and port, as ``useragentIP``; the port is 0 where the address was found
    /// behind a proxy. `req.useragent_addr`.
    public var useragentAddr: SocketAddress? { live.useragentAddress }

    /// The name of the client's host, as far as one is known or may be looked up.
    ///
    /// The name server is asked once for each connection, and the handler waits for it.
    ///
    /// - Parameter lookup: What to do where the name is not known yet.
    /// - Returns: A name; or an address, which is the same as ``useragentIP``; or nil.
    ///
    /// Corresponds to `req.get_remote_host()` in mod_python; to `ap_get_useragent_host`.
    public func remoteHost(_ lookup: RemoteHostLookup = .name) -> String? {
        live.remoteHost(lookup)
    }
}

/// How far ``Request/remoteHost(_:)`` goes to find a name.
///
/// Corresponds to `apache.REMOTE_NAME` … in mod_python; to `REMOTE_NAME` … in httpd.
public struct RemoteHostLookup: RawRepresentable, Hashable, Sendable {
    /// httpd's number.
    public let rawValue: Int

    /// Makes the one with a number.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The name, looked up where `HostnameLookups` allows it; nil where there is none.
    public static let host = RemoteHostLookup(rawValue: 0)
    /// The same, with the address in place of nil.
    public static let name = RemoteHostLookup(rawValue: 1)
    /// The address, unless the name is known already; causes no DNS lookup.
    public static let noLookup = RemoteHostLookup(rawValue: 2)
    /// The name, looked up whatever `HostnameLookups` says, and back again; nil where the two do not
    /// agree.
    public static let doubleReverse = RemoteHostLookup(rawValue: 3)
}
