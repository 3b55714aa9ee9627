// SPDX-License-Identifier: Apache-2.0
//
// The variables of CGI, and what httpd can say of the place a request is in.

extension Request {
    /// Puts the variables that CGI and SSI have in common into ``subprocessEnv``: the headers as
    /// `HTTP_…`, `SERVER_NAME`, `REMOTE_ADDR`, `SCRIPT_FILENAME` …
    ///
    /// `HostnameLookups On` makes it wait for a name server.
    ///
    /// Corresponds to `req.add_common_vars()` in mod_python; to `ap_add_common_vars`.
    public func addCommonVars() { live.addCommonVars() }

    /// Puts all variables of CGI into ``subprocessEnv``: those of ``addCommonVars()``, and
    /// `REQUEST_METHOD`, `QUERY_STRING`, `SCRIPT_NAME`, `PATH_INFO`, `REQUEST_URI` …
    ///
    /// `REQUEST_URI` has its query; in mod_python it had not. Where there is a ``pathInfo``, httpd
    /// looks up for `PATH_TRANSLATED` what it would be as a URI.
    ///
    /// Corresponds to `req.add_cgi_vars()` in mod_python; to `ap_add_cgi_vars`.
    public func addCGIVars() {
        live.addCommonVars()
        live.addCGIVars()
    }

    /// What `DocumentRoot` says, or a module in its place. `req.document_root()`.
    public var documentRoot: String? { live.documentRoot }

    /// Makes a whole URL of this server, as in "https://www.example.com:8443/a". Which host it names
    /// depends on `UseCanonicalName`.
    ///
    /// - Parameter uri: What follows the host; begins with a slash.
    /// - Throws: ``RefusedValue`` when the URI does not begin with a slash, which would make it a
    ///   part of the host's name, or holds NUL, CR or LF.
    ///
    /// Corresponds to `req.construct_url()` in mod_python; to `ap_construct_url`.
    public func constructURL(_ uri: String) throws -> String {
        guard uri.utf8.first == UInt8(ascii: "/"), let url = live.constructURL(uri) else {
            throw RefusedValue(place: "constructURL", name: uri)
        }
        return url
    }

    /// httpd's id of the request in its logs (`%L`); nil until something was logged for it.
    public var logID: String? { live.logID }
}
