// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SystemCalls

/// `modswift genconfig`.
struct GenconfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "genconfig",
        abstract: "Prints a configuration of httpd that serves a site in production.",
        discussion: """
            A whole one: modules, logs, the site, mod_status for this machine. Sources are not looked \
            at again once they are loaded, and errors go to the log alone. To have a server that runs \
            already serve the site, include the site's own site.conf there instead.

            EXAMPLES:
              modswift genconfig guestbook >guestbook.conf
              modswift build --config guestbook.conf
              modswift start guestbook.conf
            """)

    @Argument(
        help: ArgumentHelp("The site.", valueName: "directory"), completion: .directory)
    var directory: String

    // The name is that of "serve" and "status".
    @Option(
        name: [.long, .customLong("port")],
        help: ArgumentHelp(
            "The argument of Listen: an address and a port, or a port.", valueName: "listen"))
    var listen = "127.0.0.1:8080"

    @Option(help: ArgumentHelp("The argument of ServerName.", valueName: "name"))
    var serverName = "localhost"

    @Option(
        help: ArgumentHelp(
            "Where logs, pid file and cache are; by default beside the site, with .server behind its name.",
            valueName: "directory"))
    var serverRoot: String?

    @Option(
        help: ArgumentHelp(
            "The user of the children, if root starts the server.", valueName: "name"))
    var user = "www-data"

    func run() throws {
        let site = try Site(directory)
        let root = serverRoot.map(absolute) ?? "\(site.directory).server"
        for word in [listen, serverName, root, user] {
            guard !word.contains(where: { $0 == "\"" || $0.isNewline }) else {
                throw ValidationError(
                    "A value cannot hold a quotation mark or a line break: \(word)")
            }
        }
        Console.say(
            ProductionConfiguration(
                site: site, installation: try .find(), root: root, listen: listen,
                serverName: serverName, user: user
            ).text)
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }
}

/// The configuration of a server with one site, for production.
struct ProductionConfiguration {
    let site: Site
    let installation: Installation
    let root: String
    let listen: String
    let serverName: String
    let user: String

    var text: String {
        """
        \(ConfigurationFile.mark) Edit it as you like.
        ServerRoot "\(root)"
        ServerName \(serverName)
        Listen \(listen)
        PidFile "\(root)/httpd.pid"
        DefaultRuntimeDir "\(root)"
        ErrorLog "\(root)/logs/error.log"
        LogLevel warn
        # Whom the children run as, where root starts the server.
        <IfModule unixd_module>
            User \(user)
            Group \(user)
        </IfModule>

        \(ServerConfiguration.loads(from: installation))
        LoadModule swift_module "\(installation.module)"
        TypesConfig /dev/null
        \(ServerConfiguration.types)

        # Where compiled handlers are: "modswift build --config" with this file puts them there.
        SwiftCacheDir "\(root)/cache"
        SwiftSecretFile "\(root)/secret"
        SwiftStateDir "\(root)/state"
        SwiftAutoReload Off

        <Directory />
            Require all denied
        </Directory>
        # Sources are not content.
        AddHandler mod_swift-source .swift .psp_ .swiftmodule
        <Files "\(Site.configurationName)">
            Require all denied
        </Files>
        # For "modswift status".
        <Location "/server-status">
            SetHandler server-status
            Require local
        </Location>

        Define SITE "\(site.directory)"
        \(site.configuration)
        """
    }
}
