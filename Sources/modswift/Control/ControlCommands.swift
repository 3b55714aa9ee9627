// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SystemCalls

/// `modswift start`.
struct StartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Starts a server, and waits until it serves.",
        discussion: """
            Makes the directories of its log and its pid file where they are missing. A server that \
            does not come up is an error, with what its log says.

            EXAMPLES:
              modswift start guestbook.server/httpd.conf
              sudo modswift start /etc/apache2/apache2.conf
            """)

    @OptionGroup var options: ControlOptions

    func run() throws {
        let server = try options.server()
        if let pid = server.pid {
            throw Trouble("The server runs already, as process \(pid). See: modswift status")
        }
        try server.makeDirectories()
        let mark = server.logSize
        try server.signal("start")
        guard let pid = server.waitUntilStarted() else {
            throw Trouble(
                "The server did not start. \(server.errorLog) says:\n\(server.log(since: mark))")
        }
        Console.say("Started, as process \(pid).")
    }
}

/// `modswift stop`.
struct StopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stops a server once it has finished the requests it has.",
        discussion: """
            EXAMPLES:
              modswift stop guestbook.server/httpd.conf
              modswift stop --now guestbook.server/httpd.conf
            """)

    @OptionGroup var options: ControlOptions

    @Flag(help: "End the requests, too.")
    var now = false

    func run() throws {
        let server = try options.server()
        guard let pid = server.pid else { throw Trouble("The server does not run.") }
        try server.signal(now ? "stop" : "graceful-stop")
        let end = MonotonicTime.now.advanced(bySeconds: 60)
        while kill(pid, 0) == 0 {
            guard MonotonicTime.now < end else {
                throw Trouble(
                    "Process \(pid) has not ended after 60 s: a request is still going on. "
                        + "Stop it with --now.")
            }
            pause(milliseconds: 20)
        }
        Console.say("Stopped.")
    }
}

/// `modswift restart`.
struct RestartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart",
        abstract: "Has a server read its configuration again; requests go on.",
        discussion: """
            A configuration that httpd refuses leaves the server as it is. After an upgrade of \
            mod_swift, stop it and start it: a restart goes on with the build it has.

            EXAMPLE:
              modswift restart guestbook.server/httpd.conf
            """)

    @OptionGroup var options: ControlOptions

    func run() throws {
        let server = try options.server()
        guard let pid = server.pid else { throw Trouble("The server does not run.") }
        try server.signal("graceful")
        Console.say("Restarted, as process \(pid).")
    }
}

/// The options that select a server.
struct ControlOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("httpd's configuration.", valueName: "file"), completion: .file())
    var config: String

    @OptionGroup var program: ProgramOptions

    /// - Throws: ``Trouble``.
    func server() throws -> ControlledServer {
        try ControlledServer(program.call(config))
    }
}
