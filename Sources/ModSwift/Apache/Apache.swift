// SPDX-License-Identifier: Apache-2.0

/// What belongs to the whole server and to no request.
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
    /// What `ServerTokens` lets the responses' `Server` header say. `ap_get_server_banner`.
    public static var serverBanner: String { ServerInfo.banner }
    /// When httpd was compiled, in its own words. `ap_get_server_built`.
    public static var serverBuilt: String { ServerInfo.built }
    /// The version of the interface for modules that the running httpd has; modules compiled for
    /// another one are not loaded. `MODULE_MAGIC_NUMBER_MAJOR`.
    public static var moduleMagicNumberMajor: Int { ServerModules.magicNumber.major }
    /// What was added to that interface since, counted. `MODULE_MAGIC_NUMBER_MINOR`.
    public static var moduleMagicNumberMinor: Int { ServerModules.magicNumber.minor }

    // MARK: The server

    /// `ServerRoot`. `server_root()`.
    public static var serverRoot: String { ServerInfo.root }
    /// The main server; it leads to the virtual hosts, see ``Server/next``. `main_server`.
    public static var mainServer: Server { Servers.main }

    /// Writes a line to the error log of a server.
    ///
    /// - Parameters:
    ///   - text: Line breaks make further lines.
    ///   - level: Whether it is written depends on the server's `LogLevel`.
    ///   - server: Whose log; nil: the main server's.
    ///   - file: Where the caller stands.
    ///   - line: Where the caller stands.
    ///
    /// Corresponds to `apache.log_error()` in mod_python, which paid no heed to `LogLevel` without a
    /// server.
    public static func log(
        _ text: String, level: LogLevel = .error, server: Server? = nil,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        (server ?? mainServer).log(text, level: level, file: file, line: line)
    }

    /// Has body called once when this child process ends in an orderly way; an error that it throws
    /// is written to the main server's log. See ``Server/registerCleanup(_:)``.
    ///
    /// Corresponds to `apache.register_cleanup()` in mod_python.
    public static func registerCleanup(_ body: @escaping @Sendable () throws -> Void) {
        mainServer.registerCleanup(body)
    }

    /// The namespaces in which modules of this process were asked for, in alphabetical order; see
    /// ``Request/interpreter``.
    public static var interpreters: [String] {
        Set(Loader.modules.map(\.identity.namespace)).sorted()
    }

    // MARK: Its configuration

    /// Whether httpd was started with `-D name`, or its configuration says `Define name`.
    ///
    /// - Parameter name: Compared with its case.
    ///
    /// Corresponds to `apache.exists_config_define()` in mod_python.
    public static func existsConfigDefine(_ name: String) -> Bool { ServerInfo.isDefined(name) }

    /// The configuration as httpd read it, made anew by each call.
    ///
    /// Directives that take effect while they are read, such as `LoadModule`, `Include` and
    /// `<IfModule>`, are not in it, but what they brought is; nor is what stands in `.htaccess`
    /// files. Arguments may be passwords: do not show them to clients.
    ///
    /// Corresponds to `apache.config_tree()` in mod_python.
    public static func configTree() -> [Directive] { Directive.tree }

    /// The modules of httpd, in the order in which they were loaded, as in "core.c" and
    /// "mod_alias.c".
    public static var loadedModules: [String] { ServerModules.names }

    /// Whether httpd has a module.
    ///
    /// - Parameter name: As ``loadedModules`` has it, also without its ".c".
    public static func hasModule(_ name: String) -> Bool {
        ServerModules.has(name.hasSuffix(".c") ? name : "\(name).c")
    }
}
