// SPDX-License-Identifier: Apache-2.0

/// Information and functions that concern the whole server and not one request.
///
/// ```swift
/// if Apache.existsConfigDefine("STAGING") { … }
/// Apache.log("the cache is cold", level: .notice)
/// ```
///
/// Corresponds to the module `apache` of mod_python.
public enum Apache {
    // MARK: Versions

    /// mod_swift's version, as in "0.1.0". `mod_python.version`.
    public static var version: String { BuildInfo.version }
    /// httpd's version, as in "2.4.71". `ap_get_server_revision`.
    public static var serverVersion: String { ServerInfo.version }
    /// httpd and its modules with their versions, whatever `ServerTokens` says.
    /// `ap_get_server_description`.
    public static var serverDescription: String { ServerInfo.description }
    /// The text that `ServerTokens` allows in the responses' `Server` header.
    /// `ap_get_server_banner`.
    public static var serverBanner: String { ServerInfo.banner }
    /// The time at which httpd was compiled, as httpd formats it. `ap_get_server_built`.
    public static var serverBuilt: String { ServerInfo.built }
    /// The version of the module interface of the running httpd; modules compiled for another
    /// version are not loaded. `MODULE_MAGIC_NUMBER_MAJOR`.
    public static var moduleMagicNumberMajor: Int { ServerModules.magicNumber.major }
    /// The number of additions to that interface since then. `MODULE_MAGIC_NUMBER_MINOR`.
    public static var moduleMagicNumberMinor: Int { ServerModules.magicNumber.minor }

    // MARK: The server

    /// `ServerRoot`. `server_root()`.
    public static var serverRoot: String { ServerInfo.root }
    /// The main server; ``Server/next`` leads from it to the virtual hosts. `main_server`.
    public static var mainServer: Server { Servers.main }

    /// Writes a line to the error log of a server.
    ///
    /// - Parameters:
    ///   - text: The text; each line break starts a new log line.
    ///   - level: Whether the line is written depends on the server's `LogLevel`.
    ///   - server: The server whose log is used; nil: the main server.
    ///   - file: The caller's file.
    ///   - line: The caller's line.
    ///
    /// Corresponds to `apache.log_error()` in mod_python, which ignored `LogLevel` if no server was
    /// given.
    public static func log(
        _ text: String, level: LogLevel = .error, server: Server? = nil,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        (server ?? mainServer).log(text, level: level, file: file, line: line)
    }

    /// Registers a closure that is called once when this child process ends normally; an error that
    /// it throws is written to the main server's log. See ``Server/registerCleanup(_:)``.
    ///
    /// Corresponds to `apache.register_cleanup()` in mod_python.
    public static func registerCleanup(_ body: @escaping @Sendable () throws -> Void) {
        mainServer.registerCleanup(body)
    }

    /// The namespaces for which modules were requested in this process, in alphabetical order; see
    /// ``Request/interpreter``.
    public static var interpreters: [String] {
        Set(Loader.modules.map(\.identity.namespace)).sorted()
    }

    // MARK: Its configuration

    /// Whether httpd was started with `-D name`, or its configuration contains `Define name`.
    ///
    /// - Parameter name: Case-sensitive.
    ///
    /// Corresponds to `apache.exists_config_define()` in mod_python.
    public static func existsConfigDefine(_ name: String) -> Bool { ServerInfo.isDefined(name) }

    /// The configuration as httpd read it, created anew by each call.
    ///
    /// Directives that take effect while they are read, such as `LoadModule`, `Include` and
    /// `<IfModule>`, are not included, but the directives that they added are; the contents of
    /// `.htaccess` files are not. Arguments may be passwords: do not show them to clients.
    ///
    /// Corresponds to `apache.config_tree()` in mod_python.
    public static func configTree() -> [Directive] { Directive.tree }

    /// The modules of httpd, in the order in which they were loaded, as in "core.c" and
    /// "mod_alias.c".
    public static var loadedModules: [String] { ServerModules.names }

    /// Whether httpd has a module.
    ///
    /// - Parameter name: As in ``loadedModules``, with or without ".c".
    public static func hasModule(_ name: String) -> Bool {
        ServerModules.has(name.hasSuffix(".c") ? name : "\(name).c")
    }
}
