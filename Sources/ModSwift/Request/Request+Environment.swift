// SPDX-License-Identifier: Apache-2.0
//
// CGI variables, and httpd's information about the request's environment.

extension Request {
    /// Adds the variables that CGI and SSI have in common to ``subprocessEnv``: the headers as
    /// `HTTP_…`, `SERVER_NAME`, `REMOTE_ADDR`, `SCRIPT_FILENAME` …
    ///
    /// With `HostnameLookups On` it waits for a name server.
    ///
    /// Corresponds to `req.add_common_vars()` in mod_python; to `ap_add_common_vars`.
    public func addCommonVars() { live.addCommonVars() }

    /// Adds all CGI variables to ``subprocessEnv``: those of ``addCommonVars()``, and
    /// `REQUEST_METHOD`, `QUERY_STRING`, `SCRIPT_NAME`, `PATH_INFO`, `REQUEST_URI` …
    ///
    /// `REQUEST_URI` includes the query; in mod_python it did not. If there is a ``pathInfo``,
    /// httpd makes a lookup of it as a URI for `PATH_TRANSLATED`.
    ///
    /// Corresponds to `req.add_cgi_vars()` in mod_python; to `ap_add_cgi_vars`.
    public func addCGIVars() {
        live.addCommonVars()
        live.addCGIVars()
    }

    /// The value of `DocumentRoot`, or the directory that a module has set instead.
    /// `req.document_root()`.
    public var documentRoot: String? { live.documentRoot }

    /// Returns a full URL of this server, as in "https://www.example.com:8443/a". The host depends
    /// on `UseCanonicalName`.
    ///
    /// - Parameter uri: The part after the host; begins with a slash.
    /// - Throws: ``RefusedValue`` if the URI does not begin with a slash, so that it would become a
    ///   part of the host's name, or if it contains NUL, CR or LF.
    ///
    /// Corresponds to `req.construct_url()` in mod_python; to `ap_construct_url`.
    public func constructURL(_ uri: String) throws -> String {
        guard uri.utf8.first == UInt8(ascii: "/"), let url = live.constructURL(uri) else {
            throw RefusedValue(place: "constructURL", name: uri)
        }
        return url
    }

    /// httpd's id of the request in its logs (`%L`); nil until a message about it has been logged.
    public var logID: String? { live.logID }
}
