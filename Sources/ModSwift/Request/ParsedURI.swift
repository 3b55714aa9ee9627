// SPDX-License-Identifier: Apache-2.0

/// The parts of a URI; only the path is decoded. Parts that the URI does not have are nil.
///
/// Most clients send a path and a query; those that use this server as a proxy send a whole URL.
///
/// Corresponds to the tuple `req.parsed_uri` in mod_python; to `apr_uri_t`.
public struct ParsedURI: Hashable, Sendable {
    /// The scheme, as in "http". `URI_SCHEME`.
    public let scheme: String?
    /// User, password, host and port, as in "ann:secret@www.example.com:8080". `URI_HOSTINFO`.
    public let hostinfo: String?
    /// The user, as in "ann". `URI_USER`.
    public let user: String?
    /// The password, as in "secret". `URI_PASSWORD`.
    public let password: String?
    /// The host, as in "www.example.com". `URI_HOSTNAME`.
    public let hostname: String?
    /// The port, as in 8080; nil if the URI has none. `URI_PORT`.
    public let port: Int?
    /// The path, as in "/a b": httpd decodes it in place. `URI_PATH`.
    public let path: String?
    /// The text after the question mark. `URI_QUERY`.
    public let query: String?
    /// The text after the hash sign. `URI_FRAGMENT`.
    public let fragment: String?
}
