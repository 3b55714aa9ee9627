// SPDX-License-Identifier: Apache-2.0

/// A URI in its parts, none but the path decoded. What the URI does not have is nil.
///
/// Most clients send a path and a query; those that use this server as a proxy send a whole URL.
///
/// Corresponds to the tuple `req.parsed_uri` in mod_python; to `apr_uri_t`.
public struct ParsedURI: Hashable, Sendable {
    /// "http". `URI_SCHEME`.
    public let scheme: String?
    /// User, password, host and port, as in "ann:secret@www.example.com:8080". `URI_HOSTINFO`.
    public let hostinfo: String?
    /// "ann". `URI_USER`.
    public let user: String?
    /// "secret". `URI_PASSWORD`.
    public let password: String?
    /// "www.example.com". `URI_HOSTNAME`.
    public let hostname: String?
    /// 8080; nil where the URI names none. `URI_PORT`.
    public let port: Int?
    /// "/a b": httpd decodes it where it stands. `URI_PATH`.
    public let path: String?
    /// What follows the question mark. `URI_QUERY`.
    public let query: String?
    /// What follows the hash sign. `URI_FRAGMENT`.
    public let fragment: String?
}
