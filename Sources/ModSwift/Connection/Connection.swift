// SPDX-License-Identifier: Apache-2.0

/// The connection a request came on. Read it while its request is being handled.
///
/// Corresponds to `req.connection` in mod_python; to `conn_rec`.
public final class Connection {
    private var record: ConnectionRecord?
    private var notesTable: Table?

    init(_ record: ConnectionRecord) { self.record = record }

    func end() {
        record = nil
        notesTable?.end()
    }

    private var live: ConnectionRecord {
        guard let record else {
            stop(
                "A connection was used after its request had ended. Copy what you need of it while "
                    + "the request is being handled.")
        }
        return record
    }

    /// The client's address as text, as the TCP connection has it. `remote_ip`; `client_ip`.
    public var remoteIP: String? { live.clientIP }
    /// The client's port. `remote_addr[1]`.
    public var remotePort: Int? { live.clientPort }
    /// The server's address on this connection. `local_ip`.
    public var localIP: String? { live.localIP }
    /// The server's port on this connection. `local_addr[1]`.
    public var localPort: Int? { live.localPort }
    /// Whether the connection was given up. `aborted`.
    public var isAborted: Bool { live.isAborted }
    /// The number of requests already served on it. `keepalives`.
    public var keepalives: Int { live.keepalives }
    /// httpd's number of the connection; unique among those that are open. `id`.
    public var id: Int { live.id }
    /// The server the connection arrived at. `base_server`.
    public var baseServer: Server? { live.baseServer.map { Server($0) } }
    /// Notes that modules leave each other; as long as the connection. `notes`.
    public var notes: Table {
        if let notesTable { return notesTable }
        let table = live.notes.map { Table($0, place: "connection.notes", owner: nil) } ?? Table()
        notesTable = table
        return table
    }
}
