// SPDX-License-Identifier: Apache-2.0

import SystemCalls

/// The configuration of a private server.
struct ServerConfiguration {
    let site: Site
    let installation: Installation
    let port: Int
    let root: String
    let account: ServerAccount
    var serverName = "localhost"

    /// Modules that a site is likely to use; those that this httpd does not have are omitted.
    private static let modules = [
        "mpm_event", "authn_core", "authn_file", "auth_basic", "authz_core", "authz_host",
        "authz_user", "alias", "dir", "mime", "env", "setenvif", "headers", "rewrite", "filter",
        "deflate", "include", "request", "session", "slotmem_shm", "socache_shmcb", "status",
    ]

    var text: String {
        """
        ServerRoot "\(root)"
        DefaultRuntimeDir "\(root)"
        PidFile "\(root)/httpd.pid"
        ServerName "\(serverName)"
        Listen 127.0.0.1:\(port)
        ErrorLog "\(root)/logs/error.log"
        LogLevel warn swift:info
        \(Self.loads(from: installation))
        LoadModule swift_module "\(installation.module)"
        \(account.directives)
        StartServers 1
        GracefulShutdownTimeout 5
        TypesConfig /dev/null
        \(Self.types)
        AddHandler mod_swift-source .swift .psp_ .swiftmodule
        SwiftCacheDir "\(account.cache)"
        SwiftSecretFile "\(account.cache).secret"
        SwiftStateDir "\(account.cache).state"
        SwiftDebug On
        <Directory />
            Require all denied
        </Directory>
        <Files "\(Site.configurationName)">
            Require all denied
        </Files>
        <Location "/_status">
            SetHandler mod_swift
            SwiftHandler mod_swift::status
            Require local
        </Location>
        Define SITE "\(site.directory)"
        \(site.configuration)

        """
    }

    static let types = """
        AddType text/html .html
        AddType text/css .css
        AddType text/javascript .js
        AddType image/svg+xml .svg
        AddType image/png .png
        AddType image/jpeg .jpg .jpeg
        AddType text/plain .txt
        """

    static func loads(from installation: Installation) -> String {
        modules.compactMap { name in
            let path = "\(installation.modules)/mod_\(name).so"
            guard FileSystem.isRegularFile(path) else { return nil }
            return "LoadModule \(name)_module \"\(path)\""
        }.joined(separator: "\n")
    }
}
