// SPDX-License-Identifier: Apache-2.0

extension HTTPDConfiguration {
    /// Returns the main configuration file of a server with its own port.
    func mainFile(port: Int, in directory: PrivateDirectory) -> String {
        [
            "# Written by ModSwiftTesting at each start and restart; the test's own is in test.conf.",
            definitions(port: port, in: directory),
            moduleLines(),
            identity(),
            Self.frame,
            processes(),
            documents(),
            modSwiftLines(),
            "Include \"${ROOT}/conf/test.conf\"",
        ].joined(separator: "\n") + "\n"
    }

    private func definitions(port: Int, in directory: PrivateDirectory) -> String {
        """
        Define PORT \(port)
        Define ROOT "\(directory.root)"
        Define HTDOCS "\(directory.htdocs)"
        Define LOGS "\(directory.logs)"
        Define CACHE "\(cache(in: directory))"
        """
    }

    private func moduleLines() -> String {
        (["mpm_\(mpm.rawValue)"] + modules).map { name in
            """
            <IfModule !\(name)_module>
            LoadModule \(name)_module "\(modulesDirectory)/mod_\(name).so"
            </IfModule>
            """
        }.joined(separator: "\n")
    }

    /// The user of the children: required, and allowed, only for root.
    private func identity() -> String {
        guard let account = ServerAccount.forChildren(named: user) else { return "" }
        return "User \(account.name)\nGroup #\(account.group)"
    }

    private static let frame = """
        ServerRoot "${ROOT}"
        ServerName 127.0.0.1:${PORT}
        Listen 127.0.0.1:${PORT}
        DefaultRuntimeDir "${ROOT}/run"
        PidFile "${ROOT}/run/httpd.pid"
        <IfModule mime_module>
        TypesConfig "${ROOT}/conf/mime.types"
        </IfModule>
        ErrorLog "${LOGS}/error.log"
        LogFormat "%h %l %u %t \\"%r\\" %>s %b" common
        CustomLog "${LOGS}/access.log" common
        Timeout 20
        <Directory "/">
        AllowOverride None
        Require all denied
        </Directory>
        """

    /// Configures a fixed number of processes.
    ///
    /// A test that counts them, or their resources, must not be disturbed by httpd's adjustment of
    /// their number. ServerLimit leaves room for an old generation that is still finishing.
    private func processes() -> String {
        let most = children * threadsPerChild
        guard mpm != .prefork else {
            return """
                LogLevel \(logLevel)
                StartServers \(children)
                MinSpareServers 1
                MaxSpareServers \(most + 1)
                ServerLimit \(most * 2)
                MaxRequestWorkers \(most)
                """
        }
        return """
            LogLevel \(logLevel)
            StartServers \(children)
            ServerLimit \(children * 4 + 4)
            ThreadLimit \(threadsPerChild)
            ThreadsPerChild \(threadsPerChild)
            MinSpareThreads 1
            MaxSpareThreads \(most + threadsPerChild)
            MaxRequestWorkers \(most)
            """
    }

    /// The directory of compiled handlers.
    func cache(in directory: PrivateDirectory) -> String {
        guard let cacheDirectory, user == nil else { return directory.cache }
        return cacheDirectory
    }

    private func documents() -> String {
        let served = documentRoot ?? "${HTDOCS}"
        return """
            DocumentRoot "\(served)"
            <Directory "\(served)">
            Options FollowSymLinks
            Require all granted
            </Directory>
            """
    }

    private func modSwiftLines() -> String {
        guard let modSwift else { return "" }
        return """
            LoadModule swift_module "\(modSwift)"
            SwiftCacheDir "${CACHE}"
            SwiftStateDir "${ROOT}/state"
            """
    }
}
