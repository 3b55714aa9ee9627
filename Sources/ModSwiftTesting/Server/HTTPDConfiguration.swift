// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a private httpd runs with.
///
/// The defaults serve static files from a private document root. Whatever a test is about goes
/// into ``text``, which httpd reads last, from a file of its own: a line number in one of httpd's
/// messages counts the lines of ``text``. In it `${PORT}`, `${ROOT}`, `${HTDOCS}`, `${LOGS}` and
/// `${CACHE}` stand for this server's own places.
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
    /// The modules a configuration starts with: static files, aliases, headers, access control.
    public static let defaultModules = [
        "unixd", "log_config", "authz_core", "authz_host", "mime", "alias", "dir", "env",
        "setenvif", "headers",
    ]

    /// How connections are spread over processes and threads.
    public var mpm: MPM

    /// Modules to load besides the MPM, by their short names: `"rewrite"`.
    ///
    /// One that is compiled into the server is left alone.
    public var modules: [String]

    /// Directives of the test's own, at server level, read last.
    public var text: String

    /// The directory that is served; `nil`: the private ``HTTPD/htdocs``.
    public var documentRoot: String?

    /// The absolute path of mod_swift.so to load; `nil`: a plain httpd.
    public var modSwift: String?

    /// The directory of compiled handlers (`SwiftCacheDir`) that this server shares with others; `nil`:
    /// one of its own, empty at first.
    ///
    /// A configuration with mod_swift starts with ``sharedCache``. A server whose ``user`` is set has
    /// one of its own: a cache belongs to one user.
    public var cacheDirectory: String?

    /// The cache that servers of this process share: `MOD_SWIFT_TEST_CACHE` of the environment, an
    /// absolute path. `nil` where that is not set.
    ///
    /// What is in it is found by the path and the bytes of each source, so servers do not get in each
    /// other's way; but none of them has to fill the compiler's own cache first.
    @TaskLocal public static var sharedCache: String? =
        ProcessInfo.processInfo.environment["MOD_SWIFT_TEST_CACHE"]

    /// Child processes to start.
    ///
    /// Event and worker keep this number; prefork may grow to ``children`` × ``threadsPerChild``.
    public var children = 2

    /// Threads of each child process (event and worker).
    public var threadsPerChild = 8

    /// The `LogLevel`.
    public var logLevel = "info"

    /// Environment variables for the server, besides `PATH` and `LANG`; nothing else is passed on.
    ///
    /// A configuration with mod_swift starts with those of the environment's own
    /// `MOD_SWIFT_HTTPD_ENVIRONMENT`, one `NAME=value` in each line.
    public var environment: [String: String] = [:]

    /// The user that the child processes run as when the server is started by root; `nil`: the
    /// distribution's own (`www-data`, `apache`, `_www` or `nobody`).
    public var user: String?

    /// The server's program: `MOD_SWIFT_HTTPD` of the environment, or where it usually is.
    public var program: String

    /// A program, with arguments, that changes something and then `exec`s the command that follows
    /// them, which is the server's: `["/usr/bin/prlimit", "--nofile=64"]`.
    public var launcher: [String] = []

    /// Where the server's modules are: `MOD_SWIFT_HTTPD_MODULES` of the environment, or where they
    /// usually are.
    public var modulesDirectory: String

    /// Makes the configuration of a plain httpd.
    ///
    /// - Parameters:
    ///   - mpm: How connections are spread over processes and threads.
    ///   - modules: Short names of modules to load besides ``defaultModules``.
    ///   - text: Directives of the test's own, at server level.
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

    /// Makes the configuration of a httpd with mod_swift, as the environment names it.
    ///
    /// - Parameters:
    ///   - mpm: How connections are spread over processes and threads.
    ///   - modules: Short names of modules to load besides ``defaultModules``.
    ///   - text: Directives of the test's own, at server level.
    /// - Returns: A configuration whose ``modSwift`` is set.
    /// - Throws: ``HTTPDError`` when the environment does not name mod_swift.so.
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
