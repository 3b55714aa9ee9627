// SPDX-License-Identifier: Apache-2.0

/// The connection a request came on: a client's, or a proxy's that stands before it.
///
/// There is one object for each of httpd's connections; every request on it, and every phase of
/// each, gets the same. It belongs to one thread at a time, though not always the same, and ends
/// with the connection: using it later stops with a sentence that says so. Under HTTP/2 each
/// request has a connection of its own; see ``isSecondary``.
///
/// Corresponds to `req.connection` in mod_python; to `conn_rec`.
public final class Connection {
    private var record: ConnectionRecord?
    private var notesTable: Table?
    private var ownServer: Server?
    var storage: [ObjectIdentifier: Any] = [:]
    private var madeStream: ConnectionStream?
    /// An async connection handler that is under way.
    var conversation: ConnectionTask?
    /// Which of the configured handlers that is.
    var handlerIndex = 0
    /// All its handlers have declined.
    var isDeclined = false
    /// The version of each module that its handlers have met: they keep to it.
    private(set) var pinnedVersions: [PinnedVersion] = []

    private init(_ record: ConnectionRecord) { self.record = record }

    /// The object of a record, made when it is first asked for.
    static func of(_ record: ConnectionRecord) -> Connection {
        if let connection = record.object { return connection }
        let connection = Connection(record)
        record.attach(connection)
        return connection
    }

    /// Called by the cleanup of the connection's pool: the end.
    func end() {
        guard let conversation else {
            madeStream?.end()
            return letGo()
        }
        conversation.abandon(ClientGone(), first: { madeStream?.end() }, last: { letGo() })
    }

    /// No other thread runs code of the connection's handler meanwhile.
    private func letGo() {
        // With the error it ended with, which nobody has asked for.
        if let task = OneShotWork(holding: conversation.take()) {
            Teardown.finish(task, .connection(live), "the end of a connection handler")
        }
        // What is let go of on a thread of handlers may look at the connection once more.
        while let value = OneShotWork(oneOf: &storage) {
            LateTeardown.finish(value, .connection(live), Teardown.keptValue)
        }
        madeStream = nil
        pinnedVersions = []
        notesTable?.end()
        ownServer?.end()
        record = nil
    }

    /// httpd's record; stops when the connection is over.
    var live: ConnectionRecord {
        guard let record else {
            stop(
                "A connection was used after it had ended. Keep what you need of it in values of "
                    + "your own while one of its requests is being handled.")
        }
        return record
    }

    /// Its bytes, in both directions.
    var stream: ConnectionStream {
        if let madeStream { return madeStream }
        guard let stream = ConnectionStream(live) else { stop("httpd has no memory for a brigade") }
        madeStream = stream
        return stream
    }

    // MARK: Its ends

    /// The address of the other end of the TCP connection: the client's, or that of a proxy before
    /// the server. `remote_ip`, `client_ip`.
    public var remoteIP: String? { live.clientIP }
    /// The port of the other end; nil for a Unix socket. `remote_addr[1]`.
    public var remotePort: Int? { live.clientAddress?.port }
    /// Address and port of the other end. `remote_addr`, `client_addr`.
    public var remoteAddr: SocketAddress? { live.clientAddress }
    /// The same as ``remoteIP``, by httpd 2.4's name. `client_ip`.
    public var clientIP: String? { remoteIP }
    /// The same as ``remoteAddr``, by httpd 2.4's name. `client_addr`.
    public var clientAddr: SocketAddress? { remoteAddr }
    /// The server's address on this connection. `local_ip`.
    public var localIP: String? { live.localIP }
    /// The server's port on this connection; nil for a Unix socket. `local_addr[1]`.
    public var localPort: Int? { live.localAddress?.port }
    /// The server's address and port on this connection. `local_addr`.
    public var localAddr: SocketAddress? { live.localAddress }

    /// The peer's host name: nil until it is looked up, empty where it was looked up
    /// and has none. Reading it looks nothing up; `HostnameLookups` and modules do. `remote_host`.
    public var remoteHost: String? { live.remoteHost }
    /// The name of the server's own address; nil unless `UseCanonicalName DNS` has looked it up.
    /// `local_host`.
    public var localHost: String? { live.localHost }
    /// The client's user as its machine says (RFC 1413); nil unless mod_ident has asked for it.
    /// `remote_logname`.
    public var remoteLogname: String? { live.remoteLogname }
    /// Whether name and address of the other end were checked against each other.
    /// `double_reverse`.
    public var doubleReverse: DoubleReverse { live.doubleReverse }

    // MARK: Its state

    /// Whether the connection was given up. `aborted`.
    public var isAborted: Bool { live.isAborted }

    /// Whether the connection is to stay open after the response.
    ///
    /// httpd decides that when it writes the headers of a response. ``Keepalive/close``, set before
    /// that, closes the connection after the response and tells the client so; the other two leave
    /// httpd its choice. Under HTTP/2 setting it has no effect.
    ///
    /// Corresponds to `conn.keepalive` in mod_python.
    public var keepalive: Keepalive {
        get { live.keepalive }
        set { live.keepalive = newValue }
    }

    /// How many responses on it have left it open for a further request. `keepalives`.
    public var keepalives: Int { live.keepalives }

    /// Whether its bytes are encrypted by TLS, on the way to this server.
    /// `ap_ssl_conn_is_ssl`.
    public var isTLS: Bool { live.isTLS }

    /// Whether this server has opened it to another one, as mod_proxy does.
    public var isOutgoing: Bool { live.isOutgoing }

    // MARK: Who it is

    /// httpd's number of the connection, unique at any one time. It may change from one request to
    /// the next: the event MPM makes it from the thread that has the connection. What tells a
    /// connection apart as long as it is open are its two ends, ``remoteAddr`` and ``localAddr``.
    /// `id`.
    public var id: Int { live.id }

    /// Whether it stands for one request of an HTTP/2 connection.
    ///
    /// Such requests run at the same time, on several threads, so there is no object for what they
    /// share. Their two ends are the same.
    public var isSecondary: Bool { live.isSecondary }

    /// httpd's id of the connection in its logs (`%{c}L`); nil until something was logged for it.
    public var logID: String? { live.logID }

    // MARK: Around it

    /// The server the connection arrived at, before a request named its virtual host.
    /// `base_server`.
    public var baseServer: Server {
        guard let record = live.baseServer else { return Servers.main }
        if let server = Servers.of(record) ?? ownServer { return server }
        let server = Server(record)
        ownServer = server
        return server
    }

    /// Notes that modules leave each other; as long as the connection. A text with NUL, CR or LF is
    /// not set, and the error log says so. `notes`.
    public var notes: Table {
        if let notesTable { return notesTable }
        let table = Table(live.notes, place: "connection.notes", owner: self)
        notesTable = table
        return table
    }

    /// Writes a line to the error log, with the client's address.
    ///
    /// - Parameters:
    ///   - text: Line breaks make further lines.
    ///   - level: Whether it is written depends on the `LogLevel` of ``baseServer``.
    ///   - file: Where the caller stands.
    ///   - line: Where the caller stands.
    ///
    /// Corresponds to `conn.log_error()` in mod_python; to `ap_log_cerror`.
    public func log(
        _ text: String, level: LogLevel = .error, file: StaticString = #fileID, line: UInt = #line
    ) {
        live.log(text, level: level, file: file, line: line)
    }
}

extension Connection: TableOwner {
    /// No request is known here that could end as 500.
    func remember(mistake text: String, file: StaticString, line: UInt) {
        let failure = HandlerFailure.mistake(
            RequestState.Misuse(text: text, file: file, line: line))
        live.log(failure.logMessage(), level: failure.level)
    }
}

extension Connection: HandlerContext {
    var servingServer: ServerRecord? { live.baseServer }
    var subject: CallSubject { .connection(live) }
    var owningRequest: Request? { nil }
    /// Told where it happens.
    func takeMisuse() -> RequestState.Misuse? { nil }
    var fileDirectory: String? { nil }
    func enter(_ namespace: String, for phase: Phase) {}
    func pin(_ version: PinnedVersion) { pinnedVersions.append(version) }
}
