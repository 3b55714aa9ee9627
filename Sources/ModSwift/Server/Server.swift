// SPDX-License-Identifier: Apache-2.0

/// The main server or a virtual host, as the configuration made it.
///
/// Corresponds to `req.server` in mod_python; to `server_rec`.
public final class Server {
    private let record: ServerRecord

    init(_ record: ServerRecord) { self.record = record }

    /// `ServerName`. `server_hostname`.
    public var hostname: String? { record.hostname }
    /// `ServerAdmin`. `server_admin`.
    public var admin: String? { record.admin }
    /// The port of `ServerName`; often 0, see ``Connection/localPort``. `port`.
    public var port: Int { record.port }
    /// Whether it is a virtual host. `is_virtual`.
    public var isVirtual: Bool { record.isVirtual }
    /// `Timeout` in seconds. `timeout`.
    public var timeout: Double { record.timeout }

    /// Writes a line to this server's error log.
    ///
    /// Corresponds to `server.log_error()` in mod_python.
    public func log(
        _ text: String, level: LogLevel = .error, file: StaticString = #fileID, line: UInt = #line
    ) {
        record.log(text, level: level, file: file, line: line)
    }
}
