// SPDX-License-Identifier: Apache-2.0
//
// What httpd knows of a request. Each is read from httpd's record when it is asked for.

extension Request {
    /// The path of the URI, decoded, without the query. `req.uri`.
    public var uri: String { live.uri ?? "" }

    /// The URI as the client sent it. `req.unparsed_uri`.
    public var unparsedURI: String { live.unparsedURI ?? "" }

    /// The file the URI was translated to; nil before translation. `req.filename`.
    public var filename: String? {
        get { live.filename }
        set { live.filename = newValue }
    }

    /// The query, without its question mark and not decoded; nil where there is none. `req.args`.
    public var args: String? {
        get { live.arguments }
        set { live.arguments = newValue }
    }

    /// What follows the file in the URI; nil where nothing does. `req.path_info`.
    public var pathInfo: String? {
        // httpd writes an empty text where there is none.
        get { live.pathInfo.flatMap { $0.isEmpty ? nil : $0 } }
        set { live.pathInfo = newValue }
    }

    /// "GET", "POST" …, as the client wrote it. `req.method`.
    public var method: String { live.method }

    /// Whether the client wants the headers only (HEAD). `req.header_only`.
    public var isHeaderOnly: Bool { live.isHeaderOnly }

    /// The first line of the request. `req.the_request`.
    public var theRequest: String? { live.requestLine }

    /// The host the client asked for; nil where it named none. `req.hostname`.
    public var hostname: String? { live.hostname }

    /// "HTTP/1.1", "HTTP/2.0" … `req.protocol`.
    public var `protocol`: String { live.protocol ?? "" }

    /// The authenticated user; nil where nobody is. `req.user`.
    public var user: String? {
        get { live.user }
        set { live.user = newValue }
    }

    /// The password of Basic authentication; nil where the client sent none, or where `AuthType
    /// Basic` and `AuthName` are not in effect. Reading it sets ``user``.
    ///
    /// Corresponds to `req.get_basic_auth_pw()` in mod_python.
    public var basicAuthPassword: String? { live.basicAuthPassword() }

    /// The status of the answer; 200 unless it is set. It says what the status line says, and
    /// nothing else: a handler that returns ``Status/ok`` writes the body itself. A number outside
    /// of 200 to 599 is refused and ends the request as 500. `req.status`.
    public var status: HTTPStatus {
        get { HTTPStatus(rawValue: Int(live.status)) }
        set {
            guard (200...599).contains(newValue.rawValue) else {
                return remember(mistake: "the status was not set: \(newValue) is none")
            }
            live.status = Int32(newValue.rawValue)
        }
    }

    /// The type of the answer. Set it before the first write reaches the client; nil leaves the
    /// answer without one. A text with NUL, CR or LF is refused and ends the request as 500.
    /// `req.content_type`.
    public var contentType: String? {
        get { live.contentType }
        set {
            if !live.setContentType(newValue) {
                remember(mistake: "\(RefusedValue(place: "contentType", name: newValue ?? ""))")
            }
        }
    }

    /// httpd's id of the request in its logs (`%L`); nil until something was logged for it.
    public var logID: String? { live.logID }

    /// Bytes of the body that were sent so far. `req.bytes_sent`.
    public var bytesSent: Int { live.bytesSent }

    // MARK: Tables

    /// The headers of the request. `req.headers_in`.
    public var headersIn: Table {
        extras.table(\.headersIn) { Table(live.headersIn, place: "headersIn", owner: self) }
    }

    /// The headers of a successful answer; httpd drops them on an error. `req.headers_out`.
    public var headersOut: Table {
        extras.table(\.headersOut) { Table(live.headersOut, place: "headersOut", owner: self) }
    }

    /// The headers of any answer, errors and internal redirects included. `req.err_headers_out`.
    public var errHeadersOut: Table {
        extras.table(\.errHeadersOut) {
            Table(live.errHeadersOut, place: "errHeadersOut", owner: self)
        }
    }

    /// The environment of CGI programs and of `SetEnv`. `req.subprocess_env`.
    public var subprocessEnv: Table {
        extras.table(\.subprocessEnv) {
            Table(live.subprocessEnv, place: "subprocessEnv", owner: self)
        }
    }

    /// Notes that modules leave each other. `req.notes`.
    public var notes: Table {
        extras.table(\.notes) { Table(live.notes, place: "notes", owner: self) }
    }

    // MARK: Around it

    /// The connection it came on; the same object for all of its requests. `req.connection`.
    public var connection: Connection {
        guard let record = live.connection else {
            stop("httpd made a request without a connection")
        }
        return Connection.of(record)
    }

    /// The server or virtual host it is for; the same object for all requests. `req.server`.
    public var server: Server {
        guard let record = live.server else {
            stop("httpd made a request without a server")
        }
        if let server = Servers.of(record) ?? existingExtras?.ownServer { return server }
        let server = Server(record)
        extras.ownServer = server
        return server
    }

    /// The request this one is a subrequest of. `req.main`.
    public var main: Request? { live.main.map { Request.of($0) } }

    /// The request that was redirected internally to this one. `req.prev`.
    public var prev: Request? { live.previous.map { Request.of($0) } }

    /// The request this one was redirected internally to. `req.next`.
    public var next: Request? { live.next.map { Request.of($0) } }

    /// The name of the namespace in which handlers of this request run: each has its own copy of
    /// every module's globals. `req.interpreter`.
    public var interpreter: String { Namespace.name(at: live.server, live.configuration) }

    /// The options in effect. `req.get_options()`.
    public var options: Options { Options(live.configuration) }

    /// The directives in effect. `req.get_config()`.
    public var config: Configuration { Configuration(live.configuration) }
}

extension RequestExtras {
    /// The table in a field, made when it is first asked for.
    fileprivate func table(
        _ field: ReferenceWritableKeyPath<RequestExtras, Table?>, make: () -> Table
    ) -> Table {
        if let table = self[keyPath: field] { return table }
        let table = make()
        self[keyPath: field] = table
        return table
    }
}
