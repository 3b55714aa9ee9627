// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SystemCalls

/// `modswift serve`.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves a directory from a private httpd until Ctrl-C.",
        discussion: """
            The server listens on 127.0.0.1 only, reloads what you edit, and shows compiler errors in \
            the browser. Its configuration is the directory's file site.conf, in which ${SITE} is the \
            directory; without one, the directory's only Swift file answers every URL that ends in .do, and files that \
            end in .psp are pages. \
            The error log follows in the terminal.

            As root the server's children run as the user www-data.

            EXAMPLES:
              modswift new guestbook
              modswift serve guestbook
              modswift serve --port 8081
            """)

    @Argument(
        help: ArgumentHelp(
            "What to serve; the current directory by default.", valueName: "directory"),
        completion: .directory)
    var directory = "."

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The port on 127.0.0.1; the first free one from 8080 on by default.",
            valueName: "number"))
    var port: Int?

    @Option(
        help: ArgumentHelp(
            "The program to run; by default the first apache2 or httpd on PATH.", valueName: "path")
    )
    var httpd: String?

    func validate() throws {
        guard (1...65_535).contains(port ?? 1) else {
            throw ValidationError("--port takes a number from 1 to 65535.")
        }
    }

    private func chosenPort() throws -> Int {
        if let port {
            guard LocalPort.isFree(port) else {
                throw Trouble(
                    "Another program listens on 127.0.0.1:\(port). Choose another port, or leave --port "
                        + "out and take the first free one.")
            }
            return port
        }
        guard let port = (8080..<8180).first(where: LocalPort.isFree) else {
            throw Trouble("No port from 8080 to 8179 is free on 127.0.0.1. Choose one with --port.")
        }
        return port
    }

    func run() throws {
        let site = try Site(directory)
        let program = try ServerProgram(named: httpd)
        let port = try chosenPort()
        var signals = EndingSignals()
        let server = try PrivateServer(site, program, Installation.find(), port: port)
        defer { server.remove() }
        try server.start()
        print(server.greeting)
        fflush(nil)
        while true {
            server.printNewLogLines()
            if let end = server.endIfAny() {
                throw Trouble("The server ended by itself (\(end)). Its log is above.")
            }
            if signals.wait(milliseconds: 100) != nil { break }
        }
        server.stop()
        server.printNewLogLines()
        print("\nStopped.")
    }
}
