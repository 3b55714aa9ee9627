// SPDX-License-Identifier: Apache-2.0
//
// The objects that a request belongs to, and the configuration in effect for it.

extension Request {
    /// The connection of the request; the same object for all requests on it. `req.connection`.
    public var connection: Connection {
        guard let record = live.connection else {
            stop("httpd made a request without a connection")
        }
        return Connection.of(record)
    }

    /// The server or virtual host of the request; the same object for all its requests.
    /// `req.server`.
    public var server: Server {
        guard let record = live.server else {
            stop("httpd made a request without a server")
        }
        if let server = Servers.of(record) ?? stateIfAny?.ownServer { return server }
        let server = Server(record)
        state.ownServer = server
        return server
    }

    /// The request that this one is a subrequest of. `req.main`.
    public var main: Request? { live.main.map { Request.of($0) } }

    /// The request that was redirected internally to this one. `req.prev`.
    public var prev: Request? { live.previous.map { Request.of($0) } }

    /// The request to which this one was redirected internally. `req.next`.
    public var next: Request? { live.next.map { Request.of($0) } }

    /// The name of the namespace in which handlers of this request run: each has its own copy of
    /// every module's globals. `req.interpreter`.
    ///
    /// If directives set different names for directories, it is the namespace of the running
    /// handler.
    public var interpreter: String {
        guard let configuration = live.configuration, !configuration.usesFastPath else {
            return Namespace.name(at: live.server)
        }
        return stateIfAny?.namespace
            ?? Namespace.name(for: self, handlerIn: nil, configuration)
    }

    /// The options in effect. `req.get_options()`.
    public var options: Options { Options(of: .request(self)) }

    /// The configuration in effect. `req.get_config()`.
    public var config: Configuration { Configuration(of: .request(self)) }
}
