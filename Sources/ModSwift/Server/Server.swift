// SPDX-License-Identifier: Apache-2.0

/// The main server or a virtual host, as the configuration made it.
///
/// There is one object for each of them, the same for all requests and all threads, for as long as
/// the process runs. Its values do not change during that time.
///
/// Corresponds to `req.server` in mod_python; to `server_rec`.
public final class Server: @unchecked Sendable {
    // because its record is only read, and dropped when no other thread can use it any more
    private var record: ServerRecord?

    init(_ record: ServerRecord) { self.record = record }

    /// Called when its record is freed.
    func end() { record = nil }

    private var live: ServerRecord {
        guard let record else {
            stop(
                "A server was used after it had ended. Most live as long as the process; one that "
                    + "a module has made for a request ends with that request.")
        }
        return record
    }

    // MARK: Its definition

    /// The file of the configuration in which it is defined; nil for the main server.
    /// `defn_name`.
    public var defnName: String? { live.definitionFile }
    /// The line in ``defnName``; 0 for the main server. `defn_line_number`.
    public var defnLineNumber: Int { live.definitionLine }
    /// Whether it is a virtual host. `is_virtual`.
    public var isVirtual: Bool { live.isVirtual }
    /// The next server in httpd's list, which begins with the main server and contains every
    /// virtual host, the last defined first. `next`.
    public var next: Server? { live.next.flatMap { Servers.of($0) } }

    // MARK: Its names

    /// `ServerName`. `server_hostname`.
    public var serverHostname: String? { live.hostname }
    /// `ServerAdmin`. `server_admin`.
    public var serverAdmin: String? { live.admin }
    /// The `ServerAlias` names without wildcards. `names`.
    public var names: [String] { live.names }
    /// The `ServerAlias` names with wildcards. `wild_names`.
    public var wildNames: [String] { live.wildNames }
    /// The port of `ServerName`; often 0, see ``Connection/localPort``. `port`.
    public var port: Int { live.port }
    /// `ServerPath`, for clients that send no `Host`; nil if it is not set. `path`.
    ///
    /// mod_python's `pathlen` is its length in bytes, `path?.utf8.count`.
    public var path: String? { live.path }
    /// `DocumentRoot`, for requests for which no module sets another one. `document_root()`.
    public var documentRoot: String? { live.documentRoot }

    // MARK: Its log

    /// `ErrorLog` as it was written; nil if it is the main server's. `error_fname`.
    public var errorFname: String? { live.errorFile }
    /// `LogLevel`, without the levels for individual modules and directories. `loglevel`.
    public var logLevel: LogLevel { live.logLevel }

    /// Writes a line to this server's error log.
    ///
    /// - Parameters:
    ///   - text: The text; each line break starts a new log line.
    ///   - level: Whether the line is written depends on `LogLevel`.
    ///   - file: The caller's file.
    ///   - line: The caller's line.
    ///
    /// Corresponds to `server.log_error()` in mod_python; to `ap_log_error`.
    public func log(
        _ text: String, level: LogLevel = .error, file: StaticString = #fileID, line: UInt = #line
    ) {
        live.log(text, level: level, file: file, line: line)
    }

    // MARK: Times and limits

    /// `Timeout` in seconds. `timeout`.
    public var timeout: Double { live.timeout }
    /// `KeepAlive`. `keep_alive`.
    public var keepAlive: Bool { live.keepsAlive }
    /// `KeepAliveTimeout` in seconds. `keep_alive_timeout`.
    public var keepAliveTimeout: Double { live.keepAliveTimeout }
    /// `MaxKeepAliveRequests`; 0 for no limit. `keep_alive_max`.
    public var keepAliveMax: Int { live.keepAliveMax }
    /// `LimitRequestLine` in bytes. `limit_req_line`.
    public var limitReqLine: Int { live.requestLineLimit }
    /// `LimitRequestFieldSize` in bytes. `limit_req_fieldsize`.
    public var limitReqFieldsize: Int { live.fieldSizeLimit }
    /// `LimitRequestFields`; 0 for no limit. `limit_req_fields`.
    public var limitReqFields: Int { live.fieldsLimit }

    // MARK: Its configuration

    /// The options that are set for the whole server, outside any section. `get_options()`.
    public var options: Options { Options(of: .server(self)) }
    /// The configuration that is set for the whole server, outside any section. `get_config()`.
    public var config: Configuration { Configuration(of: .server(self)) }

    /// The configuration outside any section.
    var configuration: DirectoryConfiguration? { live.defaults }

    /// The value of SwiftTimeout outside any section.
    var timeLimit: Timeout? { live.defaults?.timeLimit }

    // MARK: The process

    /// The number of server restarts before this child was started; nil if the MPM does not count
    /// them. `my_generation`.
    public var myGeneration: Int? { ServerInfo.generation }
    /// The time at which the server was started or last restarted, in seconds since 1970.
    /// `restart_time`.
    public var restartTime: Double { ServerInfo.restartTime }

    /// Registers a closure that is called once when this child process ends normally. The last one
    /// registered is called first.
    ///
    /// For resources of the process: a file, a database connection. Register it where the resource
    /// is created, not for every request. The child's threads have ended when it is called; an
    /// error that it throws is written to this server's log. It is not called if the process
    /// crashes or is killed, nor if prefork is stopped in the middle of a request.
    ///
    /// ```swift
    /// server.registerCleanup { try database.close() }
    /// ```
    ///
    /// Corresponds to `server.register_cleanup()` in mod_python; to a cleanup of the child's pool.
    public func registerCleanup(_ body: @escaping @Sendable () throws -> Void) {
        ChildCleanups.add(Servers.of(live) ?? Servers.main, body)
    }
}
