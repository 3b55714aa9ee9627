// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The configuration of a private httpd.
///
/// The defaults serve static files from a private document root. Directives that a test is about
/// belong into ``text``, which httpd reads last, from a separate file: a line number in one of
/// httpd's messages counts the lines of ``text``. In it `${PORT}`, `${ROOT}`, `${HTDOCS}`,
/// `${LOGS}` and `${CACHE}` are replaced by this server's values.
///
/// ```swift
/// var configuration = HTTPDConfiguration(mpm: .worker)
/// configuration.modules.append("rewrite")
/// configuration.text = """
///     RewriteEngine On
///     RewriteRule ^/old$ http://127.0.0.1:${PORT}/new [R]
///     """
/// ```
public struct HTTPDConfiguration: Sendable {
    /// The initial modules of a configuration: static files, aliases, headers, access control.
    public static let defaultModules = [
        "unixd", "log_config", "authz_core", "authz_host", "mime", "alias", "dir", "env",
        "setenvif", "headers",
    ]

    /// The MPM, which distributes connections among processes and threads.
    public var mpm: MPM

    /// Modules to load in addition to the MPM, by their short names: `"rewrite"`.
    ///
    /// A module that is compiled into the server is skipped.
    public var modules: [String]

    /// The test's own directives, at server level, read last.
    public var text: String

    /// The directory to serve; `nil`: the private ``HTTPD/htdocs``.
    public var documentRoot: String?

    /// The absolute path of mod_swift.so to load; `nil`: a plain httpd.
    public var modSwift: String?

    /// The directory of compiled handlers (`SwiftCacheDir`) that this server shares with others;
    /// `nil`: a separate one, initially empty.
    ///
    /// A configuration with mod_swift starts with ``sharedCache``. A server with a ``user`` has a
    /// separate one, because a cache belongs to one user.
    public var cacheDirectory: String?

    /// The cache that servers of this process share: `MOD_SWIFT_TEST_CACHE` of the environment, an
    /// absolute path. `nil` if that is not set.
    ///
    /// Its contents are identified by the path and the bytes of each source, so servers do not
    /// disturb each other; but none of them has to fill the compiler's own cache first.
    @TaskLocal public static var sharedCache: String? =
        ProcessInfo.processInfo.environment["MOD_SWIFT_TEST_CACHE"]

    /// The number of child processes.
    ///
    /// Event and worker keep this number; prefork may grow to ``children`` × ``threadsPerChild``.
    public var children = 2

    /// The number of threads in each child process (event and worker).
    public var threadsPerChild = 8

    /// The `LogLevel`.
    public var logLevel = "info"

    /// Environment variables of the server, in addition to `PATH` and `LANG`; no others are passed
    /// on.
    ///
    /// A configuration with mod_swift starts with those in the environment variable
    /// `MOD_SWIFT_HTTPD_ENVIRONMENT`, one `NAME=value` in each line.
    public var environment: [String: String] = [:]

    /// The user of the child processes if the server is started by root; `nil`: the distribution's
    /// default (`www-data`, `apache`, `_www` or `nobody`).
    public var user: String?

    /// The server's program: `MOD_SWIFT_HTTPD` of the environment, or its usual path.
    public var program: String

    /// A program with arguments that changes something and then `exec`s the command after them,
    /// which is the server's: `["/usr/bin/prlimit", "--nofile=64"]`.
    public var launcher: [String] = []

    /// The directory of the server's modules: `MOD_SWIFT_HTTPD_MODULES` of the environment, or its
    /// usual path.
    public var modulesDirectory: String

    /// Creates the configuration of a plain httpd.
    ///
    /// - Parameters:
    ///   - mpm: The MPM, which distributes connections among processes and threads.
    ///   - modules: Short names of modules to load in addition to ``defaultModules``.
    ///   - text: The test's own directives, at server level.
    public init(mpm: MPM = .event, modules: [String] = [], text: String = "") {
        let environment = ProcessInfo.processInfo.environment
        self.mpm = mpm
        self.modules = Self.defaultModules + modules
        self.text = text
        program =
            environment["MOD_SWIFT_HTTPD"]
            ?? Self.existing([
                "/usr/sbin/apache2", "/usr/sbin/httpd", "/usr/local/apache2/bin/httpd",
            ])
        modulesDirectory =
            environment["MOD_SWIFT_HTTPD_MODULES"]
            ?? Self.existing([
                "/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules",
                "/usr/local/apache2/modules",
            ])
    }

    /// Creates the configuration of an httpd with the mod_swift that the environment names.
    ///
    /// - Parameters:
    ///   - mpm: The MPM, which distributes connections among processes and threads.
    ///   - modules: Short names of modules to load in addition to ``defaultModules``.
    ///   - text: The test's own directives, at server level.
    /// - Returns: A configuration whose ``modSwift`` is set.
    /// - Throws: ``HTTPDError`` if the environment does not name mod_swift.so.
    public static func modSwift(
        mpm: MPM = .event, modules: [String] = [], text: String = ""
    ) throws -> HTTPDConfiguration {
        var configuration = HTTPDConfiguration(mpm: mpm, modules: modules, text: text)
        configuration.modSwift = try ModSwiftStage.fromEnvironment().module
        configuration.cacheDirectory = sharedCache
        configuration.environment = environmentOfServers
        return configuration
    }

    private static var environmentOfServers: [String: String] {
        let text = ProcessInfo.processInfo.environment["MOD_SWIFT_HTTPD_ENVIRONMENT"] ?? ""
        let pairs = text.split(separator: "\n").map { line in
            let name = line.prefix { $0 != "=" }
            return (String(name), String(line.dropFirst(name.count + 1)))
        }
        return Dictionary(pairs) { $1 }
    }

    private static func existing(_ candidates: [String]) -> String {
        candidates.first { access($0, F_OK) == 0 } ?? candidates[0]
    }
}
