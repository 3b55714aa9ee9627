// SPDX-License-Identifier: Apache-2.0

/// The connection of a request: from a client, or from a proxy in front of the server.
///
/// There is one object for each of httpd's connections; all phases of all requests on it get the
/// same object. It is used by one thread at a time, though not always the same, and is valid until
/// the connection ends: later use stops the process with a message that explains the misuse. Under
/// HTTP/2 each request has its own connection; see ``isSecondary``.
///
/// Corresponds to `req.connection` in mod_python; to `conn_rec`.
public final class Connection {
    private var record: ConnectionRecord?
    private var notesTable: Table?
    private var ownServer: Server?
    var storage: [ObjectIdentifier: Any] = [:]
    private var madeStream: ConnectionStream?
    /// The running async connection handler.
    var conversation: ConnectionTask?
    /// The index of that handler among the configured ones.
    var handlerIndex = 0
    /// Whether all its handlers have declined.
    var isDeclined = false
    /// The versions of the modules that its handlers use; the connection keeps them.
    private(set) var pinnedVersions: [PinnedVersion] = []

    private init(_ record: ConnectionRecord) { self.record = record }

    /// The object of a record, created at the first call.
    static func of(_ record: ConnectionRecord) -> Connection {
        if let connection = record.object { return connection }
        let connection = Connection(record)
        record.attach(connection)
        return connection
    }

    /// Ends the connection; called by the cleanup of the connection's pool.
    func end() {
        guard let conversation else {
            madeStream?.end()
            return letGo()
        }
        conversation.abandon(ClientGone(), first: { madeStream?.end() }, last: { letGo() })
    }

    /// Releases everything. No other thread runs code of the connection's handler at that time.
    private func letGo() {
        // The task also holds the handler's error, which may never have been read.
        if let task = OneShotWork(holding: conversation.take()) {
            Teardown.finish(task, .connection(live), "the end of a connection handler")
        }
        // Teardown that runs on a handler thread may still use the connection.
        while let value = OneShotWork(oneOf: &storage) {
            LateTeardown.finish(value, .connection(live), Teardown.keptValue)
        }
        madeStream = nil
        pinnedVersions = []
        notesTable?.end()
        ownServer?.end()
        record = nil
    }

    /// httpd's record; stops the process if the connection has ended.
    var live: ConnectionRecord {
        guard let record else {
            stop(
                "A connection was used after it had ended. Keep what you need of it in values of "
                    + "your own while one of its requests is being handled.")
        }
        return record
    }

    /// The stream of its bytes, in both directions.
    var stream: ConnectionStream {
        if let madeStream { return madeStream }
        guard let stream = ConnectionStream(live) else { stop("httpd has no memory for a brigade") }
        madeStream = stream
        return stream
    }

    // MARK: Its ends

    /// The address of the other end of the TCP connection: the client's, or that of a proxy in
    /// front of the server. `remote_ip`, `client_ip`.
    public var remoteIP: String? { live.clientIP }
    /// The port of the other end; nil for a Unix socket. `remote_addr[1]`.
    public var remotePort: Int? { live.clientAddress?.port }
    /// Address and port of the other end. `remote_addr`, `client_addr`.
    public var remoteAddr: SocketAddress? { live.clientAddress }
    /// The value of ``remoteIP``, by its name in httpd 2.4. `client_ip`.
    public var clientIP: String? { remoteIP }
    /// The value of ``remoteAddr``, by its name in httpd 2.4. `client_addr`.
    public var clientAddr: SocketAddress? { remoteAddr }
    /// The server's address on this connection. `local_ip`.
    public var localIP: String? { live.localIP }
    /// The server's port on this connection; nil for a Unix socket. `local_addr[1]`.
    public var localPort: Int? { live.localAddress?.port }
    /// The server's address and port on this connection. `local_addr`.
    public var localAddr: SocketAddress? { live.localAddress }

    /// The peer's host name: nil until it has been looked up, empty if the lookup found none.
    /// Reading it does not look it up; `HostnameLookups` and modules do. `remote_host`.
    public var remoteHost: String? { live.remoteHost }
    /// The name of the server's own address; nil unless `UseCanonicalName DNS` has caused a lookup.
    /// `local_host`.
    public var localHost: String? { live.localHost }
    /// The client's user as reported by the client's machine (RFC 1413); nil unless mod_ident has
    /// requested it.
    /// `remote_logname`.
    public var remoteLogname: String? { live.remoteLogname }
    /// Whether name and address of the other end have been verified against each other.
    /// `double_reverse`.
    public var doubleReverse: DoubleReverse { live.doubleReverse }

    // MARK: Its state

    /// Whether the connection has been aborted. `aborted`.
    public var isAborted: Bool { live.isAborted }

    /// Whether the connection stays open after the response.
    ///
    /// httpd decides that when it writes the headers of a response. ``Keepalive/close``, set before
    /// that, closes the connection after the response and announces that to the client; the other
    /// two leave the decision to httpd. Under HTTP/2 setting it has no effect.
    ///
    /// Corresponds to `conn.keepalive` in mod_python.
    public var keepalive: Keepalive {
        get { live.keepalive }
        set { live.keepalive = newValue }
    }

    /// The number of responses after which it stayed open for another request. `keepalives`.
    public var keepalives: Int { live.keepalives }

    /// Whether its bytes are encrypted by TLS between this server and the other end.
    /// `ap_ssl_conn_is_ssl`.
    public var isTLS: Bool { live.isTLS }

    /// Whether this server has opened it to another server, as mod_proxy does.
    public var isOutgoing: Bool { live.isOutgoing }

    // MARK: Its identity

    /// httpd's number of the connection, unique among the open connections. It may change from one
    /// request to the next: the event MPM computes it from the thread that serves the connection.
    /// For the whole time that a connection is open, only its two ends identify it: ``remoteAddr``
    /// and ``localAddr``. `id`.
    public var id: Int { live.id }

    /// Whether it represents one request of an HTTP/2 connection.
    ///
    /// Such requests run at the same time, on several threads, so there is no object for their
    /// common connection. Their two ends are the same.
    public var isSecondary: Bool { live.isSecondary }

    /// httpd's id of the connection in its logs (`%{c}L`); nil until a message about it has been
    /// logged.
    public var logID: String? { live.logID }

    // MARK: Its surroundings

    /// The server at which the connection arrived, before a request selected its virtual host.
    /// `base_server`.
    public var baseServer: Server {
        guard let record = live.baseServer else { return Servers.main }
        if let server = Servers.of(record) ?? ownServer { return server }
        let server = Server(record)
        ownServer = server
        return server
    }

    /// Notes for communication between modules; they live as long as the connection. A text with
    /// NUL, CR or LF is not set, and an error is logged. `notes`.
    public var notes: Table {
        if let notesTable { return notesTable }
        let table = Table(live.notes, place: "connection.notes", owner: self)
        notesTable = table
        return table
    }

    /// Writes a line to the error log, with the client's address.
    ///
    /// - Parameters:
    ///   - text: The text; each line break starts a new log line.
    ///   - level: Whether the line is written depends on the `LogLevel` of ``baseServer``.
    ///   - file: The caller's file.
    ///   - line: The caller's line.
    ///
    /// Corresponds to `conn.log_error()` in mod_python; to `ap_log_cerror`.
    public func log(
        _ text: String, level: LogLevel = .error, file: StaticString = #fileID, line: UInt = #line
    ) {
        live.log(text, level: level, file: file, line: line)
    }
}

extension Connection: TableOwner {
    /// Logs the misuse at once, because there is no request that could end as 500.
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
    /// Returns nil, because misuse is logged where it occurs.
    func takeMisuse() -> RequestState.Misuse? { nil }
    var fileDirectory: String? { nil }
    func enter(_ namespace: String, for phase: Phase) {}
    func pin(_ version: PinnedVersion) { pinnedVersions.append(version) }
}
