// SPDX-License-Identifier: Apache-2.0

/// The main server or a virtual host, as the configuration made it.
///
/// There is one object for each of them, the same for all requests and all threads, for as long as
/// the process runs. What it says does not change while the process runs.
///
/// Corresponds to `req.server` in mod_python; to `server_rec`.
public final class Server: @unchecked Sendable {
    // because its record is only read, and forgotten when no other thread can have it any more
    private var record: ServerRecord?

    init(_ record: ServerRecord) { self.record = record }

    /// Called when its record goes.
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
    /// The next server of httpd's list, which begins with the main server and holds every virtual
    /// host, the last defined first. `next`.
    public var next: Server? { live.next.flatMap { Servers.of($0) } }

    // MARK: Its names

    /// `ServerName`. `server_hostname`.
    public var serverHostname: String? { live.hostname }
    /// `ServerAdmin`. `server_admin`.
    public var serverAdmin: String? { live.admin }
    /// `ServerAlias`, those without wildcards. `names`.
    public var names: [String] { live.names }
    /// `ServerAlias`, those with wildcards. `wild_names`.
    public var wildNames: [String] { live.wildNames }
    /// The port of `ServerName`; often 0, see ``Connection/localPort``. `port`.
    public var port: Int { live.port }
    /// `ServerPath`, for clients that send no `Host`; nil where it is not set. `path`.
    ///
    /// mod_python's `pathlen` is the number of its bytes, `path?.utf8.count`.
    public var path: String? { live.path }
    /// `DocumentRoot`, for requests to which no module gives another one. `document_root()`.
    public var documentRoot: String? { live.documentRoot }

    // MARK: Its log

    /// `ErrorLog` as it was written; nil where it is the main server's. `error_fname`.
    public var errorFname: String? { live.errorFile }
    /// `LogLevel`, without its exceptions for single modules and directories. `loglevel`.
    public var logLevel: LogLevel { live.logLevel }

    /// Writes a line to this server's error log.
    ///
    /// - Parameters:
    ///   - text: Line breaks make further lines.
    ///   - level: Whether it is written depends on `LogLevel`.
    ///   - file: Where the caller stands.
    ///   - line: Where the caller stands.
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
    /// `MaxKeepAliveRequests`; 0 for any number. `keep_alive_max`.
    public var keepAliveMax: Int { live.keepAliveMax }
    /// `LimitRequestLine` in bytes. `limit_req_line`.
    public var limitReqLine: Int { live.requestLineLimit }
    /// `LimitRequestFieldSize` in bytes. `limit_req_fieldsize`.
    public var limitReqFieldsize: Int { live.fieldSizeLimit }
    /// `LimitRequestFields`; 0 for any number. `limit_req_fields`.
    public var limitReqFields: Int { live.fieldsLimit }

    // MARK: Its configuration

    /// The options that are set for the whole server, outside of any section. `get_options()`.
    public var options: Options { Options(of: .server(self)) }
    /// The directives that are set for the whole server, outside of any section. `get_config()`.
    public var config: Configuration { Configuration(of: .server(self)) }

    /// The directives outside of any section.
    var configuration: DirectoryConfiguration? { live.defaults }

    /// SwiftTimeout, outside of any section.
    var timeLimit: Timeout? { live.defaults?.timeLimit }

    // MARK: The process

    /// How often the server had been restarted when this child was started; nil where the MPM does
    /// not count. `my_generation`.
    public var myGeneration: Int? { ServerInfo.generation }
    /// When the server was started or last restarted, in seconds since 1970. `restart_time`.
    public var restartTime: Double { ServerInfo.restartTime }

    /// Has body called once when this child process ends in an orderly way. The last registered is
    /// called first.
    ///
    /// For what belongs to the process: a file, a connection to a database. Register it where that
    /// is made, not for every request. The child's threads have ended when it is called; an error
    /// that it throws is written to this server's log. It is not called when the process crashes
    /// or is killed, nor when prefork is stopped in the middle of a request.
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
